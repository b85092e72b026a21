"""Rounds and the inbox as the API gives them."""

from typing import Any

from django.db.models import QuerySet

from core.approvals.models import Assignment
from core.approvals.queries.ballots import Ballot, decision_of
from core.approvals.queries.inbox import assignments_of
from core.approvals.subjects import Description, Subject, described

Row = dict[str, Any]
MOST = 500  # nobody works through more at once


def inbox_rows(user_id: int) -> list[Row]:
    """What waits for a person, the oldest first; three queries, and one a kind of record."""
    rows: QuerySet[Assignment] = assignments_of(user_id).select_related(
        "round", "step", "person"
    )
    found = list(rows.order_by("asked_at", "id")[:MOST])
    places = [(row.round.record_type, row.round.record_id) for row in found]
    told = described(places)
    return [
        _inbox_row(row, *told[place], user_id)
        for row, place in zip(found, places, strict=True)
        if place in told
    ]


def _inbox_row(
    row: Assignment, subject: Subject, told: Description, user_id: int
) -> Row:
    other = row.person if row.person_id != user_id else None
    return {
        "kind": row.round.kind,
        "record_type": subject.name,
        "record_id": told.wire_id,
        "number": told.number,
        "title": told.title,
        "step": row.step.order + 1,
        "asked_at": row.asked_at,
        "due_at": row.step.due_at,
        "on_behalf_of": {"ext_user_id": other.ext_id, "name": str(other)}
        if other
        else None,
        "url": told.url,
    }


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
