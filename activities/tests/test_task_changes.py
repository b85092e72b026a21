"""What an edit does to the tasks of an activity, and what its history keeps of it."""

from typing import Any

import pytest

from activities.models import STAGES, Activity, InCharge, Task
from activities.services import (
    add_task,
    edit_activity,
    edit_task,
    remove_activity,
    remove_task,
    reopen,
    sign_off,
)
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from activities.tests.test_sign_off import code_of
from core.accounts.models import User
from core.ledger.models import Event
from core.ledger.queries import first_breach

pytestmark = pytest.mark.django_db
NOW = at("2026-03-16 10:00")
GONE = {"deleted_at": NOW}


@pytest.fixture
def activity(agus: User, budi: User) -> Activity:
    """Planned by Agus: two tasks, Agus and Budi in charge of the first."""
    return an_activity(agus, a_task("SLD", agus, budi), a_task("Layout", agus))


def edit(activity: Activity, by: User, *tasks: Any, **fields: Any) -> Activity:
    """An edit of header and tasks; the activity as it is stored then."""
    given: dict[str, Any] = {"fields": fields, "tasks": tasks, "facts": NOTHING_KNOWN}
    edit_activity(activity_id=activity.pk, by=by, **given)
    return Activity.objects.get(pk=activity.pk)


def live(activity: Activity) -> list[str]:
    """Descriptions of the live tasks in their order."""
    rows = activity.tasks.filter(deleted_at=None).order_by("position", "id")
    return list(rows.values_list("description", flat=True))


def last_event() -> tuple[str, Any, Any]:
    """Kind, before and after of the newest event."""
    event = Event.objects.latest("pk")
    return event.kind, event.before, event.after


# --- Put in, changed, taken out ---------------------------------------------------------


def test_an_edit_adds_changes_removes_and_leaves_the_rest(
    agus: User, activity: Activity
) -> None:
    first, second = activity.tasks.all()
    third = {"description": "FAT", "position": 0}
    edit(activity, agus, {"id": second.pk, **GONE}, third, {"id": first.pk, "hours": 1})
    assert live(activity) == ["SLD", "FAT"]
    first.refresh_from_db()
    assert [first.hours, first.description] == [1, "SLD"]


def test_tasks_stand_in_the_order_of_their_places(
    agus: User, activity: Activity
) -> None:
    first, second = activity.tasks.all()
    edit(activity, agus, {"id": first.pk, "position": 5}, {"description": "FAT"})
    assert live(activity) == ["Layout", "FAT", "SLD"]
    assert second.position == 1


def test_a_row_that_is_new_and_removed_at_once_is_nothing(
    agus: User, activity: Activity
) -> None:
    before = Event.objects.count()
    edit(activity, agus, {"description": "FAT", **GONE})
    assert (live(activity), Event.objects.count()) == (["SLD", "Layout"], before)


def test_a_task_that_was_removed_before_stays_so(
    agus: User, activity: Activity
) -> None:
    task = the_task(activity)
    remove_task(task_id=task.pk, by=agus)
    before = Event.objects.count()
    edit(activity, agus, {"id": task.pk, "hours": 9}, {"id": task.pk, **GONE})
    assert (live(activity), Event.objects.count()) == (["Layout"], before)


