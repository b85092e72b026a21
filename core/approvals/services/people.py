"""Who is asked while a round is open: forwarded, asked as well, replaced when they leave."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.approvals.models import Assignment, Round, RoundStep
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.inbox import (
    is_asked_about,
    stuck_rounds,
    substitutes_of,
)
from core.approvals.queries.rules import escalation_of
from core.approvals.services.routes import (
    ask_new,
    assign,
    close_assignments,
    locked_or_none,
    people_asked_at,
    tell,
)
from core.approvals.signals import nobody_left, people_asked, people_released
from core.approvals.subjects import SUBJECTS, Subject
from core.errors import DomainError, invalid

Because, Closed = Assignment.Because, Assignment.Closed
AT_ONCE = 200
MAX_REASON = 500


@transaction.atomic
def forward(
    *,
    record_type: str,
    record_id: int,
    by: User,
    to: User,
    reason: str,
    person: User | None = None,
) -> Assignment:
    """Ask ``to`` in place of ``person`` (``by`` where left out), with a reason.

    Everybody may forward what is asked of them; a manager or an administrator what is asked of
    anybody. Raises DomainError ``not_found``, ``illegal_transition`` (nothing is asked of that
    person), ``forbidden``, ``invalid`` (no reason; ``to`` has left, is asked already, or may not
    decide on it).
    """
    subject = SUBJECTS[record_type]
    found = subject.lock(record_id)
    ballot = ballot_of(found)
    asked = person or by
    if asked.pk != by.pk:
        require(by, "manage_approvals")
    place = ballot.of(asked.pk)
    if place is None:
        raise DomainError(
            _("Nothing is asked of %s here.") % asked,
            "illegal_transition" if person else "forbidden",
        )
    _require_reason(reason)
    step = next(row for row in ballot.steps if row.pk == place.step_id)
    _require_able(subject, found, ballot, step, to, instead_of=asked.pk)
    close_assignments([place], Closed.REPLACED, timezone.now())
    (new,) = assign(ballot, step, [(to, Because.FORWARDING)], origin=place)
    subject.replaced(found, asked, to, by)
    event = tell(
        found, "approval.forwarded", by, before=[asked], after=[to], reason=reason
    )
    people_released.send(Round, record=found, event=event, people=frozenset({asked.pk}))
    people_asked.send(Round, record=found, by=by, event=event, assignments=[new])
    return new


@transaction.atomic
def ask_as_well(
    *, record_type: str, record_id: int, by: User, to: User, reason: str
) -> Assignment:
    """Ask one more person at the open step; a manager or an administrator, with a reason.

    This is how a round that nobody can take on moves again. Raises DomainError as ``forward``.
    """
    require(by, "manage_approvals")
    _require_reason(reason)
    subject = SUBJECTS[record_type]
    found = subject.lock(record_id)
    ballot = ballot_of(found)
    step = ballot.current
    if step is None:
        raise DomainError(
            _("%s waits for nobody's decision.") % found, "illegal_transition"
        )
    _require_able(subject, found, ballot, step, to)
    (new,) = assign(ballot, step, [(to, Because.INVITATION)])
    subject.replaced(found, None, to, by)
    event = tell(found, "approval.asked", by, before=[], after=[to], reason=reason)
    people_asked.send(Round, record=found, by=by, event=event, assignments=[new])
    return new


def ask_another(*, record: Any, by: User, to: User, reason: str) -> Assignment:
    """Ask somebody else: in one's own place where one is asked, else as well.

    Raises DomainError as ``forward`` and ``ask_as_well``.
    """
    place: dict[str, Any] = {"record_type": record._meta.label, "record_id": record.pk}
    verb = forward if is_asked_about(by.pk, **place) else ask_as_well
    return verb(by=by, to=to, reason=reason, **place)


def _require_reason(reason: str) -> None:
    if not reason.strip("\0 \t\r\n"):
        raise invalid("reason", _("Say why."))


def _require_able(
    subject: Subject,
    found: Any,
    ballot: Ballot,
    step: RoundStep,
    to: User,
    instead_of: int = 0,
) -> None:
    """``to`` must be a person who may decide here and is not asked yet."""
    here = [row for row in ballot.asked if row.step_id == step.pk]
    if not to.is_active:
        raise invalid("toExtUserId", _("%s has left.") % to)
    if any(row.person_id == to.pk for row in here):
        raise invalid("toExtUserId", _("%s is asked already.") % to)
    others = [row.person for row in here if row.person_id != instead_of]
    if to.pk not in subject.able(found, [to, *others]):
        raise invalid(
            "toExtUserId",
            _("%s raised or wrote this; somebody else must decide on it.") % to,
        )


# --- People who leave ---------------------------------------------------------------


def mend_rounds() -> int:
    """Ask others where somebody left, or where nobody is asked; returns how many rounds changed.

    A job of the worker. Each round is mended in a transaction of its own, so that two workers and
    a kill in the middle do no harm.
    """
    absent = Assignment.objects.open().filter(
        person__is_active=False, round__state=Round.State.OPEN
    )
    rows = absent.values_list("round__record_type", "round__record_id").distinct()
    places = [*rows[:AT_ONCE], *_nobody_asked()]
    return sum(_mend(record_type, record_id) for record_type, record_id in places)


def _nobody_asked() -> list[tuple[str, int]]:
    """Those that were looked at the longest time ago."""
    rows = list(
        stuck_rounds().order_by(F("looked_at").asc(nulls_first=True), "id")[:AT_ONCE]
    )
    now = timezone.now()
    Round.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=now)
    return [(row.record_type, row.record_id) for row in rows]


@transaction.atomic
def _mend(record_type: str, record_id: int) -> bool:
    subject = SUBJECTS[record_type]
    found = locked_or_none(subject, record_id)
    if found is None:
        return False
    ballot = ballot_of(found)
    gone = [row for row in ballot.asked if not row.person.is_active]
    if not gone and not ballot.is_stuck:
        return False
    close_assignments(gone, Closed.LEFT, timezone.now())
    new = [each for row in gone for each in _replace(subject, found, ballot, row)]
    if ballot.is_stuck:
        new += _fill(found, ballot)
    if not gone and not new:
        return False
    event = tell(
        found,
        "approval.left" if gone else "approval.asked",
        None,
        before=[row.person for row in gone],
        after=[row.person for row in new],
    )
    if new:
        people_asked.send(Round, record=found, by=None, event=event, assignments=new)
    if ballot.is_stuck:
        nobody_left.send(Round, record=found, by=None, event=event)
    return True


def _replace(
    subject: Subject, found: Any, ballot: Ballot, gone: Assignment
) -> list[Assignment]:
    """Ask the substitute of somebody who left, else the other people of the step."""
    step = next(row for row in ballot.steps if row.pk == gone.step_id)
    substitutes = substitutes_of(gone.person_id, ballot.round.kind)
    for people in (substitutes, people_asked_at(found, step)):
        new = ask_new(found, ballot, step, people, Because.REPLACEMENT, gone)
        if new:
            subject.replaced(found, gone.person, new[0].person, None)
            return new
    subject.replaced(found, gone.person, None, None)
    return []


def _fill(found: Any, ballot: Ballot) -> list[Assignment]:
    """Ask who holds the step's role by now, else the target of its escalation."""
    step = ballot.current
    if step is None:
        return []
    new = ask_new(found, ballot, step, people_asked_at(found, step), Because.ROLE)
    return new or ask_new(found, ballot, step, escalation_of(step), Because.ROLE)
