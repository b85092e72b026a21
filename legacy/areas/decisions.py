"""Decisions on changes as the old system claims them: EMS saw none of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.accounts.models import Role
from core.approvals.models import (
    Assignment,
    Decision,
    Duty,
    RecordKind,
    Round,
    RoundStep,
    Status,
)
from core.approvals.queries.ballots import STATUS
from engineering.models import ChangeItem, ChangeNotice
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.areas.open_rounds import waiting_rows
from legacy.world import World

VOTES = "EngineeringDetailProblemApproval"
STATE = {status: state for state, status in STATUS.items()}
DECIDED = {Status.ACCEPTED, Status.REJECTED}


def decide_as_claimed(
    whole: Aggregate, change: ChangeNotice, world: World, built: Built
) -> list[dict[str, Any]]:
    """The round of a change; returns every vote in its order, for the history.

    The header counts, as in the old pages: the last vote of each person that agrees with it is a
    decision, every other one stands in the history.
    """
    rows = whole.children.get(VOTES, [])
    _mark(rows, whole.root, change, world)
    if change.status not in DECIDED:
        counted: list[OldRow] = []
        built.rows.append(_withdrawn(change)) if change.deleted_at else _put_up(
            change, world, built
        )
    else:
        counted = _counted(rows, change)
        _settled(counted, change, world, built)
    for row in rows:
        if row not in counted:
            built.not_taken(row, Outcome.MERGED, into=change)
    return [_vote(row) for row in rows]


def _vote(row: OldRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "person": row["ExtUserId"],
        "status": row["Status"],
        "at": mending.moment(row["ApprovalDate"]),
    }


def _mark(
    rows: Sequence[OldRow], root: OldRow, change: ChangeNotice, world: World
) -> None:
    last = {row["ExtUserId"]: row.id for row in rows}
    for row in rows:
        checks = (
            ("ecn_approval_pending_row", row["Status"] == 0),
            ("ecn_approval_repeated", last[row["ExtUserId"]] != row.id),
            ("ecn_approval_undated", row["ApprovalDate"] is None),
            ("ecn_approver_null", row["ExtUserId"] is None),
            ("ecn_approver_unknown", world.is_stranger(row["ExtUserId"])),
            (
                "ecn_self_approved",
                _is_own(row, change) and row["Status"] == Status.ACCEPTED,
            ),
        )
        for name, is_so in checks:
            if is_so:
                row.mark(name)
    if change.status in DECIDED:
        _mark_root(rows, root, change)


def _mark_root(rows: Sequence[OldRow], root: OldRow, change: ChangeNotice) -> None:
    said = [row["Status"] for row in rows if row["Status"] in DECIDED]
    if said and said[-1] != change.status:
        root.mark("ecn_header_disagrees")
    if not rows:
        root.mark("ecn_decided_without_approval")


def _is_own(row: OldRow, change: ChangeNotice) -> bool:
    return row["ExtUserId"] is not None and row["ExtUserId"] == change.ext_user_id


def _counted(rows: Sequence[OldRow], change: ChangeNotice) -> list[OldRow]:
    """The last vote of each person, where it says what the header says."""
    last = {
        row["ExtUserId"]: row
        for row in rows
        if row["ExtUserId"] and row["Status"] in DECIDED and row["DeletedAt"] is None
    }
    return [row for row in last.values() if row["Status"] == change.status]


def _round(change: ChangeNotice, state: str, closed: datetime | None) -> Round:
    return Round(
        record_type=change._meta.label,
        record_id=change.pk,
        revision=change.revision,
        digest=change.digest,
        kind=RecordKind[ChangeNotice.Kind(change.kind).name],
        priority=change.priority,
        state=state,
        opened_at=change.created_at,
        closed_at=closed,
    )


def _withdrawn(change: ChangeNotice) -> Round:
    return _round(change, Round.State.WITHDRAWN, change.deleted_at or change.updated_at)


def _put_up(change: ChangeNotice, world: World, built: Built) -> None:
    """Nobody has decided: it waits from now on, by today's rules."""
    lines = [row for row in built.rows if isinstance(row, ChangeItem)]
    made = _round(change, Round.State.OPEN, None)
    made.opened_at = world.now
    built.rows += waiting_rows(made, change, lines, world)


def _settled(
    counted: Sequence[OldRow], change: ChangeNotice, world: World, built: Built
) -> None:
    dates = [_decided_at(row, change) for row in counted]
    change.approval_date = change.approval_date or max(dates, default=change.updated_at)
    done = _round(change, STATE[Status(change.status)], change.approval_date)
    claimed = world.person(change.approval_ext_user_id)
    step = _step(done, is_known=bool(counted or claimed))
    built.rows += [done, step]
    for row, at in zip(counted, dates, strict=True):
        decision = _decision(change, step, world.people[row["ExtUserId"]], at)
        decision.pk = row.id
        built.rows += [decision.assignment, decision]
        built.became(row, decision)
    if not counted and claimed:
        decision = _decision(change, step, claimed, change.approval_date)
        decision.remark = change.approval_remark
        built.rows += [decision.assignment, decision]


def _step(done: Round, *, is_known: bool) -> RoundStep:
    """Where nobody is known who decided, the step asked for nothing that could be proved."""
    return RoundStep(
        round=done,
        order=0,
        role=Role.MANAGER,
        duty=Duty.REQUIRED if is_known else Duty.OPTIONAL,
        opened_at=done.opened_at,
        closed_at=done.closed_at,
    )


def _decision(
    change: ChangeNotice, step: RoundStep, person: Any, at: datetime
) -> Decision:
    asked = Assignment(
        round=step.round,
        step=step,
        person=person,
        asked_at=change.created_at,
        closed_at=at,
        closed_because=Assignment.Closed.DECIDED,
    )
    return Decision(
        assignment=asked,
        record_type=change._meta.label,
        record_id=change.pk,
        revision=change.revision,
        digest=change.digest,
        approver=person,
        status=change.status,
        remark="",
        decided_at=at,
        door=Decision.Door.IMPORT,
        by_author=person.ext_id == change.ext_user_id,
    )


def _decided_at(row: OldRow, change: ChangeNotice) -> datetime:
    found = mending.first_known(row["ApprovalDate"], row["CreatedAt"])
    return found or change.approval_date or change.created_at
