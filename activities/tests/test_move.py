"""Tasks moved on Gantt and calendar: by the verb of the form, with its rules and its history."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import Task
from activities.tests.conftest import a_task, an_activity, at, signed, the_task
from core.accounts.models import User
from core.ledger.models import Event

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
DAYS = {"starts_at": at("2026-03-16 09:00"), "ends_at": at("2026-03-18 16:00")}


def days(task: Task) -> tuple[date | None, ...]:
    task.refresh_from_db()
    moments = (task.starts_at, task.ends_at)
    return tuple(each and timezone.localdate(each) for each in moments)


def move(by: Client, task: Task, starts: str, ends: str) -> Any:
    sent = {"starts": starts, "ends": ends}
    return by.post(f"/activities/tasks/{task.pk}/move/", sent)


def test_a_moved_task_stands_on_its_new_days_and_in_the_history(
    agus: User, as_person: Log
) -> None:
    activity = an_activity(agus, a_task("SLD", agus, **DAYS))
    task = the_task(activity)
    answer = move(as_person(agus), task, "2026-03-17", "2026-03-19")
    assert answer.status_code == 200
    assert "SLD" in answer.json()["sentence"]
    assert days(task) == (date(2026, 3, 17), date(2026, 3, 19))
    assert Event.objects.filter(kind="task.edited", record_id=task.pk).count() == 1
    activity.refresh_from_db()
    assert activity.to_cache == task.ends_at


def test_an_end_that_stays_keeps_its_hour(agus: User, as_person: Log) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus, **DAYS)))
    move(as_person(agus), task, "2026-03-16", "2026-03-20")
    task.refresh_from_db()
    assert task.starts_at == DAYS["starts_at"]


def test_a_task_without_a_start_gets_none(agus: User, as_person: Log) -> None:
    plan = a_task("SLD", agus, **DAYS | {"starts_at": None})
    task = the_task(an_activity(agus, plan))
    move(as_person(agus), task, "2026-03-19", "2026-03-19")
    assert days(task) == (None, date(2026, 3, 19))


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [
        ("2026-03-19", "2026-03-18", 400),
        ("1926-03-16", "2026-03-18", 400),
        ("2026-03-16", "2101-01-01", 400),
        ("x", "2026-03-18", 400),
    ],
)
def test_days_that_make_no_sense_move_nothing(
    starts: str, ends: str, status: int, agus: User, as_person: Log
) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus, **DAYS)))
    answer = move(as_person(agus), task, starts, ends)
    assert answer.status_code == status
    assert answer.json()["sentence"]
    assert days(task) == (date(2026, 3, 16), date(2026, 3, 18))


def test_who_may_not_edit_moves_nothing_and_hears_why(
    agus: User, hendi: User, budi: User, as_person: Log
) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus, **DAYS)))
    answer = move(as_person(budi), task, "2026-03-17", "2026-03-19")
    assert answer.status_code == 403
    assert answer.json()["sentence"]
    assert days(task) == (date(2026, 3, 16), date(2026, 3, 18))


def test_a_complete_task_stays(agus: User, rina: User, as_person: Log) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus, **DAYS)))
    signed(task, rina, rina, rina)
    answer = move(as_person(rina), task, "2026-03-17", "2026-03-19")
    assert answer.status_code == 409
    assert days(task) == (date(2026, 3, 16), date(2026, 3, 18))


@pytest.mark.parametrize("page", ["gantt/?first=2026-03-09", "calendar/?month=2026-03"])
def test_without_a_script_a_task_is_a_link(
    page: str, agus: User, as_person: Log, sandbox: Any
) -> None:
    activity = an_activity(agus, a_task("SLD", agus, **DAYS))
    text = as_person(agus).get(f"/activities/{page}").content.decode()
    assert f'data-task="{the_task(activity).pk}"' in text
    assert 'data-starts="2026-03-16"' in text
    is_bar = page.startswith("gantt")
    assert (f'href="/activities/{activity.pk}/edit/"' in text) is is_bar
