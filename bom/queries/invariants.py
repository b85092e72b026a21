"""Invariants of BOM approvals (docs/threats.md#invariants); reads only.

Each check yields a sentence per breach. The other half of INV-6, one effect per key, is counted at
the receiver (``tests/chaos``). INV-8 is watched while the tests run.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import Count, F, Q

from bom.models import BomApproval, BomApprovalPic, BomRevision
from bom.policies import content_digest
from core.approvals.models import Decision, Status
from core.approvals.models.rounds import DecisionQuerySet
from core.approvals.policies import EVERYONE, StepState, Vote, outcome
from core.ledger.models import Delivery, DeliveryAttempt, Event

LABEL = BomApproval._meta.label
KIND = {
    "bom.approved": Status.ACCEPTED,
    "bom.rejected": Status.REJECTED,
    "bom.returned": Status.RETURNED,
}
SNAPSHOT = "bom.snapshot"
# What was taken over from the old system: EMS begins from what it claims.
BEGINNINGS = ("bom.imported", "bom.reimported")


def _decisions() -> DecisionQuerySet:
    return Decision.objects.filter(record_type=LABEL)


def inv_1() -> Iterator[str]:
    """Every decision has exactly one event, and every event of a decision its decision; those that
    were taken over stand in the event of that."""
    events = Event.objects.filter(record_type=LABEL, kind__in=KIND).order_by()
    told: Counter[Any] = Counter(
        events.values_list("record_id", "revision", "actor__ext_id")
    )
    told.update(_claimed())
    kept: Counter[Any] = Counter(
        _decisions().order_by().values_list("record_id", "revision", "approver__ext_id")
    )
    for place in told.keys() | kept.keys():
        if told[place] != kept[place]:
            yield f"{place}: {kept[place]} decisions, {told[place]} events"


def _claimed() -> Iterator[tuple[int, int, int]]:
    """The votes that the old system claims, of the last time that each BOM was taken over."""
    rows = Event.objects.filter(record_type=LABEL, kind__in=BEGINNINGS)
    last = {
        row["record_id"]: row["after"]
        for row in rows.order_by("record_id", "seq")
        .values("record_id", "after")
        .iterator()
    }
    for record_id, after in last.items():
        yield from (
            (record_id, 1, person) for person, _status in (after or {})["votes"]
        )


def inv_2() -> Iterator[str]:
    """A decision is that of a PIC of that moment, on a content that exists, as it was."""
    rows = _decisions().select_related("assignment__person").order_by("id")
    contents = BomRevision.objects.values_list("approval_id", "number", "digest")
    digests = {(key, number): digest for key, number, digest in contents}
    for row in rows.iterator():
        if digests.get((row.record_id, row.revision)) != row.digest:
            yield f"decision {row.pk}: its content is another one"
        if not _was_pic(row):
            yield f"decision {row.pk}: {row.assignment.person} was no PIC then"


def _was_pic(row: Decision) -> bool:
    pics = BomApprovalPic.objects.filter(
        Q(deleted_at=None) | Q(deleted_at__gte=row.decided_at),
        approval=row.record_id,
        ext_user_id=row.assignment.person.ext_id or 0,
    )
    return pics.exists()


def inv_3() -> Iterator[str]:
    """At most one decision that counts per person and revision."""
    rows = _decisions().standing().order_by()
    doubled = rows.values("record_id", "revision", "assignment__person").annotate(
        n=Count("pk")
    )
    for row in doubled.filter(n__gt=1):
        yield f"approval {row['record_id']}: {row['n']} decisions of one person"


def inv_4() -> Iterator[str]:
    """The state is what the events say; no state without events, no events without state."""
    replayed = _replayed()
    for row in BomApproval.objects.order_by("id").iterator():
        state = replayed.pop(row.pk, None)
        now = (row.revision, row.digest, row.status)
        if state != now:
            yield f"{row} ({row.pk}): the events say {state}, the row says {now}"
    for key in replayed:
        yield f"approval {key} has events and no row"


def _replayed() -> dict[int, tuple[int, str, int]]:
    rows = Event.objects.filter(record_type=LABEL).order_by("record_id", "seq")
    columns = ("record_id", "kind", "revision", "digest", "before", "after")
    states: dict[int, dict[str, Any]] = {}
    for row in rows.values(*columns, "actor__ext_id").iterator():
        state = states.setdefault(row["record_id"], {"pics": set(), "votes": {}})
        _apply(state, row)
    return {key: _summed(state) for key, state in states.items()}


def _apply(state: dict[str, Any], row: dict[str, Any]) -> None:
    kind, after, before = row["kind"], row["after"] or {}, row["before"] or {}
    if kind in BEGINNINGS:
        state |= {"revision": row["revision"], "digest": row["digest"]}
        state["pics"] = set(after["pics"])
        state["votes"] = {person: Status(status) for person, status in after["votes"]}
    elif kind in {"bom.opened", "bom.revised"}:
        state |= {"revision": row["revision"], "digest": row["digest"], "votes": {}}
        state["pics"] = set(after["pics"])
    elif kind == "bom.pics_invited":
        state["pics"] |= set(after["pics"])
    elif kind == "bom.pic_removed":
        state["pics"] -= set(before["pics"])
        for person in before["pics"]:
            state["votes"].pop(person, None)
    elif kind.startswith("approval."):
        state["pics"] -= set(before.get("people", ()))
        state["pics"] |= set(after.get("people", ()))
    elif kind in KIND:
        state["votes"][after.get("onBehalfOf") or row["actor__ext_id"]] = KIND[kind]


def _summed(state: dict[str, Any]) -> tuple[int, str, int]:
    votes = [Vote(0, status) for status in state["votes"].values()]
    missing = len(state["pics"] - state["votes"].keys())
    found = outcome([StepState(EVERYONE, missing)], votes)
    return state.get("revision", 0), state.get("digest", ""), found.status


def inv_5() -> Iterator[str]:
    """An approved revision owes exactly one snapshot; nothing else owes any. What the old system
    approved, it has sent."""
    here = BomRevision.objects.exclude(source=BomApproval.Source.IMPORT)
    approved = here.filter(outcome=Status.ACCEPTED).values_list(
        F("approval__ext_bom_leveled_id"), "number"
    )
    wanted = Counter(f"bom:{bom}:rev:{number}:snapshot:v1" for bom, number in approved)
    owed = Counter(Delivery.objects.filter(kind=SNAPSHOT).values_list("key", flat=True))
    for key in wanted.keys() | owed.keys():
        if wanted[key] != owed[key]:
            yield f"{key}: {wanted[key]} approved, {owed[key]} owed"


def inv_6() -> Iterator[str]:
    """Each delivery that is marked as delivered was answered, and none is lost without a trace."""
    rows = Delivery.objects.filter(kind=SNAPSHOT)
    tried = set(DeliveryAttempt.objects.values_list("delivery_id", flat=True))
    for row in rows.filter(state=Delivery.State.DELIVERED).defer("body"):
        if row.pk not in tried or row.delivered_at is None:
            yield f"{row}: delivered without an attempt"


def inv_7() -> Iterator[str]:
    """Each body that goes out is the approved content, byte for byte."""
    for row in Delivery.objects.filter(kind=SNAPSHOT).iterator():
        body = bytes(row.body)
        said = orjson.loads(body)
        revision = BomRevision.objects.filter(
            approval=row.record_id, number=said["revision"], outcome=Status.ACCEPTED
        ).first()
        is_frozen = hashlib.sha256(body).hexdigest() == row.body_sha256
        digests = {said["digest"], content_digest(said["content"])}
        if not is_frozen or revision is None or digests != {revision.digest}:
            yield f"{row}: it is not what was approved"


CHECKS = {
    "INV-1": inv_1,
    "INV-2": inv_2,
    "INV-3": inv_3,
    "INV-4": inv_4,
    "INV-5": inv_5,
    "INV-6": inv_6,
    "INV-7": inv_7,
}
