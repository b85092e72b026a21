"""An activity that is posted back: planned, changed, signed or removed by one verb, all or nothing."""

from typing import Any

import pytest

from activities.models import Activity, Task
from activities.services import save_activity, save_task
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    signed,
    the_task,
)
from activities.tests.test_sign_off import code_of
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event

pytestmark = pytest.mark.django_db
MOMENT = "2020-01-01T00:00:00Z"
GONE = {"deleted_at": MOMENT}
PIC, SPV, MANAGER = (f"completed_date_{s}" for s in ("pic", "spv", "manager"))
ALL_THREE = {PIC: MOMENT, SPV: MOMENT, MANAGER: MOMENT}


def save(by: User, *tasks: dict[str, Any], **data: Any) -> Activity:
    """Post an activity."""
    return save_activity(by=by, data=data | {"tasks": tasks}, facts=NOTHING_KNOWN)


def levels(activity: Activity) -> dict[str, int]:
    """How far each live task is, by its description."""
    rows = Task.objects.filter(activity=activity, deleted_at=None)
    return {task.description: task.level for task in rows}


@pytest.fixture
def activity(agus: User, hendi: User) -> Activity:
    """Planned by Hendi: two tasks of Agus."""
    return an_activity(hendi, a_task("SLD", agus), a_task("Layout", agus))


def test_a_manager_signs_all_stages_at_once(activity: Activity, rina: User) -> None:
    task = the_task(activity)
    save(rina, {"id": task.pk, **ALL_THREE}, id=activity.pk)
    task.refresh_from_db()
    assert (task.level, task.completed_by_spv_id) == (3, 3)
    moment = task.completed_date_manager
    assert moment is not None
    assert moment.year > 2020


@pytest.mark.parametrize(
    ("level", "sent", "after"),
    [
        (0, {}, 0),
        (0, {PIC: None, "completed_by_pic_id": None}, 0),
        (0, {PIC: MOMENT}, 1),
        (0, {"completed_by_pic_id": 3}, 1),
        (0, {PIC: MOMENT, SPV: MOMENT}, 2),
        (1, {PIC: MOMENT}, 1),
        (1, {PIC: MOMENT, "completed_by_pic_id": 3, SPV: MOMENT}, 2),
        (2, {PIC: None, SPV: None}, 2),
        (3, ALL_THREE, 3),
    ],
)
def test_what_is_asked_and_not_signed_is_signed(
    activity: Activity, rina: User, level: int, sent: dict[str, Any], after: int
) -> None:
    task = signed(the_task(activity), *[rina] * level)
    save(rina, {"id": task.pk, **sent}, id=activity.pk)
    assert Task.objects.get(pk=task.pk).level == after


@pytest.mark.parametrize(
    ("level", "sent", "code", "fields"),
    [
        (0, {"completed_by_pic_id": 12}, "forbidden", ["tasks[0].completedByPicId"]),
        (
            1,
            {"completed_by_pic_id": 12, PIC: MOMENT},
            "forbidden",
            ["tasks[0].completedByPicId"],
        ),
        (
            1,
            {SPV: MOMENT, "completed_by_spv_id": 7},
            "forbidden",
            ["tasks[0].completedBySpvId"],
        ),
        (0, {SPV: MOMENT}, "illegal_transition", []),
        (1, {MANAGER: MOMENT}, "illegal_transition", []),
    ],
)
def test_a_completion_that_is_not_allowed_refuses_the_whole(
    activity: Activity,
    rina: User,
    level: int,
    sent: dict[str, Any],
    code: str,
    fields: list[str],
) -> None:
    task = signed(the_task(activity), *[rina] * level)
    count = Event.objects.count()
    with pytest.raises(DomainError) as caught:
        save(rina, {"id": task.pk, "hours": 9, **sent}, id=activity.pk, pic="x")
    assert (caught.value.code, list(caught.value.errors)) == (code, fields)
    assert Event.objects.count() == count
    assert Activity.objects.get().pic == ""


def test_a_late_refusal_takes_the_first_signature_back(
    activity: Activity, agus: User
) -> None:
    """Agus may sign as PIC, and not as SPV: neither is signed."""
    first, second = activity.tasks.all()
    rows = [{"id": first.pk, PIC: MOMENT}, {"id": second.pk, PIC: MOMENT, SPV: MOMENT}]
    with pytest.raises(DomainError, match="SPV"):
        save(agus, *rows, id=activity.pk)
    assert levels(activity) == {"SLD": 0, "Layout": 0}


def test_new_tasks_are_signed_as_they_were_sent(rina: User) -> None:
    """A new row that is removed at once gets no id, and must not shift the others."""
    made = save(
        rina,
        {"description": "A", PIC: MOMENT},
        {"description": "B", PIC: MOMENT, SPV: MOMENT, **GONE},
        {"description": "C"},
        {"description": "D", **ALL_THREE},
        description="x",
    )
    assert levels(made) == {"A": 1, "C": 0, "D": 3}


