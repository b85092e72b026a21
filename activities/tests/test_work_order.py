"""PPIC's work order, member by member, for each state of an activity and its tasks."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from activities.models import Activity
from activities.queries.live_tasks import work_order
from activities.services import edit_activity, remove_activity, remove_task
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User
from core.ledger.models import Delivery

pytestmark = pytest.mark.django_db
FIRST, LAST = at("2026-03-16 08:00"), at("2026-03-18 23:30")


def order_of(activity: Activity) -> dict[str, Any]:
    """What PPIC would be sent now."""
    (only,) = work_order(Activity.objects.get(pk=activity.pk))["taskLists"]
    found: dict[str, Any] = only["taskList"]
    return found


def test_the_header_names_its_subject(agus: User) -> None:
    ids = {"ext_job_id": 51, "ext_panel_code_id": 9, "ext_purchase_order_id": 201}
    order = order_of(an_activity(agus, kind=1, pic="Ibu Sri", **ids))
    names = ("extJobId", "extPanelCodeId", "extPurchaseOrderId")
    assert [order[name] for name in names] == ["51", "9", "201"]
    assert (order["name"], order["extInChargeId"]) == ("Panel LVMDP", "Ibu Sri")
    assert (order["meetingTasks"], order["totalTimeHours"]) == ([], 0)


def test_what_is_empty_goes_out_as_null(agus: User) -> None:
    order = order_of(an_activity(agus, kind=1, customer=""))
    names = ("extInChargeId", "extCustomerId", "extJobId", "extPurchaseOrderId")
    assert [order[name] for name in names] == [None] * 4


@pytest.mark.parametrize(
    ("hours", "minutes", "as_sent"),
    [
        (6, 360, 6),
        ("0.5", 30, Decimal("0.50")),
        ("1.25", 75, Decimal("1.25")),
        ("0.01", 1, Decimal("0.01")),
        (0, 0, 0),
        (None, 0, 0),
    ],
)
def test_hours_go_out_as_minutes_and_as_hours(
    agus: User, hours: Any, minutes: int, as_sent: Any
) -> None:
    activity = an_activity(agus, a_task("SLD", agus, hours=hours), kind=1)
    order = order_of(activity)
    (task,) = order["meetingTasks"]
    (person,) = task["meetingTaskInCharges"]
    assert (task["durationMins"], order["totalTimeHours"]) == (minutes, as_sent)
    assert (person["totalTimeHoursTask"], person["totalTimeHours"]) == (as_sent,) * 2


@pytest.mark.parametrize(
    ("level", "status", "pic", "spv"),
    [
        (0, "OUTSTANDING", False, False),
        (1, "OUTSTANDING", True, False),
        (2, "COMPLETED", True, True),
        (3, "COMPLETED", True, True),
    ],
)
def test_ppic_sees_a_task_complete_with_the_spvs_signature(
    rina: User, level: int, status: str, *, pic: bool, spv: bool
) -> None:
    activity = an_activity(rina, a_task("SLD"), kind=1)
    signed(the_task(activity), *[rina] * level)
    (task,) = order_of(activity)["meetingTasks"]
    assert task["status"] == status
    assert (task["extPicCompletedDate"] is not None) is pic
    assert (task["completedDate"] is not None) is spv


def test_days_are_those_of_jakarta(agus: User) -> None:
    """23:30 in Jakarta is 16:30 UTC, and 08:00 is 01:00: the day must not move."""
    row = a_task("SLD", starts_at=FIRST, ends_at=LAST)
    (task,) = order_of(an_activity(agus, row, kind=1))["meetingTasks"]
    assert (task["start"], task["deadline"]) == ("2026-03-16", "2026-03-18")
    early = a_task("SLD", starts_at=at("2026-03-16 00:00"), ends_at=LAST)
    (task,) = order_of(an_activity(agus, early, kind=1))["meetingTasks"]
    assert task["start"] == "2026-03-16"


def test_a_task_without_dates_says_so(agus: User) -> None:
    (task,) = order_of(an_activity(agus, {"description": "x"}, kind=1))["meetingTasks"]
    assert (task["start"], task["deadline"], task["remark"]) == (None, None, None)
    assert task["meetingTaskTargetDates"] == [{"date": None}]


def test_tasks_and_people_stand_in_their_order(agus: User, budi: User) -> None:
    activity = an_activity(
        agus,
        a_task("kedua", budi, agus, position=2, hours=1),
        a_task("pertama", position=1, hours="0.5"),
        kind=1,
    )
    order = order_of(activity)
    tasks = order["meetingTasks"]
    assert [task["description"] for task in tasks] == ["pertama", "kedua"]
    people = [row["extUserId"] for row in tasks[1]["meetingTaskInCharges"]]
    assert people == ["12", "101"]
    assert order["totalTimeHours"] == Decimal("1.5")


# --- When it is owed --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "verbs"),
    [
        ([0], []),
        ([2], []),
        ([1], ["POST"]),
        ([0, 1], ["POST"]),
        ([1, 2], ["POST", "DELETE"]),
        ([1, 2, 0], ["POST", "DELETE"]),
        ([1, 0, 1], ["POST", "DELETE", "POST"]),
    ],
)
def test_only_work_after_an_order_is_owed_to_ppic(
    agus: User, kinds: list[int], verbs: list[str]
) -> None:
    activity = an_activity(agus, a_task("SLD"), kind=kinds[0])
    for kind in kinds[1:]:
        edit_activity(
            activity_id=activity.pk,
            by=agus,
            fields={"kind": kind},
            facts=NOTHING_KNOWN,
        )
    sent = Delivery.objects.order_by("pk").values_list("method", flat=True)
    assert list(sent) == verbs
    assert Activity.objects.get().has_work_order is (kinds[-1] == 1)


def test_a_removal_is_owed_only_for_what_ppic_has(agus: User) -> None:
    for kind in (0, 1):
        activity = an_activity(agus, a_task("SLD"), kind=kind)
        remove_activity(activity_id=activity.pk, by=agus)
    rows = list(Delivery.objects.order_by("pk"))
    assert [row.method for row in rows] == ["POST", "DELETE"]
    last = rows[-1]
    assert last.path.endswith(f"-delete/{activity.pk}")
    assert orjson.loads(bytes(last.body)) == {"engineeringActivityId": activity.pk}


def test_what_is_owed_is_frozen_when_it_is_promised(agus: User) -> None:
    activity = an_activity(agus, a_task("SLD", hours=6), a_task("FAT", hours=2), kind=1)
    remove_task(task_id=the_task(activity).pk, by=agus)
    bodies = [orjson.loads(bytes(row.body)) for row in Delivery.objects.order_by("pk")]
    hours = [body["taskLists"][0]["taskList"]["totalTimeHours"] for body in bodies]
    assert hours == [8, 2]
    assert {row.record_id for row in Delivery.objects.all()} == {activity.pk}


def test_a_signature_alone_is_told_to_ppic(agus: User, hendi: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus), kind=1)
    signed(the_task(activity), agus, hendi)
    keys = list(Delivery.objects.order_by("pk").values_list("key", flat=True))
    base = f"activity:{activity.pk}:rev"
    assert keys == [f"{base}:{n}:work-order" for n in (1, 2, 3)]
