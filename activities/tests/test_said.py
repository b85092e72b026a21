"""What is said when a task is signed: the hours that it took, and why it is late; on every door."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from activities.models import Activity, Task
from activities.queries.record import task_history
from activities.services import edit_task, reopen, sign_off
from activities.tests.conftest import NOTHING_KNOWN, a_task, the_task
from activities.tests.conftest import an_activity as planned
from core.errors import DomainError
from core.ledger.models import Event
from tests.people import IDS, Caller, Cast, text_of

pytestmark = pytest.mark.django_db
SAID = {"hours_spent": Decimal("7.5"), "late_reason": 2, "late_note": "cuti"}


@pytest.fixture
def task(cast: Cast) -> Task:
    """A task of Agus, who planned it, too."""
    return the_task(planned(cast.agus, a_task("Gambar SLD", cast.agus)))


@pytest.fixture
def late(task: Task) -> Task:
    """The task, its last day over."""
    now = timezone.now()
    Task.objects.filter(pk=task.pk).update(
        starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=4)
    )
    task.refresh_from_db()
    return task


def browser(cast: Cast, name: str = "agus") -> Caller:
    caller = cast.browser(name)
    caller.cookies["django_language"] = "en"
    return caller


def said_of(task: Task) -> tuple[Any, Any, str]:
    task.refresh_from_db()
    return task.hours_spent, task.late_reason, task.late_note


def test_it_is_kept_with_the_signature_and_stands_in_the_history(
    late: Task, cast: Cast
) -> None:
    sign_off(task_id=late.pk, stage="pic", by=cast.agus, said=SAID)
    assert said_of(late) == (Decimal("7.50"), 2, "cuti")
    event = Event.objects.filter(kind="task.pic_done").get()
    after = event.after or {}
    assert after["hours_spent"] == "7.5"
    assert (after["late_reason"], after["person"]) == (2, 12)
    with override("en"):
        told = [(each.label, each.after) for each in task_history(late)[0].changes]
    assert ("Hours spent", "7,5") in told
    assert ("Why it is late", "Manpower capacity") in told


def test_nothing_said_changes_nothing_and_is_no_event_of_its_own(
    task: Task, cast: Cast
) -> None:
    sign_off(task_id=task.pk, stage="pic", by=cast.agus)
    event = Event.objects.filter(kind="task.pic_done").get()
    assert event.after == {"stage": "pic", "person": 12}
    assert event.before is None
    assert not task_history(task)[0].changes


def test_a_later_signer_adds_what_is_missing_and_takes_nothing_away(
    late: Task, cast: Cast
) -> None:
    sign_off(
        task_id=late.pk, stage="pic", by=cast.agus, said={"hours_spent": Decimal(7)}
    )
    sign_off(task_id=late.pk, stage="spv", by=cast.hendi, said={"late_reason": 3})
    assert said_of(late) == (Decimal(7), 3, "")
    reopen(task_id=late.pk, stage="spv", by=cast.hendi)
    assert said_of(late) == (Decimal(7), 3, "")


@pytest.mark.parametrize(
    "said",
    [{"hours_spent": Decimal(-1)}, {"hours_spent": 100_000}, {"late_reason": 6}],
)
def test_what_cannot_be_is_refused_and_nothing_is_signed(
    late: Task, cast: Cast, said: dict[str, Any]
) -> None:
    with pytest.raises(DomainError) as caught:
        sign_off(task_id=late.pk, stage="pic", by=cast.agus, said=said)
    assert caught.value.code == "invalid"
    late.refresh_from_db()
    assert late.completed_date_pic is None


def test_it_may_still_be_corrected_when_the_task_is_complete(
    task: Task, cast: Cast
) -> None:
    for stage in ("pic", "spv", "manager"):
        sign_off(task_id=task.pk, stage=stage, by=cast.rina)
    fields = {"hours_spent": Decimal(5)}
    edit_task(task_id=task.pk, by=cast.rina, fields=fields, facts=NOTHING_KNOWN)
    assert said_of(task)[0] == Decimal(5)


# --- The page -----------------------------------------------------------------------


def test_the_page_asks_for_hours_and_for_the_reason_of_what_is_late(
    late: Task, cast: Cast
) -> None:
    page = f"/activities/tasks/{late.pk}/"
    client = browser(cast)
    html = text_of(client.get(page))
    assert 'name="hours_spent"' in html
    assert 'name="late_reason"' in html
    data = {"stage": "pic", "hours_spent": "7,5", "late_reason": "2", "late_note": "x"}
    assert client.post(f"{page}sign/", data).status_code == 302
    assert said_of(late) == (Decimal("7.50"), 2, "x")


def test_a_task_in_time_is_one_press_in_a_list(task: Task, cast: Cast) -> None:
    html = text_of(browser(cast).get(f"/activities/{task.activity_id}/"))
    assert f"/activities/tasks/{task.pk}/sign/" in html
    assert 'name="late_reason"' not in html
    assert 'name="hours_spent"' not in html


def test_a_late_one_asks_in_the_list_too(late: Task, cast: Cast) -> None:
    html = text_of(browser(cast).get(f"/activities/{late.activity_id}/"))
    assert 'name="late_reason"' in html


def test_hours_that_are_none_are_refused_and_what_was_typed_is_kept(
    late: Task, cast: Cast
) -> None:
    data = {"stage": "pic", "hours_spent": "tujuh", "late_reason": "4"}
    page = f"/activities/tasks/{late.pk}/sign/"
    answer = browser(cast).post(page, data)
    html = text_of(answer)
    assert answer.status_code == 400
    assert 'value="tujuh"' in html
    assert "selected>Customer asked" in " ".join(html.split())
    late.refresh_from_db()
    assert late.completed_date_pic is None


def test_the_form_beside_changes_only_what_it_shows(late: Task, cast: Cast) -> None:
    sign_off(task_id=late.pk, stage="pic", by=cast.agus, said=SAID)
    page = f"/activities/tasks/{late.pk}/late/"
    assert browser(cast).post(page, {"hours_spent": "9"}).status_code == 302
    assert said_of(late) == (Decimal(9), 2, "cuti")


# --- The API ------------------------------------------------------------------------


def test_the_done_path_takes_it_and_the_task_gives_it_back(
    late: Task, cast: Cast
) -> None:
    api = cast.api("agus")
    body = {"taskId": late.pk, "role": "pic", "hoursSpent": 7.5, "lateReason": 2}
    api.write("/api/notifications/done", body, method="PUT")
    assert said_of(late) == (Decimal("7.50"), 2, "")
    path = f"/api/dashboard/activities/task?taskId={late.pk}"
    assert api.read(path)[0]["hoursSpent"] == 7.5


def test_a_task_without_hours_spent_has_no_such_member(task: Task, cast: Cast) -> None:
    path = f"/api/dashboard/activities/task?taskId={task.pk}"
    assert "hoursSpent" not in cast.api("agus").read(path)[0]


def test_a_posted_completion_brings_its_hours(task: Task, cast: Cast) -> None:
    row = {
        "id": task.pk,
        "hoursSpent": 4,
        "completedDatePic": timezone.now().isoformat(),
    }
    body = {"id": task.activity_id, "tasks": [row]}
    answer = cast.api("agus").write("/api/dashboard/activities", body)
    assert answer["tasks"][0]["hoursSpent"] == 4
    assert Activity.objects.get(pk=task.activity_id).pic_count == 1


# --- Many at once, and the admin --------------------------------------------------------


def test_one_reason_for_the_late_ones_of_many(late: Task, cast: Cast) -> None:
    other = Task.objects.create(
        activity=late.activity, ends_at=timezone.now() + timedelta(days=3)
    )
    other.in_charges.create(ext_user_id=IDS["agus"])
    picks = [f"task:{late.pk}:pic", f"task:{other.pk}:pic"]
    data = {"verb": "sign", "pick": picks, "reason": "2", "note": "cuti"}
    browser(cast).post("/lists/rows/", data)
    assert said_of(late)[1:] == (2, "cuti")
    assert said_of(other)[1:] == (None, "")
    assert other.completed_date_pic


def test_the_admin_asks_for_the_reason_before_it_signs(late: Task, cast: Cast) -> None:
    client = browser(cast, "rina")
    place = "/admin/activities/task/"
    chosen = {"action": "sign_next", "_selected_action": [late.pk]}
    asked = client.post(place, chosen)
    assert 'name="late_reason"' in text_of(asked)
    assert said_of(late)[1] is None
    client.post(place, {**chosen, "late_reason": "5", "late_note": "listrik"})
    assert said_of(late)[1:] == (5, "listrik")
    assert late.completed_date_pic
