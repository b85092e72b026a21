"""People of a small department, and an activity with three tasks."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from activities.models import Activity, Task
from activities.queries import workload
from activities.queries.lookups import Facts
from activities.queries.workload import DEFAULTS, Team
from activities.services import plan_activity, sign_off
from core.accounts.models import User
from core.accounts.queries import PersonRef
from core.workdays.models import Holiday
from core.workdays.policies import ordinary_week

NOTHING_KNOWN = Facts()
ORDINARY = ordinary_week(ZoneInfo("Asia/Jakarta"))
CREW = Team(
    people=[
        PersonRef(1, "Ani", "Desain", 4),
        PersonRef(2, "Beni", "Desain", 4, is_head=True),
        PersonRef(3, "Cici", "Arsip", 5),
        PersonRef(4, "Dedi"),
    ],
    hours=DEFAULTS,
    calendar=ORDINARY,
    departments={4: "Desain", 5: "Arsip"},
)


@pytest.fixture
def no_holidays(db: None) -> None:
    """Every week is an ordinary one."""
    Holiday.objects.all().delete()


@pytest.fixture
def directory(no_holidays: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The four people of the crew, in ordinary weeks."""
    monkeypatch.setattr(workload, "everybody", lambda: list(CREW.people))


def a_task(
    description: str = "Gambar SLD", *people: User, **more: Any
) -> dict[str, Any]:
    """A task of today to be planned."""
    now = timezone.now()
    return {
        "description": description,
        "starts_at": now,
        "ends_at": now + timedelta(days=2),
        "hours": 6,
        "people": [person.ext_id for person in people],
        **more,
    }


def an_activity(by: User, *tasks: dict[str, Any], **fields: Any) -> Activity:
    """A planned activity; PrePO unless said otherwise."""
    given = {"description": "Panel LVMDP", "customer": "PT Contoh", **fields}
    made = plan_activity(by=by, fields=given, tasks=tasks, facts=NOTHING_KNOWN)
    return Activity.objects.get(pk=made.pk)


def the_task(activity: Activity) -> Task:
    """Its first live task."""
    task = activity.tasks.filter(deleted_at=None).first()
    assert task is not None
    return task


def at(text: str) -> datetime:
    """A moment in Jakarta: ``2026-03-16 09:00``, or a day's midnight."""
    return timezone.make_aware(datetime.fromisoformat(text))


def signed(task: Task, *people: User) -> Task:
    """The task after these people have signed its next stages one after the other."""
    for by in people:
        stage = Task.objects.get(pk=task.pk).next_stage
        sign_off(task_id=task.pk, stage=stage or "", by=by)
    return Task.objects.get(pk=task.pk)
