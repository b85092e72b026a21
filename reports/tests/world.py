"""A small world around July 2026 whose figures can be counted by hand; it is noon of 20 July."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activities.models import STAGES, Activity, InCharge, Task
from core.accounts import queries as people_queries
from core.accounts.queries import PersonRef
from engineering.models import DepartmentConfig

AGUS, BUDI, TUTI = 12, 101, 31
DIRECTORY = {
    AGUS: PersonRef(AGUS, "Agus", "Engineering", 4),
    BUDI: PersonRef(BUDI, "Budi", "Engineering", 4),
    TUTI: PersonRef(TUTI, "Tuti", "Arsip", 5),
}


def at(text: str) -> datetime:
    """A moment of 2026 in Jakarta: ``07-10 23:00``, or a day's midnight."""
    return timezone.make_aware(datetime.fromisoformat(f"2026-{text}"))


def activity(kind: int, *tasks: Task, first: str = "", last: str = "") -> Activity:
    """An activity of this span with its tasks."""
    made = Activity.objects.create(
        kind=kind,
        customer=f"PT {kind}",
        from_cache=at(first) if first else None,
        to_cache=at(last) if last else None,
        task_count=sum(task.deleted_at is None for task in tasks),
        done_count=sum(task.completed_date_manager is not None for task in tasks),
    )
    for task in tasks:
        task.activity = made
        task.save()
    return made


def task(
    name: str, due: str = "", hours: Any = None, *signed: str, **more: Any
) -> Task:
    """A task by name; ``signed`` are the moments of PIC, SPV and manager."""
    dates = {
        f"completed_date_{stage}": at(moment)
        for stage, moment in zip(STAGES, signed, strict=False)
    }
    given: dict[str, Any] = {"ends_at": at(due) if due else None, **dates, **more}
    return Task(
        description=name, hours=None if hours is None else Decimal(hours), **given
    )


@pytest.fixture
def world(db: None, noon: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Task]:
    """The tasks by name; engineering is department 4."""
    monkeypatch.setattr(people_queries, "directory", lambda: DIRECTORY)
    DepartmentConfig.objects.create(department_id=4)
    on_time = task("on time", "07-10", 8, "07-08", "07-09", "07-10 23:00")
    late = task("late", "07-10", 4, "07-08", "07-09", "07-11 00:30", late_reason=1)
    late.hours_spent = Decimal("4.5")
    overdue = task("overdue", "07-15", "2.5", "07-19")
    today = task("today", "07-20", 1, "07-18", "07-19")
    undated = task("undated")
    removed = task("removed", "07-12", 99, deleted_at=at("07-02"))
    activity(
        0,
        *(on_time, late, overdue, today, undated, removed),
        first="07-01",
        last="07-31",
    )
    early = task("early", "07-05", 10, "06-29", "06-30", "06-30 23:59")
    early.hours_spent = Decimal(11)
    activity(1, early, first="06-25", last="07-05")
    edge = task("edge", "08-02", 3)
    activity(2, edge, first="07-31 23:00", last="08-02")
    activity(0, task("august", "08-05", 20), first="08-01", last="08-05")
    june = task("june", "06-30 23:59", 20, "07-01", "07-02", "07-03")
    activity(1, june, first="06-01", last="06-30 23:59")
    gone = activity(1, task("gone", "07-10", 50), first="07-01", last="07-20")
    Activity.objects.filter(pk=gone.pk).update(deleted_at=at("07-02"))
    activity(2)
    charges = {
        "on time": [AGUS, BUDI],
        "late": [AGUS],
        "overdue": [BUDI],
        "today": [AGUS, BUDI, TUTI],
        "early": [TUTI],
        "removed": [AGUS],
        "gone": [AGUS],
    }
    tasks = {each.description: each for each in Task.objects.all()}
    for name, people in charges.items():
        for person in people:
            InCharge.objects.create(task=tasks[name], ext_user_id=person)
    InCharge.objects.create(
        task=tasks["overdue"], ext_user_id=AGUS, deleted_at=at("07-02")
    )
    return tasks
