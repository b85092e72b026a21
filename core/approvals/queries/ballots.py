"""A record's round: its route, the people who are asked, and what they decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Assignment, Decision, Duty, Round, RoundStep, Status
from core.approvals.policies import Outcome, StepState, Vote, outcome
from core.errors import DomainError

JOINED = ("person", "decision")
STATUS: dict[str, Status] = {
    Round.State.OPEN: Status.PENDING,
    Round.State.APPROVED: Status.ACCEPTED,
    Round.State.REJECTED: Status.REJECTED,
    Round.State.RETURNED: Status.RETURNED,
}


def decision_of(assignment: Assignment) -> Decision | None:
    """The decision on an assignment that was read with it."""
    found: Decision | None = getattr(assignment, "decision", None)
    return found


@dataclass(slots=True)
class Ballot:
    """A round as it stands; read under the lock of its record where something follows from it."""

    round: Round
    steps: list[RoundStep]
    assignments: list[Assignment]

    @property
    def decisions(self) -> list[Decision]:
        """The decisions that count, in their order."""
        found = [decision_of(row) for row in self.assignments]
        standing = [row for row in found if row is not None and row.voided_at is None]
        return sorted(standing, key=lambda row: row.pk)

    @property
    def asked(self) -> list[Assignment]:
        """Assignments on which somebody may decide now."""
        return (
            [row for row in self.assignments if row.is_open]
            if self.round.is_open
            else []
        )

    @property
    def deciders(self) -> frozenset[int]:
        """User ids of those who may decide now."""
        return frozenset(row.person_id for row in self.asked)

    @property
    def current(self) -> RoundStep | None:
        """The step that the route waits for; None once it is settled."""
        waited = (
            step
            for step in self.steps
            if step.duty == Duty.REQUIRED and step.opened_at and not step.closed_at
        )
        return next(waited, None) if self.round.is_open else None

    @property
    def is_stuck(self) -> bool:
        """Whether nobody who is active can take the open round on."""
        step = self.current
        return self.round.is_open and not any(
            row.step_id == (step and step.pk) and row.person.is_active
            for row in self.asked
        )

    @property
    def outcome(self) -> Outcome:
        """What the decisions add up to."""
        votes = [Vote(row.step, row.status) for row in self.decisions]
        return outcome([self._state(step) for step in self.steps], votes)

    def _state(self, step: RoundStep) -> StepState:
        asked = sum(row.step_id == step.pk and row.is_open for row in self.assignments)
        is_required = step.duty == Duty.REQUIRED
        return StepState(step.mode, asked, step.number, is_required)

    def own(self, user: User) -> Assignment | None:
        """This person's open assignment, at the step that the route waits for where there are two."""
        current = self.current
        mine = [row for row in self.asked if row.person_id == user.pk]
        mine.sort(key=lambda row: (row.step_id != (current and current.pk), row.pk))
        return mine[0] if mine else None

    def of(self, user_id: int) -> Assignment | None:
        """The open assignment of a person."""
        return next((row for row in self.asked if row.person_id == user_id), None)


def ballots(rows: QuerySet[Round]) -> list[Ballot]:
    """Rounds with all that belongs to them, in three queries however many; a fourth for substitutes."""
    asked = Assignment.objects.select_related(*JOINED).order_by("id")
    found = rows.prefetch_related(
        Prefetch("steps", RoundStep.objects.standing()), Prefetch("assignments", asked)
    )
    read = [
        Ballot(each, list(each.steps.all()), list(each.assignments.all()))
        for each in found
    ]
    _name_deciders(row for ballot in read for row in ballot.assignments)
    return read


def ballot_of(record: Any) -> Ballot:
    """The round of the record's present revision, in two queries; a third for substitutes.

    Raises DomainError ``illegal_transition`` where it was never put up.
    """
    steps = list(
        RoundStep.objects.standing()
        .filter(
            round__record_type=record._meta.label,
            round__record_id=record.pk,
            round__revision=record.revision,
        )
        .select_related("round")
        .order_by("order")
    )
    if not steps:
        raise DomainError(
            _("%s is not put up for decision.") % record, "illegal_transition"
        )
    found = steps[0].round
    rows = Assignment.objects.filter(round=found).select_related(*JOINED)
    ballot = Ballot(found, steps, list(rows.order_by("id")))
    _name_deciders(ballot.assignments)
    return ballot


def _name_deciders(rows: Iterable[Assignment]) -> None:
    """Give the decisions their people: those of their assignments, and read only who is another.

    Two more joins of people would be a third of the time that a round takes to read.
    """
    decided = [(row, found) for row in rows if (found := decision_of(row))]
    other = {
        key
        for row, found in decided
        for key in (found.approver_id, found.on_behalf_of_id)
        if key not in {None, row.person_id}
    }
    people = User.objects.in_bulk(other) if other else {}
    for row, found in decided:
        known = people | {row.person_id: row.person}
        found.approver = known[found.approver_id]
        if found.on_behalf_of_id is not None:
            found.on_behalf_of = known[found.on_behalf_of_id]