def test_one_wrong_task_takes_the_whole_edit_back(
    agus: User, activity: Activity
) -> None:
    first, second = activity.tasks.all()
    rows = [
        {"id": first.pk, **GONE},
        {"description": "FAT"},
        {"id": second.pk, "hours": -1},
    ]
    given = {"fields": {"pic": "x"}, "tasks": rows, "facts": NOTHING_KNOWN}
    before = Event.objects.count()
    code = code_of(edit_activity, activity_id=activity.pk, by=agus, **given)
    assert (code, live(activity)) == ("invalid", ["SLD", "Layout"])
    assert Activity.objects.get().pic == ""
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"description": "Lain"}, "illegal_transition"),
        ({"starts_at": NOW}, "illegal_transition"),
        ({"ends_at": at("2030-01-01")}, "illegal_transition"),
        ({"hours": 7}, "illegal_transition"),
        ({"remark": "x"}, "illegal_transition"),
        ({"position": 4}, "illegal_transition"),
        ({"people": [12]}, "illegal_transition"),
        ({"late_reason": 3, "hours": 7}, "illegal_transition"),
        ({"late_reason": 3}, "done"),
        ({"late_note": "vendor"}, "done"),
        ({"hours": 6, "people": [12, 101]}, "done"),
    ],
)
def test_a_complete_task_stands_but_for_its_lateness(
    activity: Activity, rina: User, change: dict[str, Any], code: str
) -> None:
    task = signed(the_task(activity), rina, rina, rina)
    given = {"task_id": task.pk, "by": rina, "fields": change}
    assert code_of(edit_task, facts=NOTHING_KNOWN, **given) == code


@pytest.mark.parametrize("level", [1, 2])
def test_a_task_that_is_not_complete_may_still_change(
    activity: Activity, rina: User, level: int
) -> None:
    task = signed(the_task(activity), *[rina] * level)
    fields = {"hours": 7, "people": [7]}
    edit_task(task_id=task.pk, by=rina, fields=fields, facts=NOTHING_KNOWN)
    task.refresh_from_db()
    assert [task.hours, task.level] == [7, level]


def test_a_complete_task_can_be_removed_with_its_signatures_kept(
    activity: Activity, rina: User
) -> None:
    task = signed(the_task(activity), rina, rina, rina)
    remove_task(task_id=task.pk, by=rina)
    task.refresh_from_db()
    assert (task.level, Activity.objects.get().done_count) == (3, 0)


def test_who_comes_back_is_in_charge_anew_and_the_old_row_is_kept(
    agus: User, activity: Activity
) -> None:
    task = the_task(activity)
    for people in ([101], [101, 12]):
        fields = {"people": people}
        edit_task(task_id=task.pk, by=agus, fields=fields, facts=NOTHING_KNOWN)
    rows = InCharge.objects.filter(task=task, ext_user_id=12).order_by("pk")
    assert [row.deleted_at is None for row in rows] == [False, True]


# --- The history ------------------------------------------------------------------------


def test_planning_is_told_activity_first(agus: User, budi: User) -> None:
    row = a_task("SLD", budi, agus, starts_at=NOW, ends_at=NOW)
    made = an_activity(agus, row, kind=2, ext_inquiry_id=5)
    planned, added = Event.objects.order_by("pk")
    assert (planned.kind, planned.actor, planned.record_id) == (
        "activity.planned",
        agus,
        made.pk,
    )
    expected = {"description": "Panel LVMDP", "kind": 2, "ext_inquiry_id": 5}
    assert planned.after is not None
    assert expected.items() <= planned.after.items()
    assert added.after == {
        "description": "SLD",
        "starts_at": "2026-03-16T03:00:00Z",
        "ends_at": "2026-03-16T03:00:00Z",
        "hours": "6",
        "remark": "",
        "ext_panel_code_id": None,
        "position": 0,
        "activity": made.pk,
        "people": [12, 101],
    }


def test_an_edit_tells_only_what_changed(agus: User, activity: Activity) -> None:
    edit(activity, agus, customer="PT Lain", description="Panel LVMDP")
    assert last_event() == (
        "activity.edited",
        {"customer": "PT Contoh"},
        {"customer": "PT Lain"},
    )
    edit(activity, agus, {"id": the_task(activity).pk, "people": [12], "remark": "x"})
    assert last_event() == (
        "task.edited",
        {"remark": "", "people": [12, 101]},
        {"remark": "x", "people": [12]},
    )


