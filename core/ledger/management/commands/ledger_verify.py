"""``manage.py ledger_verify``: does every chain of events hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.ledger.models import Event
from core.ledger.queries import first_breach
from core.ledger.tasks import checkpoint_breach


class Command(BaseCommand):
    """Names the first bad row and ends with 1, or counts what holds."""

    help = "Walk every chain of events and name the first row that does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="store_true",
            help="also compare with every kept checkpoint: finds a chain that was cut or rewritten",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        breach = first_breach()
        if not breach and options["checkpoint"]:
            breach = checkpoint_breach()
        if breach:
            raise CommandError(
                f"{breach.place} (event {breach.event_id}): {breach.reason}"
            )
        self.stdout.write(f"{Event.objects.count()} events hold.")
