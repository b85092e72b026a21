"""Events, appended to the chain of their record."""

from collections.abc import Mapping

import structlog
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from core.accounts.models import User
from core.ledger.models import Event
from core.ledger.queries import HASHED, hash_of
from core.ledger.services.single_submission import keep_form
from core.text.canonical_json import plain

LIVE_CHANNEL = "ems_live"


def record(
    about: Model,
    kind: str,
    *,
    by: User | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    revision: int | None = None,
    digest: str = "",
    note: str = "",
) -> Event:
    """Append one event to a record's chain, in the caller's transaction.

    The caller holds the lock of the record, so that two events cannot want the same place;
    the unique constraint is the second line. ``before`` and ``after`` hold what changed.
    """
    require_transaction()
    place = {"record_type": about._meta.label, "record_id": about.pk}
    chain = Event.objects.filter(**place).order_by("-seq")
    seq, head = chain.values_list("seq", "hash").first() or (0, "")
    context = structlog.contextvars.get_contextvars()
    event = Event(
        **place,
        seq=seq + 1,
        kind=kind,
        actor=by,
        actor_name=str(by or ""),
        at=timezone.now(),
        address=str(context.get("ip") or "")[:64],
        request_id=str(context.get("request_id", ""))[:64],
        revision=revision,
        digest=digest,
        # PostgreSQL keeps no NUL, which a form may send in a reason.
        note=note.replace("\0", ""),
        before=plain(before),
        after=plain(after),
        previous_hash=head,
    )
    event.hash = hash_of({name: getattr(event, name) for name in HASHED})
    event.save(force_insert=True)
    # The form's key commits with what it made: both are there, or neither.
    keep_form(about)
    _wake_listeners(event)
    return event


def require_transaction() -> None:
    """An event commits with its cause, or not at all."""
    if not connection.in_atomic_block:
        message = "Write to the ledger inside the transaction of the change."
        raise transaction.TransactionManagementError(message)


def _wake_listeners(event: Event) -> None:
    """A hint for open pages, sent with the commit; nothing depends on it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, str(event.pk)])
