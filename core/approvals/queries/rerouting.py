"""What today's rules would change about what waits: who would be asked anew, which decisions stay.

Reads only; ``core.approvals.services.rerouting`` carries it out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from core.accounts.models import User
from core.approvals.models import Assignment, Decision, Duty, Round, RoundStep
from core.approvals.policies import StepState, is_satisfied
from core.approvals.queries.ballots import Ballot, ballots, decision_of
from core.approvals.queries.rules import People, Place, PlannedStep, place_fields
from core.approvals.subjects import SUBJECTS, Subject, subject_of
from core.text.canonical_json import digest

Because, Closed = Assignment.Because, Assignment.Closed
# Asked by a person or by the clock, not by the rule.
BY_HAND = {
    Because.INVITATION,
    Because.FORWARDING,
    Because.REPLACEMENT,
    Because.ESCALATION,
}
# Rounds that are looked at for one page, and records that it shows at most.
WINDOW = 250
MOST = 100


@dataclass(slots=True, eq=False)
class NewStep:
    """A step of the new route: what is taken over from the old one, and who is asked anew.

    same: the old step that asks the same, which keeps its times.
    """

    step: PlannedStep
    same: RoundStep | None = None
    is_open: bool = False
    is_done: bool = False
    kept: list[Assignment] = field(default_factory=list)
    stay: list[Assignment] = field(default_factory=list)
    new: list[tuple[User, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rerouting:
    """The effect of today's rule on one open round."""

    ballot: Ballot
    steps: list[NewStep]

    @property
    def anew(self) -> list[User]:
        """People who would be asked or informed, and are not now."""
        return [person for step in self.steps for person, _why in step.new]

    @property
    def released(self) -> list[Assignment]:
        """Assignments that would ask nobody any more."""
        kept = {row.pk for step in self.steps for row in step.stay}
        return [row for row in self.ballot.asked if row.pk not in kept]

    @property
    def decided(self) -> list[Decision]:
        """Decisions that would go on counting."""
        kept = {row.pk for step in self.steps for row in step.kept}
        return [row for row in self.ballot.decisions if row.assignment_id in kept]

    @property
    def voided(self) -> list[Decision]:
        """Decisions that would be history."""
        kept = {row.pk for row in self.decided}
        return [row for row in self.ballot.decisions if row.pk not in kept]

    @property
    def finds_nobody(self) -> bool:
        """Whether nobody could take the round on."""
        waited = [each for each in self.steps if each.is_open and not each.is_done]
        return not any(
            each.new or any(row.person.is_active for row in each.stay)
            for each in waited
            if each.step.duty == Duty.REQUIRED
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        old = [place_values(step) for step in self.ballot.steps]
        return old == [place_values(each.step) for each in self.steps] and not (
            self.anew or self.released or self.voided
        )

    @property
    def fingerprint(self) -> str:
        """Names what was shown, so that what changed since is not applied unseen."""
        return digest(
            {
                "round": self.ballot.round.pk,
                "digest": self.ballot.round.digest,
                "asked": [row.pk for row in self.ballot.asked],
                "decided": [row.pk for row in self.ballot.decisions],
                "steps": [place_values(each.step) for each in self.steps],
                "anew": sorted(person.pk for person in self.anew),
                "released": sorted(row.pk for row in self.released),
            }
        )[:32]


def place_values(step: Place) -> list[Any]:
    """A step as two of them are compared."""
    return [*place_fields(step).values(), sorted(step.people)]


@dataclass(frozen=True, slots=True)
class Looked:
    """A stretch of what waits: the records on another route than today's rule gives, the oldest first.

    last: the round with which the stretch ends, from where the next one goes on; 0 at the end of all.
    """

    found: list[tuple[Any, Rerouting]]
    last: int = 0


def reroutings(after: int = 0, window: int = WINDOW, most: int = MOST) -> Looked:
    """What today's rules would change about the next so many open rounds, at most so many of them.

    It asks the database as often for one round as for all of a window.
    """
    ruled = [label for label, each in SUBJECTS.items() if each.has_rules]
    rows = Round.objects.open().filter(record_type__in=ruled, pk__gt=after)
    read = ballots(rows.order_by("pk")[:window])
    plans = {
        plan.ballot.round.pk: (record, plan)
        for subject in SUBJECTS.values()
        for record, plan in _plans(subject, read)
        if not plan.is_empty
    }
    found = [plans[each.round.pk] for each in read if each.round.pk in plans]
    if len(found) > most:
        return Looked(found[:most], found[most - 1][1].ballot.round.pk)
    return Looked(found, read[-1].round.pk if len(read) == window else 0)


def looked_at(last: int) -> tuple[int, int]:
    """How many rounds wait by a rule, and how many of them stand up to this one."""
    ruled = [label for label, each in SUBJECTS.items() if each.has_rules]
    rows = Round.objects.open().filter(record_type__in=ruled)
    told = rows.aggregate(all=Count("pk"), seen=Count("pk", filter=Q(pk__lte=last)))
    return told["all"], told["seen"] if last else told["all"]


def _plans(subject: Subject, read: Sequence[Ballot]) -> Iterator[tuple[Any, Rerouting]]:
    """The effect on each of the subject's records among these rounds."""
    label = subject.model._meta.label
    own = [each for each in read if each.round.record_type == label]
    if not own:
        return
    rows = subject.model._default_manager.select_related(*subject.joined)
    known: Any = rows.in_bulk([each.round.record_id for each in own])
    routes = subject.routes(list(known.values()))
    waits = [each for each in own if each.round.record_id in routes]
    those = [
        (known[each.round.record_id], each, routes[each.round.record_id])
        for each in waits
    ]
    voters = Voters(subject, [(record, steps) for record, _ballot, steps in those])
    for record, ballot, steps in those:
        yield record, rerouting(record, ballot, steps, voters)


class Voters:
    """Who may decide on records at the steps of today's rules; read once for all of them."""

    def __init__(
        self, subject: Subject, asked: Sequence[tuple[Any, Sequence[PlannedStep]]]
    ) -> None:
        self._department = subject.department
        self._able = subject.able_of([record for record, _steps in asked])
        self._people = People(
            (step, self._head_of(record, step))
            for record, steps in asked
            for step in steps
        )

    def _head_of(self, record: Any, step: PlannedStep) -> int | None:
        return self._department(record) if step.of_head else None

    def of(self, record: Any, step: PlannedStep) -> dict[int, User]:
        """The people of a step who may decide on this record, by id; of who is only informed, all."""
        people = self._people.of(step, self._head_of(record, step))
        if step.duty != Duty.INFORMED:
            able = self._able(record, people)
            people = [person for person in people if person.pk in able]
        return {person.pk: person for person in people}


def rerouting(
    record: Any,
    ballot: Ballot,
    steps: Sequence[PlannedStep],
    voters: Voters | None = None,
) -> Rerouting:
    """The effect on one record; the steps are those of today's rule.

    A step that asks the same as before keeps its decisions; elsewhere a decision stays where its person
    is still asked. Who was asked by hand in somebody's place stands for them.
    """
    voters = voters or Voters(subject_of(record), [(record, steps)])
    pool = _Pool(ballot)
    found = [NewStep(step, pool.same(step)) for step in steps]
    required = [each for each in found if each.step.duty == Duty.REQUIRED]
    for each in found:
        is_last = each in required[-1:]
        _open(each, pool, voters.of(record, each.step), is_last=is_last)
        if each in required and not (each.is_done or is_last):
            break
    return Rerouting(ballot, found)


class _Pool:
    """What the old route leaves to take over; each assignment is taken once."""

    def __init__(self, ballot: Ballot) -> None:
        self.rows = {row.pk: row for row in ballot.assignments}
        self.free = {
            row.pk
            for row in ballot.assignments
            if row.is_open or _stands(row) or row.closed_because == Closed.INFORMED
        }
        self.steps = list(ballot.steps)

    def same(self, step: PlannedStep) -> RoundStep | None:
        """The first old step that asks just this; it is given once."""
        for old in self.steps:
            if place_values(old) == place_values(step):
                self.steps.remove(old)
                return old
        return None

    def persons(self, row: Assignment) -> set[int]:
        """The person of an assignment, and those in whose place they are asked."""
        found: set[int] = set()
        place: Assignment | None = row
        while place is not None and place.person_id not in found:
            found.add(place.person_id)
            place = self.rows.get(place.origin_id or 0)
        return found

    def fitting(self, each: NewStep, people: Mapping[int, User]) -> list[Assignment]:
        """Free assignments that fit a step: those of the step itself first."""
        same = each.same.pk if each.same else None
        rows = [self.rows[key] for key in sorted(self.free)]
        rows.sort(key=lambda row: (row.step_id != same, row.is_open))
        return [
            row
            for row in rows
            if self.persons(row) & people.keys()
            or (row.step_id == same and (_stands(row) or row.because in BY_HAND))
        ]


def _stands(row: Assignment) -> bool:
    decision = decision_of(row)
    return decision is not None and decision.voided_at is None


def _open(
    each: NewStep, pool: _Pool, named: Mapping[int, User], *, is_last: bool
) -> None:
    """Settle the people of a step: decided, still asked, asked anew."""
    each.is_open = True
    covered: set[int] = set()
    for row in pool.fitting(each, named):
        is_told = row.closed_because == Closed.INFORMED
        persons = pool.persons(row)
        if is_told != (each.step.duty == Duty.INFORMED) or covered & persons:
            continue
        (each.kept if _stands(row) else each.stay).append(row)
        covered |= persons
        pool.free.discard(row.pk)
    each.new = [
        (person, _because(person))
        for key, person in named.items()
        if key not in covered
    ]
    if is_last:
        _keep_open(each)
    elif each.step.duty == Duty.REQUIRED and _is_done(each):
        each.is_done, each.new = True, []
        pool.free |= {row.pk for row in each.stay}
        each.stay = []


def _because(person: Any) -> str:
    if person.is_named:
        return Because.NAME
    return Because.ROLE if person.has_role else Because.HEAD


def _is_done(each: NewStep) -> bool:
    state = StepState(each.step.mode, len(each.stay) + len(each.new), each.step.number)
    return is_satisfied(state, len(each.kept))


def _keep_open(each: NewStep) -> None:
    """A rule alone approves nothing: the newest yes of the last step is asked for again."""
    while _is_done(each) and each.kept:
        row = max(each.kept, key=lambda row: row.pk)
        each.kept.remove(row)
        if row.person.is_active:
            each.new.append((row.person, row.because))
