"""``manage.py ems_invariants`` checks what must always hold (docs/threats.md#invariants)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.queries.invariants import CHECKS as ACTIVITY_CHECKS
from bom.queries.invariants import CHECKS
from core.approvals.queries.invariants import CHECKS as ROUND_CHECKS
from core.ledger.models import RequestKey
from core.ledger.queries import first_breach
from core.ledger.tasks import checkpoint_breach
from core.talk.queries.questions import CHECKS as TALK_CHECKS
from notifications.queries import inv_16
from supportdocs.queries.invariants import CHECKS as DOCUMENT_CHECKS


def inv_10() -> Iterator[str]:
    """Chains verify, and the checkpoints know the same heads."""
    breach = first_breach() or checkpoint_breach()
    if breach:
        yield f"{breach.place}: {breach.reason}"


def inv_17() -> Iterator[str]:
    """A remembered request has its answer: it was kept in the transaction of its effect."""
    for key in RequestKey.objects.filter(status=0).values_list("key", flat=True):
        yield f"key {key}: no answer is kept"


ALL: dict[str, Callable[[], Iterator[str]]] = {
    **CHECKS,
    **ROUND_CHECKS,
    **ACTIVITY_CHECKS,
    **DOCUMENT_CHECKS,
    **TALK_CHECKS,
    "INV-10": inv_10,
    "INV-16": inv_16,
    "INV-17": inv_17,
}


class Command(BaseCommand):
    """Names the first breach and ends with 1, or says that all hold."""

    help = "Check the invariants of approvals, deliveries, documents and the history."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check in order."""
        for name, check in ALL.items():
            for sentence in check():
                raise CommandError(f"{name}: {sentence}")
        self.stdout.write(f"{len(ALL)} invariants hold.")
