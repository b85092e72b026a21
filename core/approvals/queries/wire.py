"""Rounds and the inbox as the API gives them."""

from operator import itemgetter
from typing import Any

from core.accounts.models import User
from core.approvals.models import Assignment
from core.approvals.queries.ballots import Ballot, decision_of
from core.approvals.queries.inbox import assignments_of
from core.approvals.subjects import INBOX, Description, Subject, described

Row = dict[str, Any]
MOST = 500  # nobody works through more at once
TYPE, ID = "round__record_type", "round__record_id"
COLUMNS = (
    *(TYPE, ID, "round__kind", "step__order", "step__due_at", "asked_at"),
    *("person", "person__ext_id", "person__name", "person__username"),
)


def waiting_rows(user: User) -> list[Row]:
    """What waits for a person's decision, and what other apps have for them to sign; the oldest first."""
    rows = inbox_rows(user.pk)
    for more in INBOX:
        rows += more(user, MOST)
    return sorted(rows, key=itemgetter("asked_at"))[:MOST]


def inbox_rows(user_id: int) -> list[Row]:
    """What waits for a person's decision, the oldest first; three queries, and one a kind of record."""
    # Values, since three models a row would be most of the time that an inbox takes.
    rows = assignments_of(user_id).order_by("asked_at", "id").values(*COLUMNS)
    found = list(rows[:MOST])
    told = described((row[TYPE], row[ID]) for row in found)
    return [
        _inbox_row(row, *told[row[TYPE], row[ID]], user_id)
        for row in found
        if (row[TYPE], row[ID]) in told
    ]


def next_waiting(user_id: int) -> Row | None:
    """The record whose decision by this person is due soonest, and how many wait; None when none does."""
    rows = inbox_rows(user_id)
    dated = [row for row in rows if row["due_at"]]
    first = min(dated, key=itemgetter("due_at")) if dated else next(iter(rows), None)
    return first and first | {"count": len(rows)}


def _inbox_row(row: Row, subject: Subject, told: Description, user_id: int) -> Row:
    return {
        "kind": row["round__kind"],
        "record_type": subject.name,
        "record_id": told.wire_id,
        "number": told.number,
        "title": told.title,
        "step": row["step__order"] + 1,
        "asked_at": row["asked_at"],
        "due_at": row["step__due_at"],
        "on_behalf_of": _other(row) if row["person"] != user_id else None,
        "url": told.url,
    }


def _other(row: Row) -> Row:
    """The person who was asked, in whose place the reader may decide."""
    name = row["person__name"] or row["person__username"]
    return {"ext_user_id": row["person__ext_id"], "name": name}


def round_row(ballot: Ballot) -> Row:
    """The round of a record with its steps and the people of each."""
    found = ballot.round
    return {
        "state": found.state,
        "revision": found.revision,
        "opened_at": found.opened_at,
        "closed_at": found.closed_at,
        "nobody_can_decide": True if ballot.is_stuck else None,
        "steps": [
            {
                "order": step.order + 1,
                "needed": step.mode,
                "number": step.number or None,
                "duty": step.duty,
                "role": step.role or None,
                "opened_at": step.opened_at,
                "due_at": step.due_at,
                "closed_at": step.closed_at,
                "assignments": [
                    _assignment(row)
                    for row in ballot.assignments
                    if row.step_id == step.pk
                ],
            }
            for step in ballot.steps
        ],
    }


def _assignment(row: Assignment) -> Row:
    decision = decision_of(row)
    return {
        "ext_user_id": row.person.ext_id,
        "name": str(row.person),
        "duty": row.duty,
        "because": row.because,
        "asked_at": row.asked_at,
        "closed_at": row.closed_at,
        "closed_because": row.closed_because or None,
        "status": decision.status if decision and decision.voided_at is None else None,
    }
