"""Plan, change, remove: what is kept right, what is refused, what PPIC is owed."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.utils import timezone

from activities.models import Activity, InCharge
from activities.queries.lookups import Facts
from activities.services import (
    add_task,
    edit_activity,
    edit_task,
    plan_activity,
    remove_activity,
    remove_task,
    resend_work_order,
    sign_off,
)
from activities.tests.conftest import NOTHING_KNOWN, a_task, an_activity, the_task
from activities.tests.test_sign_off import code_of, open_notices
from core.accounts.models import User
from core.errors import DomainError
from core.integrations.crm import Account, Inquiry
from core.ledger.models import Delivery, Event
from core.ledger.services import deliver_due
from tests.people import make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


def change(activity: Activity, by: User, *tasks: Any, **fields: Any) -> Activity:
    """An edit; the activity as it is stored then."""
    edit_activity(
        activity_id=activity.pk,
        by=by,
        fields=fields,
        tasks=tasks,
        facts=NOTHING_KNOWN,
    )
    return Activity.objects.get(pk=activity.pk)


def span(activity: Activity) -> tuple[Any, Any]:
    """What the activity says of its tasks' dates."""
    activity.refresh_from_db()
    return activity.from_cache, activity.to_cache


def test_the_span_covers_all_stored_live_tasks(agus: User) -> None:
    early, late = NOW, NOW + 9 * DAY
    activity = an_activity(
        agus,
        a_task("A", starts_at=early, ends_at=early + DAY),
        a_task("B", starts_at=early + DAY, ends_at=late),
    )
    assert span(activity) == (early, late)
    second = activity.tasks.last()
    assert second is not None
    # Only the other task is posted; the stored one still counts.
    change(activity, agus, {"id": the_task(activity).pk, "hours": 3})
    assert span(activity) == (early, late)
    remove_task(task_id=second.pk, by=agus)
    assert span(activity) == (early, early + DAY)
    add_task(
        activity_id=activity.pk,
        by=agus,
        fields={"description": "C", "starts_at": early - DAY},
        facts=NOTHING_KNOWN,
    )
    assert span(activity) == (early - DAY, early + DAY)


def test_an_activity_without_dated_tasks_is_fine(agus: User) -> None:
    activity = an_activity(agus, {"description": "tanpa tanggal"})
    assert span(activity) == (None, None)
    assert an_activity(agus).progress == "empty"


def test_only_what_was_sent_changes(agus: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus, remark="x"))
    task = the_task(activity)
    changed = change(activity, agus, {"id": task.pk, "hours": 2}, customer="PT Lain")
    task.refresh_from_db()
    assert (changed.description, changed.customer) == ("Panel LVMDP", "PT Lain")
    assert [task.remark, task.hours, task.description] == ["x", 2, "SLD"]
    assert task.starts_at is not None


def test_nothing_changed_is_no_event_and_no_revision(agus: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus))
    count, revision = Event.objects.count(), activity.revision
    row = {"id": the_task(activity).pk, "hours": 6, "people": [12]}
    again = change(activity, agus, row, description="Panel LVMDP")
    assert (Event.objects.count(), again.revision) == (count, revision)


REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("a", {"starts_at": NOW, "ends_at": NOW - DAY}, "tasks[0].to"),
    ("b", {"hours": -1}, "tasks[0].hours"),
    ("c", {"hours": 10**6}, "tasks[0].hours"),
    ("d", {"people": [777]}, "tasks[0].inCharges"),
    ("e", {"people": list(range(1, 60))}, "tasks[0].inCharges"),
    ("f", {"id": 999_999}, "tasks[0].id"),
    ("g", {"late_reason": 9}, "tasks[0].lateReason"),
    ("h", {"in_charges": [{"id": 5}]}, "tasks[0].inCharges[0].id"),
    ("i", {"in_charges": [{"extUserId": None}]}, "tasks[0].inCharges[0].extUserId"),
)


