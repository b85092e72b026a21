"""Reads of the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from core.ledger.models import Delivery, Event
from core.text.canonical_json import digest

HASHED = (
    "record_type",
    "record_id",
    "seq",
    "kind",
    "actor_id",
    "actor_name",
    "at",
    "address",
    "request_id",
    "revision",
    "digest",
    "note",
    "before",
    "after",
    "previous_hash",
)


@dataclass(frozen=True, slots=True)
class Breach:
    """The first row of a chain that does not hold."""

    event_id: int
    place: str
    reason: str


def hash_of(fields: dict[str, Any]) -> str:
    """The hash of an event over all that it says, including its predecessor's hash."""
    return digest({name: fields[name] for name in HASHED})


def events_about(record: Model) -> QuerySet[Event]:
    """The history of one record, oldest first."""
    return (
        Event.objects.filter(record_type=record._meta.label, record_id=record.pk)
        .select_related("actor")
        .order_by("seq")
    )


def deliveries_about(record: Model) -> QuerySet[Delivery]:
    """Deliveries because of one record, open and done."""
    return Delivery.objects.about(record).prefetch_related("tries").order_by("-id")


def parked_since(record: Model) -> list[Delivery]:
    """Parked deliveries of a record, which can be sent again, oldest first."""
    parked = Delivery.objects.about(record).parked().order_by("id")
    overtaken = set(parked.overtaken().values_list("pk", flat=True))
    return [row for row in parked if row.pk not in overtaken]


def last_event_id() -> int:
    """The id of the newest event; 0 when there is none."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def version_of(request: Any) -> int:
    """The newest event's id as of this request; read once a request."""
    if not hasattr(request, "ledger_version"):
        request.ledger_version = last_event_id()
    return int(request.ledger_version)


def oldest_owed_seconds() -> float:
    """Age of the oldest delivery that is still owed, in seconds; 0 when none is."""
    oldest = (
        Delivery.objects.owed()
        .order_by("created_at")
        .values_list("created_at", flat=True)
    )
    first: datetime | None = oldest.first()
    return (timezone.now() - first).total_seconds() if first else 0.0


def first_breach(events: QuerySet[Event] | None = None) -> Breach | None:
    """Walk every chain in constant memory; the first row that does not hold, or None."""
    rows = (Event.objects.all() if events is None else events).order_by(
        "record_type", "record_id", "seq"
    )
    return _first_bad(rows.values("id", "hash", *HASHED).iterator(chunk_size=2000))


def _first_bad(rows: Iterable[dict[str, Any]]) -> Breach | None:
    return next(_breaches(rows), None)


def _breaches(rows: Iterable[dict[str, Any]]) -> Iterator[Breach]:
    chain: tuple[str, int] | None = None
    seq, previous = 0, ""
    for row in rows:
        if (row["record_type"], row["record_id"]) != chain:
            chain, seq, previous = (row["record_type"], row["record_id"]), 0, ""
        reason = _fault(row, seq + 1, previous)
        if reason:
            place = f"{row['record_type']}:{row['record_id']}#{row['seq']}"
            yield Breach(row["id"], place, reason)
        seq, previous = row["seq"], row["hash"]


def _fault(row: dict[str, Any], seq: int, previous: str) -> str:
    if row["seq"] != seq:
        return f"event {seq} is missing"
    if row["previous_hash"] != previous:
        return "it does not follow the event before it"
    if hash_of(row) != row["hash"]:
        return "its content was changed"
    return ""
