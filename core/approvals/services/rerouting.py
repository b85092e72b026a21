"""Apply today's rules to what waits: an administrator's verb, a transaction per record."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.approvals.models import Assignment, Decision, Round, RoundStep
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.due import due_at
from core.approvals.queries.rerouting import NewStep, Rerouting, rerouting
from core.approvals.services.routes import assign, close_assignments, frozen, named
from core.approvals.signals import nobody_left, people_asked, people_released
from core.approvals.subjects import SUBJECTS
from core.errors import DomainError
from core.ledger.services import record as write_event


@transaction.atomic
def apply_rules(*, record_type: str, record_id: int, by: User, shown: str = "") -> bool:
    """Give an open round the route of today's rule; returns whether anything changed.

    Decisions that fit go on counting, the others are kept as history; who is asked anew is told. A
    rule alone approves nothing: where decisions given would fulfil all of it, the newest is asked for
    again. ``shown`` is the fingerprint of the effect that was shown. The same again has no effect.
    Raises DomainError ``forbidden``, ``not_found``, ``illegal_transition`` (nothing waits, or no rule
    is for it), ``stale_revision`` (the effect is another one by now).
    """
    require(by, "set_up")
    subject = SUBJECTS[record_type]
    found = subject.lock(record_id)
    ballot = ballot_of(found)
    steps = subject.routes([found]).get(found.pk)
    if not ballot.round.is_open or steps is None:
        raise DomainError(
            _("%s waits for no decision by a rule.") % found, "illegal_transition"
        )
    plan = rerouting(found, ballot, steps)
    if plan.is_empty:
        return False
    if shown not in {"", plan.fingerprint}:
        raise DomainError(
            _("%s has changed since it was shown. Look at it again.") % found,
            "stale_revision",
        )
    _carry_out(found, plan, by)
    return True


def _carry_out(found: Any, plan: Rerouting, by: User) -> None:
    ballot, now = plan.ballot, timezone.now()
    released, voided = plan.released, plan.voided
    before = _facts([row.person for row in ballot.asked], voided)
    close_assignments(released, Assignment.Closed.REROUTED, now)
    Decision.objects.filter(pk__in=[row.pk for row in voided]).update(voided_at=now)
    new = _refreeze(ballot, plan.steps, now)
    fresh = ballot_of(found)
    event = write_event(
        found,
        "approval.rerouted",
        by=by,
        before=before,
        after=_facts([row.person for row in fresh.asked], ()),
        revision=found.revision,
    )
    still = fresh.deciders
    gone = frozenset(row.person_id for row in released) - still
    people_released.send(Round, record=found, event=event, people=gone)
    asked = [row for row in new if row.is_open]
    if asked:
        people_asked.send(Round, record=found, by=by, event=event, assignments=asked)
    if fresh.is_stuck:
        nobody_left.send(Round, record=found, by=by, event=event)


def _facts(people: Iterable[User], voided: Iterable[Decision]) -> dict[str, Any]:
    """Who is asked, and whose decision is history from here on."""
    void = [row.names for row in voided]
    return named(people) | ({"voided": void} if void else {})


def _refreeze(ballot: Ballot, steps: list[NewStep], now: datetime) -> list[Assignment]:
    """Put the new steps in the place of the old ones; returns those who are asked anew."""
    old = RoundStep.objects.filter(pk__in=[step.pk for step in ballot.steps])
    old.update(replaced_at=now, closed_at=Coalesce(F("closed_at"), now))
    rows = [
        _new_step(ballot.round, order, each, now) for order, each in enumerate(steps)
    ]
    made = RoundStep.objects.bulk_create(rows)
    return [
        row
        for step, each in zip(made, steps, strict=True)
        for row in _fill(ballot, step, each)
    ]


def _new_step(made: Round, order: int, each: NewStep, now: datetime) -> RoundStep:
    """The row of a step; one that asks the same keeps its times."""
    row, same = frozen(made, order, each.step), each.same
    if not each.is_open:
        return row
    row.opened_at, row.due_at = now, due_at(made.kind, made.priority, now)
    if same is not None and same.opened_at is not None:
        row.opened_at, row.due_at = same.opened_at, same.due_at
    if each.is_done:
        row.closed_at = (same and same.closed_at) or now
    return row


def _fill(ballot: Ballot, step: RoundStep, each: NewStep) -> list[Assignment]:
    """Move what is taken over to its new step, and ask the others."""
    moved = [row.pk for row in (*each.kept, *each.stay)]
    Assignment.objects.filter(pk__in=moved).update(step=step, duty=step.duty)
    Decision.objects.filter(assignment__in=[row.pk for row in each.kept]).update(
        step=step.order
    )
    return assign(ballot, step, each.new)