@pytest.mark.parametrize(("row", "field"), [(r, f) for _n, r, f in REFUSED])
def test_bad_input_names_its_field_and_saves_nothing(
    row: dict[str, Any], field: str, agus: User
) -> None:
    known = Facts(people=frozenset({*range(1, 60)}))
    with pytest.raises(DomainError) as caught:
        plan_activity(by=agus, fields={"description": "x"}, tasks=[row], facts=known)
    assert list(caught.value.errors) == [field]
    assert not Activity.objects.exists()
    assert not Event.objects.exists()


def test_ten_thousand_tasks_are_refused_with_the_limit(agus: User) -> None:
    with pytest.raises(DomainError, match="500"):
        plan_activity(
            by=agus,
            fields={"description": "x"},
            tasks=[{"description": "x"}] * 10_000,
            facts=NOTHING_KNOWN,
        )


def test_a_task_of_another_activity_is_refused(agus: User) -> None:
    one, other = an_activity(agus, a_task()), an_activity(agus, a_task())
    with pytest.raises(DomainError) as caught:
        change(one, agus, {"id": the_task(other).pk, "hours": 1})
    assert list(caught.value.errors) == ["tasks[0].id"]


def test_a_stale_form_is_told_so_and_a_signature_in_between_is_not(
    agus: User, hendi: User
) -> None:
    activity = an_activity(agus, a_task("SLD", agus))
    shown = activity.content_revision
    sign_off(task_id=the_task(activity).pk, stage="pic", by=agus)
    given = {"activity_id": activity.pk, "by": agus, "facts": NOTHING_KNOWN}
    code = code_of(edit_activity, **given, fields={"pic": "a"}, content_revision=shown)
    assert code == "done"
    code = code_of(edit_activity, **given, fields={"pic": "b"}, content_revision=shown)
    assert code == "stale_revision"
    code = code_of(edit_activity, **given, fields={"pic": "b"}, if_match='"old"')
    assert code == "precondition_failed"


def test_who_may_change_and_who_may_remove(
    agus: User, budi: User, hendi: User, rina: User
) -> None:
    activity = an_activity(hendi, a_task("SLD", agus))
    stranger = make_person(50, "Tono")
    task_id = the_task(activity).pk
    edit = {"task_id": task_id, "fields": {"hours": 1}, "facts": NOTHING_KNOWN}
    assert code_of(edit_task, by=stranger, **edit) == "forbidden"
    assert code_of(edit_task, by=agus, **edit) == "done"
    assert code_of(remove_task, by=agus, task_id=task_id) == "forbidden"
    assert code_of(remove_activity, by=budi, activity_id=activity.pk) == "forbidden"
    assert code_of(remove_activity, by=rina, activity_id=activity.pk) == "done"
    assert code_of(remove_activity, by=rina, activity_id=activity.pk) == "not_found"
    assert code_of(edit_task, by=rina, **edit) == "not_found"


def test_people_come_and_go_with_their_notices(agus: User, budi: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus))
    task = the_task(activity)
    change(activity, agus, {"id": task.pk, "people": [budi.ext_id]})
    assert open_notices(task) == [("pic", "Budi")]
    known = InCharge.objects.get(task=task, deleted_at=None)
    entry = {"id": known.pk, "deleted_at": NOW}
    change(activity, agus, {"id": task.pk, "in_charges": [entry, {"ext_user_id": 12}]})
    assert open_notices(task) == [("pic", "Agus")]
    remove_activity(activity_id=activity.pk, by=agus)
    assert open_notices(task) == []


def test_the_customer_follows_from_the_inquiry(agus: User) -> None:
    inquiry = Inquiry(5, "INQ-5", "x", None, Account(1, "PT Nusa"), None)
    made = plan_activity(
        by=agus,
        fields={"description": "x", "ext_inquiry_id": 5},
        facts=Facts(inquiries={5: inquiry}),
    )
    assert made.customer == "PT Nusa"


# --- PPIC's work order ---------------------------------------------------------------


def owed() -> list[tuple[str, str]]:
    """Method and path of what is owed, in order."""
    return list(Delivery.objects.order_by("pk").values_list("method", "path"))


