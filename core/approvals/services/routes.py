"""Rounds: put a revision up, ask the people of a step, close what is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import (
    Assignment,
    Decision,
    Duty,
    RecordKind,
    Round,
    RoundStep,
)
from core.approvals.queries.ballots import Ballot, ballots
from core.approvals.queries.due import due_at
from core.approvals.queries.rules import PlannedStep, people_of, place_fields
from core.approvals.subjects import Subject, subject_of
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.services import record as write_event

Because, Closed = Assignment.Because, Assignment.Closed


def open_round(
    record: Any,
    *,
    kind: str,
    steps: Sequence[PlannedStep],
    by: User | None,
    priority: int = 0,
) -> Ballot:
    """Put the record's present revision up for decision, by a route that is frozen here.

    The caller holds the record's lock and has ended the round of an earlier revision. ``kind`` is a
    ``RecordKind``; ``priority`` that of a change, 0 for none.
    """
    made = Round.objects.create(
        record_type=record._meta.label,
        record_id=record.pk,
        revision=record.revision,
        digest=record.digest,
        kind=kind,
        priority=priority,
        opened_by=by,
        opened_at=timezone.now(),
    )
    rows = [frozen(made, order, step) for order, step in enumerate(steps)]
    ballot = Ballot(made, RoundStep.objects.bulk_create(rows), [])
    open_steps(record, ballot)
    return ballot


def frozen(made: Round, order: int, step: PlannedStep) -> RoundStep:
    """The row of a planned step; nothing is saved."""
    return RoundStep(
        round=made,
        order=order,
        people=list(step.people),
        **place_fields(step),
    )


def open_steps(record: Any, ballot: Ballot, closed: RoundStep | None = None) -> None:
    """Open the next step that must decide, with those before it that may decide or are informed.

    ``closed`` is the step that is satisfied: whom it still asks is overtaken.
    """
    now = timezone.now()
    if closed is not None:
        closed.closed_at = now
        closed.save(update_fields=["closed_at"])
        still = [row for row in ballot.asked if row.step_id == closed.pk]
        close_assignments(still, Closed.OVERTAKEN, now)
    steps = next_steps([row for row in ballot.steps if row.opened_at is None])
    due = due_at(ballot.round.kind, ballot.round.priority, now)
    for step in steps:
        step.opened_at, step.due_at = now, due
        ballot.assignments += ask(record, ballot, step)
    RoundStep.objects.bulk_update(steps, ["opened_at", "due_at"])


def next_steps(unopened: list[RoundStep]) -> list[RoundStep]:
    """Up to the next required step, and what follows the last one."""
    required = [
        place for place, row in enumerate(unopened) if row.duty == Duty.REQUIRED
    ]
    return unopened[: required[0] + 1] if len(required) > 1 else unopened


def ask(record: Any, ballot: Ballot, step: RoundStep) -> list[Assignment]:
    """Settle the people of a step and ask them: whom the route names, without its authors.

    Nobody may be left; then the round stands in the list "nobody can decide".
    """
    people = people_asked_at(record, step)
    # Who is only informed decides on nothing.
    able = (
        {person.pk for person in people}
        if step.duty == Duty.INFORMED
        else subject_of(record).able(record, people)
    )
    asked = [each for each in people if each.pk in able]
    return assign(
        ballot, step, [(each, because_of(ballot.round, each)) for each in asked]
    )


def people_asked_at(record: Any, step: RoundStep) -> list[User]:
    """The active people whom a step of the record's route names, by whatever reason."""
    department = subject_of(record).department(record) if step.of_head else None
    return people_of(step, department)


