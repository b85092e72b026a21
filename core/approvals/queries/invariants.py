"""Invariants of rounds (docs/threats.md#invariants); reads only.

Each check yields a sentence per breach.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F

from core.approvals.models import Assignment, Decision, Round, Status
from core.approvals.queries.ballots import STATUS, Ballot, ballots, decision_of
from core.approvals.subjects import SUBJECTS

AT_ONCE = 500


def inv_18() -> Iterator[str]:
    """Only an open round asks; a record has one open round at most, and it is the present one."""
    asks = Assignment.objects.open().exclude(round__state=Round.State.OPEN)
    for row in asks.select_related("round").iterator():
        yield f"{row.round}: it is over and still asks person {row.person_id}"
    rows = Round.objects.open().order_by().values("record_type", "record_id")
    for place in rows.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{place['record_type']}:{place['record_id']}: {place['n']} open rounds"


def inv_19() -> Iterator[str]:
    """The state of a record is that of the round of its present revision."""
    for label, subject in SUBJECTS.items():
        rows: Any = subject.model._default_manager.order_by("pk")
        for chunk in _chunks(
            rows.values_list("pk", "revision", "status", "deleted_at")
        ):
            yield from _states(label, chunk)


def _chunks(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield chunk
        last = chunk[-1][0]


def _states(label: str, chunk: list[Any]) -> Iterator[str]:
    ids = [row[0] for row in chunk]
    found = Round.objects.filter(record_type=label, record_id__in=ids)
    columns = ("record_id", "revision", "state")
    states = {row[:2]: row[2] for row in found.values_list(*columns)}
    for pk, revision, status, deleted_at in chunk:
        state = states.get((pk, revision), "")
        is_right = (
            state in {Round.State.WITHDRAWN, *STATUS}
            if deleted_at
            else STATUS.get(state) == status
        )
        if not is_right:
            yield f"{label}:{pk}: its status is {status}, its round says {state or 'nothing'}"


def inv_20() -> Iterator[str]:
    """An approved round has a yes at each required step, and none of a round said no."""
    rows = Round.objects.filter(state=Round.State.APPROVED).order_by("pk")
    last = 0
    while found := ballots(rows.filter(pk__gt=last)[:AT_ONCE]):
        for ballot in found:
            if reason := _unproved(ballot):
                yield f"{ballot.round}: {reason}"
        last = found[-1].round.pk


def _unproved(ballot: Ballot) -> str:
    # A later revision voids what was decided; what counted when it was settled counts here.
    closed = ballot.round.closed_at
    given = [decision_of(row) for row in ballot.assignments]
    said = [
        row
        for row in given
        if row is not None
        and (row.voided_at is None or (closed and row.voided_at >= closed))
    ]
    if any(row.status != Status.ACCEPTED for row in said):
        return "it is approved over a no"
    yes = {row.step for row in said}
    missing = [
        step.order
        for step in ballot.steps
        if step.duty == "required" and step.order not in yes
    ]
    return f"nobody agreed at step {missing[0] + 1}" if missing else ""


def inv_21() -> Iterator[str]:
    """A decision names the round's content, and is that of the person who was asked or a substitute."""
    rows = Decision.objects.select_related("assignment__round")
    foreign = rows.exclude(
        digest=F("assignment__round__digest"), revision=F("assignment__round__revision")
    )
    for row in foreign.iterator():
        yield f"decision {row.pk}: its content is another one"
    for row in rows.exclude(approver=F("assignment__person")).iterator():
        if row.on_behalf_of_id != row.assignment.person_id:
            yield f"decision {row.pk}: person {row.approver_id} was not asked"


def inv_23() -> Iterator[str]:
    """What waits is the content that its round names."""
    rows = Round.objects.open().order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield from _other_digests(chunk)
        last = chunk[-1].pk


def _other_digests(chunk: list[Round]) -> Iterator[str]:
    for label, subject in SUBJECTS.items():
        ids = [row.record_id for row in chunk if row.record_type == label]
        known: Any = subject.model._default_manager.in_bulk(ids)
        for row in chunk:
            record = known.get(row.record_id) if row.record_type == label else None
            if record is not None and record.digest != row.digest:
                yield f"{row}: its content is another one"


CHECKS = {
    "INV-18": inv_18,
    "INV-19": inv_19,
    "INV-20": inv_20,
    "INV-21": inv_21,
    "INV-23": inv_23,
}
