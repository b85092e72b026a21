"""Due times, reminders and escalation, in the working time of the company."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import ApprovalRule, ApprovalStep, Assignment, DueTime
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.due import due_at, half_time, waited
from core.approvals.services import escalate_due, remind_due
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from engineering.tests.test_races import at_once
from notifications.models import Notification

pytestmark = pytest.mark.django_db
# A Monday in Jakarta, at nine in the morning, without a holiday near.
MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def times() -> None:
    DueTime.objects.all().delete()
    DueTime.objects.create(kind="ECN", priority=1, amount=4, unit="hours")
    DueTime.objects.create(kind="ECN", priority=3, amount=3, unit="days")


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


@pytest.mark.parametrize(
    ("priority", "jakarta"),
    [(1, "2026-07-06 14:00"), (3, "2026-07-09"), (2, None)],
)
def test_it_is_due_by_its_priority(priority: int, jakarta: str | None) -> None:
    found = due_at("ECN", priority, MONDAY)
    if jakarta is None:
        assert found is None
        return
    assert found is not None
    local = timezone.localtime(found)
    assert local.strftime("%Y-%m-%d %H:%M").startswith(jakarta)


def test_half_time_is_half_of_the_working_time() -> None:
    due = MONDAY + timedelta(hours=5)  # 14:00, with an hour's break in between
    assert timezone.localtime(half_time(MONDAY, due)).strftime("%H:%M") == "11:00"


def urgent(by: User) -> ChangeNotice:
    with at(MONDAY):
        return a_change(by, priority=1)


def reminded() -> int:
    return Notification.objects.filter(kind="approval.reminded").count()


def test_two_reminders_and_no_more(agus: User, rina: User) -> None:
    change = urgent(agus)
    hours = {1: 0, 2: 1, 3: 1, 5: 2, 9: 2, 30: 2}
    for after, count in hours.items():
        remind_due(MONDAY + timedelta(hours=after, minutes=1))
        assert reminded() == count, after
    assert Notification.objects.filter(kind="approval.reminded")[0].recipient == rina
    assert (
        Event.objects.filter(record_id=change.pk, kind="approval.reminded").count() == 2
    )


def test_what_is_found_late_is_reminded_once(agus: User, rina: User) -> None:
    urgent(agus)
    for hours in (30, 31, 60):
        remind_due(MONDAY + timedelta(hours=hours))
        assert reminded() == 1


def test_who_has_decided_is_left_alone(agus: User, rina: User) -> None:
    change = urgent(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert remind_due(MONDAY + timedelta(days=9)) == 0
    assert reminded() == 0


@pytest.mark.django_db(transaction=True)
def test_many_workers_remind_once(agus: User, rina: User) -> None:
    DueTime.objects.all().delete()
    DueTime.objects.create(kind="ECN", priority=1, amount=4, unit="hours")
    urgent(agus)
    later = MONDAY + timedelta(hours=3)
    assert at_once(*[lambda: remind_due(later)] * 4) == ["done"] * 4
    assert reminded() == 1


def test_an_escalation_asks_beside_and_keeps_all_names(
    agus: User, rina: User, hendi: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(
        rule=rule, role="manager", escalate_after=8, escalate_role="spv"
    )
    change = urgent(agus)
    assert escalate_due(MONDAY + timedelta(hours=8)) == 0
    assert escalate_due(MONDAY + timedelta(days=1, hours=2)) == 1
    assert escalate_due(MONDAY + timedelta(days=9)) == 0
    assert ballot_of(change).deciders == {rina.pk, hendi.pk}
    assert Assignment.objects.get(person=hendi).because == "escalation"
    assert Assignment.objects.get(person=rina).escalated_at is not None
    decide_change(change_id=change.pk, by=hendi, status=1)
    change.refresh_from_db()
    assert change.status == 1


def test_nothing_escalates_to_who_may_not_decide(hendi: User, rina: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(
        rule=rule, role="manager", escalate_after=1, escalate_person=hendi
    )
    change = urgent(hendi)
    assert escalate_due(MONDAY + timedelta(days=2)) == 0
    assert ballot_of(change).deciders == {rina.pk}


def test_how_long_an_answer_took(agus: User, rina: User) -> None:
    change = urgent(agus)
    with at(MONDAY + timedelta(hours=2)):
        decide_change(change_id=change.pk, by=rina, status=1)
    assert waited(Assignment.objects.get()) == timedelta(hours=2)