def test_a_removal_tells_what_went(agus: User, activity: Activity) -> None:
    first, second = activity.tasks.all()
    remove_task(task_id=first.pk, by=agus)
    assert last_event() == ("task.removed", {"people": [12, 101]}, None)
    remove_activity(activity_id=activity.pk, by=agus)
    assert last_event() == ("activity.removed", {"tasks": [second.pk]}, None)


def test_a_signature_is_told_with_its_stage_and_person(
    activity: Activity, agus: User, hendi: User
) -> None:
    task = signed(the_task(activity), agus, hendi)
    assert last_event() == ("task.spv_done", None, {"stage": "spv", "person": 7})
    reopen(task_id=task.pk, stage="spv", by=hendi, reason=f"  {'a' * 1200}")
    assert last_event() == ("task.spv_undone", {"stage": "spv", "person": 7}, None)
    assert Event.objects.latest("pk").note == "a" * 1000


# What each verb adds to revision and to content_revision, and its events.
STEPS: dict[str, tuple[Any, tuple[int, int], list[str]]] = {
    "header": (lambda a, by: edit(a, by, pic="x"), (1, 1), ["activity.edited"]),
    "task": (
        lambda a, by: edit(a, by, {"id": the_task(a).pk, "hours": 1}),
        (1, 1),
        ["task.edited"],
    ),
    "header and two tasks": (
        lambda a, by: edit(
            a, by, {"description": "x"}, {"id": the_task(a).pk, **GONE}, pic="x"
        ),
        (1, 1),
        ["activity.edited", "task.added", "task.removed"],
    ),
    "nothing": (lambda a, by: edit(a, by, pic="", customer="PT Contoh"), (0, 0), []),
    "add_task": (
        lambda a, by: add_task(activity_id=a.pk, by=by, fields={}, facts=NOTHING_KNOWN),
        (1, 1),
        ["task.added"],
    ),
    "edit_task, nothing": (
        lambda a, by: edit_task(
            task_id=the_task(a).pk, by=by, fields={}, facts=NOTHING_KNOWN
        ),
        (0, 0),
        [],
    ),
    "remove_task": (
        lambda a, by: remove_task(task_id=the_task(a).pk, by=by),
        (1, 1),
        ["task.removed"],
    ),
    "remove_activity": (
        lambda a, by: remove_activity(activity_id=a.pk, by=by),
        (1, 1),
        ["activity.removed"],
    ),
    "sign_off": (
        lambda a, by: sign_off(task_id=the_task(a).pk, stage="pic", by=by),
        (1, 0),
        ["task.pic_done"],
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_a_verb_adds_to_revisions_and_history(
    activity: Activity, hendi: User, step: str
) -> None:
    verb, growth, kinds = STEPS[step]
    newest, before = Event.objects.latest("pk").pk, Activity.objects.get()
    verb(activity, hendi)
    after = Activity.objects.get()
    grown = (
        after.revision - before.revision,
        after.content_revision - before.content_revision,
    )
    rows = Event.objects.filter(pk__gt=newest).order_by("pk")
    assert (grown, [row.kind for row in rows]) == (growth, kinds)
    assert {row.actor for row in rows} <= {hendi}
    assert (after.etag == before.etag) is (growth == (0, 0))
    assert first_breach() is None


def test_every_kind_of_the_chain_is_one_event_each_way(
    activity: Activity, rina: User
) -> None:
    task = signed(the_task(activity), rina, rina, rina)
    for stage in reversed(STAGES):
        reopen(task_id=task.pk, stage=stage, by=rina)
    rows = Event.objects.filter(record_type=Task._meta.label, record_id=task.pk)
    kinds = list(rows.order_by("seq").values_list("kind", flat=True))[1:]
    done = [f"task.{stage}_done" for stage in STAGES]
    undone = [f"task.{stage}_undone" for stage in reversed(STAGES)]
    assert kinds == [*done, *undone]
    assert Task.objects.get(pk=task.pk).level == 0