def ask_new(
    record: Any,
    ballot: Ballot,
    step: RoundStep,
    people: Iterable[User],
    because: Assignment.Because,
    origin: Assignment | None = None,
) -> list[Assignment]:
    """Ask those of these people who may decide and were never asked at this step."""
    known = {row.person_id for row in ballot.assignments if row.step_id == step.pk}
    new = [each for each in people if each.pk not in known]
    able = subject_of(record).able(record, new) if new else frozenset()
    asked = [(each, str(because)) for each in new if each.pk in able]
    rows = assign(ballot, step, asked, origin=origin)
    ballot.assignments += rows
    return rows


def locked_or_none(subject: Subject, record_id: int) -> Any:
    """The record of a round, locked; None where it was withdrawn meanwhile."""
    try:
        return subject.lock(record_id)
    except DomainError:
        return None


def tell(
    record: Any,
    kind: str,
    by: User | None,
    *,
    before: Iterable[User] | None = None,
    after: Iterable[User],
    reason: str = "",
) -> Event:
    """Write who is asked, and who was before, by the auth server's ids and their names."""
    return write_event(
        record,
        kind,
        by=by,
        before=None if before is None else named(before),
        after=named(after),
        revision=record.revision,
        note=reason.strip(),
    )


def named(people: Iterable[User]) -> dict[str, Any]:
    """People as an event keeps them: ids of the auth server, and names."""
    rows = list(people)
    return {
        "people": [row.ext_id for row in rows],
        "names": [str(row) for row in rows],
    }


def because_of(found: Round, person: Any) -> str:
    """Why a person of ``people_of`` is asked."""
    if person.is_named:
        is_bom = found.kind == RecordKind.BOM
        return Because.INVITATION if is_bom else Because.NAME
    return Because.ROLE if person.has_role else Because.HEAD


def assign(
    ballot: Ballot,
    step: RoundStep,
    people: Iterable[tuple[User, str]],
    origin: Assignment | None = None,
) -> list[Assignment]:
    """Ask people at a step, each with the reason; returns the new assignments."""
    rows = assignments_of(ballot.round, step, people, timezone.now(), origin)
    return Assignment.objects.bulk_create(rows)


def assignments_of(
    found: Round,
    step: RoundStep,
    people: Iterable[tuple[User, str]],
    now: datetime,
    origin: Assignment | None = None,
) -> list[Assignment]:
    """The rows that ask people at a step; nothing is saved."""
    is_told = step.duty == Duty.INFORMED
    return [
        Assignment(
            round=found,
            step=step,
            person=person,
            duty=step.duty,
            because=because,
            origin=origin,
            asked_at=now,
            closed_at=now if is_told else None,
            closed_because=Closed.INFORMED if is_told else "",
        )
        for person, because in people
    ]


def close_assignments(
    rows: Iterable[Assignment], why: Assignment.Closed, now: datetime
) -> None:
    """Nothing is asked of these people any more."""
    closed = list(rows)
    for row in closed:
        row.closed_at, row.closed_because = now, why
    if closed:
        Assignment.objects.filter(pk__in=[row.pk for row in closed]).update(
            closed_at=now, closed_because=why
        )


def close_round(ballot: Ballot, state: Round.State) -> None:
    """The round is over; whom it still asks is overtaken."""
    now = timezone.now()
    close_assignments(ballot.asked, Closed.OVERTAKEN, now)
    current = ballot.current
    if current is not None:
        current.closed_at = now
        current.save(update_fields=["closed_at"])
    ballot.round.state, ballot.round.closed_at = state, now
    ballot.round.save(update_fields=["state", "closed_at"])


def supersede(record: Any) -> int:
    """Another content was put in the place of the present one: nobody has agreed to it yet.

    Returns the number of decisions that became void (docs/threats.md#t09).
    """
    end_rounds(record, Round.State.SUPERSEDED)
    standing = Decision.objects.about(record).standing()
    return standing.update(voided_at=timezone.now())


def end_rounds(record: Model, state: Round.State) -> None:
    """End what is open of a record, because its content was changed or it was taken back."""
    for ballot in ballots(Round.objects.about(record).open()):
        close_round(ballot, state)
