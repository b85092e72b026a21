"""The list "nobody can decide": which rounds stand there, since when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.models import Role, User, UserRole
from core.approvals.models import Assignment, Needed, Round, RoundStep
from core.approvals.policies import ACCEPTED
from core.approvals.queries.ballots import Ballot, ballots
from core.approvals.queries.inbox import stuck_rounds
from core.approvals.subjects import Description, described
from core.db.memoize import cached_until

Closed = Assignment.Closed


@dataclass(frozen=True, slots=True)
class Stuck:
    """A record that nobody can decide; ``kind`` is what the API calls its kind."""

    round: Round
    kind: str
    told: Description
    since: datetime
    why: str


def stuck_count(version: int) -> int:
    """How many there are, counted once until something happens: every page tells administrators."""
    return cached_until("nobody can decide", version, stuck_rounds().count)


def nobody_can_decide(most: int) -> list[Stuck]:
    """The rounds that nobody can take on, the oldest first; seven queries however many."""
    rows = stuck_rounds().select_related("opened_by").order_by("opened_at", "id")
    found = ballots(rows[:most])
    told = described(map(_place, found))
    named, held = _candidates([each.current for each in found if each.current])
    return [
        Stuck(each.round, subject.name, words, _since(each), _why(each, named, held))
        for each in found
        if _place(each) in told
        for subject, words in [told[_place(each)]]
    ]


def _place(ballot: Ballot) -> tuple[str, int]:
    return ballot.round.record_type, ballot.round.record_id


def _candidates(steps: Iterable[RoundStep]) -> tuple[frozenset[int], frozenset[str]]:
    """Of the people whom steps name: the active ones; of their roles: those that somebody holds."""
    rows = list(steps)
    people = {key for step in rows for key in step.people or ()}
    active = User.objects.filter(is_active=True)
    holders = UserRole.objects.filter(user_id__in=active.values("ext_id"))
    held = holders.filter(role__in={step.role for step in rows if step.role})
    return (
        frozenset(active.filter(pk__in=people).values_list("pk", flat=True)),
        frozenset(held.values_list("role", flat=True)),
    )


def _here(ballot: Ballot) -> list[Assignment]:
    """What was asked at the step that the route waits for."""
    step = ballot.current
    return [row for row in ballot.assignments if step and row.step_id == step.pk]


def _since(ballot: Ballot) -> datetime:
    """When the last person of the step stopped being asked, else when it was put up."""
    step = ballot.current
    begin = (step and step.opened_at) or ballot.round.opened_at
    return max([begin, *(row.closed_at for row in _here(ballot) if row.closed_at)])


def _why(ballot: Ballot, named: frozenset[int], held: frozenset[str]) -> str:
    step, here = ballot.current, _here(ballot)
    if step is None:
        return _("The route has no step that must decide.")
    gone = [
        str(row.person)
        for row in here
        if row.closed_because == Closed.LEFT
        or (row.is_open and not row.person.is_active)
    ]
    if gone:
        return _("%s left, and nobody took over.") % ", ".join(gone)
    yes = sum(
        row.step == step.order and row.status == ACCEPTED for row in ballot.decisions
    )
    if yes and step.mode == Needed.SOME:
        return _too_few(yes, step.number)
    if step.role in held or named.intersection(step.people or ()):
        return _(
            "Four eyes: everybody who could decide asked for it or wrote part of it."
        )
    return _nobody(step)


def _too_few(yes: int, number: int) -> str:
    told = ngettext(
        "%(needed)d must agree, and only %(given)d is there.",
        "%(needed)d must agree, and only %(given)d are there.",
        yes,
    )
    return told % {"needed": number, "given": yes}


def _nobody(step: RoundStep) -> str:
    if step.role:
        return _("Nobody holds the role %s.") % Role(step.role).label
    if step.of_head:
        return _("The department of the requester has no head.")
    return _("The people whom the route names have left, or it names nobody.")
