"""The route of a round as pages show it: steps with their people, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.models import Role, User
from core.approvals.models import Assignment, Decision, Duty, Needed, RoundStep
from core.approvals.queries.ballots import Ballot, decision_of
from core.text.formatting import distance, moment

Because = Assignment.Because
# Who is no longer asked, and why, is worth a line; that others were quicker is not.
SHOWN = {Assignment.Closed.LEFT, Assignment.Closed.REPLACED}


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A person at a step: what they decided, or since when they are asked, and why they."""

    person: User
    decision: Decision | None
    note: str
    word: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step: its number (from 1), what it needs, its people, or who will be asked."""

    number: int
    words: str
    rows: Sequence[RouteRow]
    later: str
    is_current: bool
    due_at: Any


def route_of(ballot: Ballot) -> list[RouteStep]:
    """Every step in its order."""
    current = ballot.current
    names = _names(ballot)
    return [
        RouteStep(
            number=step.order + 1,
            words=_words(step),
            rows=_rows(ballot, step),
            later="" if step.opened_at else _later(step, names),
            is_current=current is not None and step.pk == current.pk,
            due_at=step.due_at if not step.closed_at else None,
        )
        for step in ballot.steps
    ]


def _names(ballot: Ballot) -> dict[int, str]:
    """Of those who are named at steps to come."""
    ids = {
        key for step in ballot.steps if not step.opened_at for key in step.people or ()
    }
    if not ids:
        return {}
    return {row.pk: str(row) for row in User.objects.filter(pk__in=ids)}


def _words(step: RoundStep) -> str:
    if step.duty == Duty.INFORMED:
        return _("are informed")
    needed = {
        Needed.ANY: _("any one"),
        Needed.EVERYONE: _("everyone"),
        Needed.SOME: ngettext("%d of them", "%d of them", step.number) % step.number,
    }[Needed(step.mode)]
    return f"{needed}, {_('may decide')}" if step.duty == Duty.OPTIONAL else needed


def _later(step: RoundStep, names: dict[int, str]) -> str:
    who = [names.get(key, "") for key in step.people or ()]
    role = [str(Role(step.role).label)] if step.role else []
    head = [_("head of the department")] if step.of_head else []
    return ", ".join(each for each in (*who, *role, *head) if each)


def _rows(ballot: Ballot, step: RoundStep) -> list[RouteRow]:
    here = [row for row in ballot.assignments if row.step_id == step.pk]
    shown = [row for row in here if _is_shown(row)]
    # Decided first, in their order; then who is still asked, by name.
    shown.sort(
        key=lambda row: (row.is_open, row.closed_at or row.asked_at, str(row.person))
    )
    return [_row(row) for row in shown]


def _is_shown(row: Assignment) -> bool:
    decision = decision_of(row)
    if decision is not None:
        return decision.voided_at is None
    return row.is_open or row.closed_because in SHOWN or row.duty == Duty.INFORMED


def _row(row: Assignment) -> RouteRow:
    decision = decision_of(row)
    if decision is not None:
        return RouteRow(decision.approver, decision, _decided(decision), "")
    if row.is_open:
        since = _("asked %s") % distance(row.asked_at)
        is_plain = row.because in {Because.ROLE, Because.NAME, Because.INVITATION}
        why = "" if is_plain else f" · {row.get_because_display()}"
        return RouteRow(row.person, None, since + why, _("Asked"), is_open=True)
    return RouteRow(row.person, None, "", row.get_closed_because_display())


def _decided(decision: Decision) -> str:
    """When, and for whom."""
    at = moment(decision.decided_at)
    other = decision.on_behalf_of
    return f"{at} · {_('on behalf of')} {other}" if other else at