def test_new_and_known_tasks_in_one_post(activity: Activity, rina: User) -> None:
    first, second = activity.tasks.all()
    rows: list[dict[str, Any]] = [
        {"id": second.pk, PIC: MOMENT},
        {"description": "FAT", PIC: MOMENT, SPV: MOMENT},
        {"id": first.pk, "hours": 1},
    ]
    save(rina, *rows, id=activity.pk)
    assert levels(activity) == {"SLD": 0, "Layout": 1, "FAT": 2}


def test_a_task_that_is_removed_is_not_signed(activity: Activity, rina: User) -> None:
    task = the_task(activity)
    save(rina, {"id": task.pk, **GONE, **ALL_THREE}, id=activity.pk)
    assert levels(activity) == {"Layout": 0}
    assert not Event.objects.filter(kind__endswith="_done").exists()


def test_a_stranger_in_charge_of_a_new_task_signs_it(agus: User, budi: User) -> None:
    row = {"description": "A", "people": [101], PIC: MOMENT}
    assert levels(save(budi, row, description="x")) == {"A": 1}
    row = {"description": "B", "people": [12], PIC: MOMENT}
    given = {"description": "y", "tasks": [row]}
    assert code_of(save_activity, by=budi, data=given, facts=NOTHING_KNOWN) == (
        "forbidden"
    )
    assert Activity.objects.count() == 1


def test_a_posted_removal_removes_and_changes_nothing_else(
    activity: Activity, hendi: User
) -> None:
    removed = save(hendi, {"description": "x"}, id=activity.pk, pic="x", **GONE)
    assert removed.deleted_at is not None
    assert (removed.pic, removed.tasks.count()) == ("", 2)
    assert Event.objects.latest("pk").kind == "activity.removed"


def test_a_new_activity_that_is_removed_at_once_is_planned(hendi: User) -> None:
    """Without an id there is nothing to remove; the member says nothing."""
    assert save(hendi, description="x", **GONE).deleted_at is None


@pytest.mark.parametrize("member", [{}, {"tasks": None}, {"tasks": []}])
def test_no_tasks_are_no_change_of_tasks(
    activity: Activity, hendi: User, member: dict[str, Any]
) -> None:
    data = {"id": activity.pk, "pic": "x", **member}
    save_activity(by=hendi, data=data, facts=NOTHING_KNOWN)
    assert levels(activity) == {"SLD": 0, "Layout": 0}
    assert Activity.objects.get().pic == "x"


@pytest.mark.parametrize("tag", ['"old"', 'W/"old"'])
def test_an_old_tag_stops_edit_and_removal(
    activity: Activity, hendi: User, tag: str
) -> None:
    for more in ({"pic": "x"}, GONE):
        given = {"data": {"id": activity.pk, **more}, "if_match": tag}
        code = code_of(save_activity, by=hendi, facts=NOTHING_KNOWN, **given)
        assert code == "precondition_failed"
    fresh = {"data": {"id": activity.pk, **GONE}, "if_match": activity.etag}
    code = code_of(save_activity, by=hendi, facts=NOTHING_KNOWN, **fresh)
    assert code == "done"


# --- One task ----------------------------------------------------------------------------


def test_a_posted_task_is_added_with_the_callers_signatures(
    activity: Activity, hendi: User
) -> None:
    data = {
        "engineering_activity_id": activity.pk,
        "description": "FAT",
        "people": [12],
        PIC: MOMENT,
        SPV: MOMENT,
    }
    task = save_task(by=hendi, data=data, facts=NOTHING_KNOWN)
    assert (task.level, task.completed_by_pic_id, task.position) == (2, 7, 2)
    assert Activity.objects.get().spv_count == 1


@pytest.mark.parametrize(
    ("more", "code", "fields"),
    [
        ({"id": 5}, "invalid", ["id"]),
        ({"engineering_activity_id": None}, "invalid", ["engineeringActivityId"]),
        ({"engineering_activity_id": 99_999}, "not_found", []),
        ({"completed_by_pic_id": 12}, "forbidden", ["completedByPicId"]),
        ({MANAGER: MOMENT}, "forbidden", []),
        ({SPV: MOMENT}, "illegal_transition", []),
        ({"hours": -1}, "invalid", ["hours"]),
    ],
)
def test_a_wrong_task_is_refused_and_not_added(
    activity: Activity, hendi: User, more: dict[str, Any], code: str, fields: Any
) -> None:
    data = {"engineering_activity_id": activity.pk, "description": "FAT", **more}
    with pytest.raises(DomainError) as caught:
        save_task(by=hendi, data=data, facts=NOTHING_KNOWN)
    assert (caught.value.code, list(caught.value.errors)) == (code, fields)
    assert levels(activity) == {"SLD": 0, "Layout": 0}
