"""Events of what was taken over from another system: many at once, each chained as any event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Model

from core.db.bulk import insert_given, next_ids
from core.ledger.models import Event
from core.ledger.queries import HASHED, hash_of
from core.ledger.services.events import require_transaction
from core.text.canonical_json import plain


@dataclass(frozen=True, slots=True)
class Taken:
    """What an event says of a record that was taken over; EMS saw none of it happen."""

    model: type[Model]
    record_id: int
    kind: str
    after: Mapping[str, object]
    before: Mapping[str, object] | None = None
    revision: int | None = None
    digest: str = ""


def record_imported(taken: Sequence[Taken], *, name: str, at: datetime) -> None:
    """Append an event for each, in their order and in the caller's transaction.

    Nobody is the actor: ``name`` says where it comes from. Open pages are not woken for each.
    """
    require_transaction()
    heads = _heads(taken)
    rows = []
    for pk, one in zip(next_ids(Event, len(taken)), taken, strict=True):
        place = (one.model._meta.label, one.record_id)
        seq, head = heads.get(place, (0, ""))
        event = _event(one, seq + 1, head, name, at)
        event.pk = pk
        heads[place] = (event.seq, event.hash)
        rows.append(event)
    insert_given(rows)


def _event(one: Taken, seq: int, head: str, name: str, at: datetime) -> Event:
    before: Any = plain(one.before)
    event = Event(
        record_type=one.model._meta.label,
        record_id=one.record_id,
        seq=seq,
        kind=one.kind,
        actor_name=name[:200],
        at=at,
        revision=one.revision,
        digest=one.digest,
        before=before,
        after=plain(one.after),
        previous_hash=head,
    )
    event.hash = hash_of({name: getattr(event, name) for name in HASHED})
    return event


def _heads(taken: Sequence[Taken]) -> dict[tuple[str, int], tuple[int, str]]:
    """The newest event of each chain that has one."""
    ids: dict[str, set[int]] = {}
    for one in taken:
        ids.setdefault(one.model._meta.label, set()).add(one.record_id)
    found = {}
    for label, keys in ids.items():
        rows = Event.objects.filter(record_type=label, record_id__in=keys).order_by()
        newest = rows.values("record_id").annotate(newest=Max("seq"))
        last = {row["record_id"]: row["newest"] for row in newest}
        columns = ("record_id", "seq", "hash")
        for record_id, seq, text in rows.values_list(*columns) if last else ():
            if last[record_id] == seq:
                found[label, record_id] = (seq, text)
    return found
