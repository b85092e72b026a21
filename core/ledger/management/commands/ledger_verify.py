"""``manage.py ledger_verify``: does every chain of events hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.ledger.models import Event
from core.ledger.queries import first_breach


class Command(BaseCommand):
    """Names the first bad row and ends with 1, or counts what holds."""

    help = "Walk every chain of events and name the first row that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify all chains."""
        breach = first_breach()
        if breach:
            raise CommandError(
                f"{breach.place} (event {breach.event_id}): {breach.reason}"
            )
        self.stdout.write(f"{Event.objects.count()} events hold.")
