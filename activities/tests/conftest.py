"""People of a small department, and an activity with three tasks."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activities.models import Activity, Task
from activities.queries.upstream_facts import Facts
from activities.services import plan_activity
from core.accounts.models import User, UserRole
from tests.people import cast

__all__ = ["cast"]
NOTHING_KNOWN = Facts()


def make_person(ext_id: int, name: str, *roles: str, **more: Any) -> User:
    """A mirrored person with roles."""
    user = User.objects.create_user(name.lower(), ext_id=ext_id, name=name, **more)
    for role in roles:
        UserRole.objects.create(user_id=ext_id, role=role)
    return user


@pytest.fixture
def agus(db: None) -> User:
    """A PIC of department 4."""
    return make_person(12, "Agus", "pic", department_ext_id=4)


@pytest.fixture
def budi(db: None) -> User:
    """An engineer of department 4 without a role."""
    return make_person(15, "Budi", department_ext_id=4)


@pytest.fixture
def hendi(db: None) -> User:
    """The SPV of department 4."""
    return make_person(7, "Hendi", "spv", department_ext_id=4)


@pytest.fixture
def sari(db: None) -> User:
    """The SPV of another department."""
    return make_person(8, "Sari", "spv", department_ext_id=5)


@pytest.fixture
def rina(db: None) -> User:
    """The manager."""
    return make_person(3, "Rina", "manager")


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