def test_the_work_order_follows_the_activity(agus: User, hendi: User) -> None:
    activity = an_activity(
        agus, a_task("SLD", agus), a_task("Layout"), kind=1, ext_job_id=51
    )
    first, second = activity.tasks.all()
    remove_task(task_id=second.pk, by=agus)
    sign_off(task_id=first.pk, stage="pic", by=agus)
    sign_off(task_id=first.pk, stage="spv", by=hendi)
    change(activity, agus, kind=0)
    change(activity, agus, kind=1)
    remove_activity(activity_id=activity.pk, by=agus)
    base, key = "/ext-meetingtasks-proto", activity.pk
    assert owed() == [
        ("POST", f"{base}-save"),
        ("PUT", f"{base}-update/{key}"),
        ("PUT", f"{base}-update/{key}"),
        ("PUT", f"{base}-update/{key}"),
        ("DELETE", f"{base}-delete/{key}"),
        ("POST", f"{base}-save"),
        ("DELETE", f"{base}-delete/{key}"),
    ]
    keys = Delivery.objects.values_list("key", flat=True)
    assert len(set(keys)) == len(keys)
    assert f"activity:{key}:rev:1:work-order" in keys


def test_the_work_order_carries_live_rows_only(agus: User, hendi: User) -> None:
    activity = an_activity(
        agus, a_task("SLD", agus), a_task("Layout", hendi), kind=1, ext_job_id=51
    )
    first, second = activity.tasks.all()
    remove_task(task_id=second.pk, by=agus)
    sign_off(task_id=first.pk, stage="pic", by=agus)
    sign_off(task_id=first.pk, stage="spv", by=hendi)
    body = orjson.loads(bytes(Delivery.objects.latest("pk").body))
    order = body["taskLists"][0]["taskList"]
    assert body["engineeringActivityId"] == activity.pk
    assert (order["extJobId"], order["extPanelCodeId"]) == ("51", None)
    assert order["totalTimeHours"] == 6
    activity.refresh_from_db()
    moment = activity.updated_at.isoformat().replace("+00:00", "Z")
    assert order["masterJavaBaseModel"]["updatedAt"] == moment
    (task,) = order["meetingTasks"]
    assert (task["description"], task["status"]) == ("SLD", "COMPLETED")
    assert task["durationMins"] == 360
    assert task["start"] == timezone.localdate(first.starts_at).isoformat()
    assert task["deadline"] == task["target"]
    assert task["target"] == task["meetingTaskTargetDates"][0]["date"]
    assert [row["extUserId"] for row in task["meetingTaskInCharges"]] == ["12"]


@pytest.mark.django_db(transaction=True)
def test_ppic_stores_it_and_keeps_receipts(sandbox: Any, agus: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus), kind=1, ext_job_id=51)
    change(activity, agus, customer="PT Lain")
    sandbox.ppic.faults.set("/ext-meetingtasks-proto-save", "status", 503, times=1)
    for _try in range(6):
        Delivery.objects.owed().update(next_at=timezone.now())
        Delivery.objects.owed().update(lease_until=timezone.now())
        deliver_due()
    assert not Delivery.objects.owed().exists()
    order = sandbox.ppic.work_orders[str(activity.pk)]
    assert len(order) == 1
    assert order[0]["taskLists"][0]["taskList"]["extCustomerId"] == "PT Lain"
    effects = sandbox.ppic.work_order_inbox.effects
    assert [row.key for row in effects] == [
        f"activity:{activity.pk}:rev:1:work-order",
        f"activity:{activity.pk}:rev:2:work-order",
    ]
    remove_activity(activity_id=activity.pk, by=agus)
    deliver_due()
    assert str(activity.pk) not in sandbox.ppic.work_orders


def test_only_what_ppic_still_needs_is_sent_again(agus: User, hendi: User) -> None:
    activity = an_activity(agus, a_task("SLD", agus), kind=1)
    for pic in ("a", "b"):
        change(activity, agus, pic=pic)
    rows = list(Delivery.objects.order_by("pk"))
    again: dict[str, Any] = {"activity_id": activity.pk, "by": hendi}
    Delivery.objects.update(state="parked")
    assert code_of(resend_work_order, activity_id=activity.pk, by=agus) == "forbidden"
    Delivery.objects.filter(pk=rows[1].pk).update(state="delivered")
    assert resend_work_order(**again) == 1
    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["parked", "delivered", "pending"]
    assert code_of(resend_work_order, **again) == "illegal_transition"
