"""The given paths over HTTP: filters, partial writes, own signatures only, notifications."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Activity, Task
from activities.services import sign_off
from core.ledger.models import Event
from tests.factories import an_activity
from tests.people import Cast, content_of, forget_upstreams

pytestmark = pytest.mark.django_db
LIST = "/api/dashboard/activities"
NOTICES = "/api/notifications"


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """Planned by Hendi; both tasks are Agus's."""
    return an_activity(cast.hendi)


def ids(rows: Any) -> list[int]:
    """The ids of an answer's rows."""
    return [row["id"] for row in rows]


def test_every_filter_narrows(cast: Cast, activity: Activity) -> None:
    api, other = cast.api("budi"), an_activity(cast.hendi)
    Activity.objects.filter(pk=other.pk).update(
        ext_inquiry_id=301,
        support_table_id=4,
        from_cache=timezone.now() + timedelta(days=30),
        to_cache=timezone.now() + timedelta(days=40),
    )
    today = timezone.localdate().isoformat()
    task = activity.tasks.all()[0]
    both = [activity.pk, other.pk]
    assert ids(api.read(LIST)) == both
    assert ids(api.read(f"{LIST}?from={today}&to={today}")) == [activity.pk]
    assert ids(api.read(f"{LIST}?from={today}&to=")) == both
    assert ids(api.read(f"{LIST}?extInquiryId=301")) == [other.pk]
    assert ids(api.read(f"{LIST}?extInquiryId=0&EXTINQUIRYID=")) == both
    assert ids(api.read(f"{LIST}?supportTableId=4")) == [other.pk]
    assert ids(api.read(f"{LIST}?taskId={task.pk}")) == [activity.pk]
    assert ids(api.read(f"{LIST}?userId=12")) == both
    assert ids(api.read(f"{LIST}?userId=99")) == []
    for bad in ("from=kemarin", "userId=x", "excel=maybe", "taskId=1.5"):
        refused = api.read(f"{LIST}?{bad}", 400)
        assert refused["errors"].keys() == {bad.partition("=")[0]}


def test_removed_rows_do_not_go_out_and_names_are_filled(
    cast: Cast, activity: Activity
) -> None:
    first, second = activity.tasks.all()
    api = cast.api("hendi")
    api.write(
        LIST,
        {"id": activity.pk, "tasks": [{"id": second.pk, "deletedAt": "2026-01-01"}]},
    )
    (row,) = api.read(f"{LIST}?withUserNames=true")
    assert ids(row["tasks"]) == [first.pk]
    assert [each["picName"] for each in row["tasks"][0]["inCharges"]] == ["Agus Wijaya"]
    assert "picName" not in str(api.read(LIST))


def test_names_are_missing_and_nothing_else_when_the_directory_is_away(
    cast: Cast, activity: Activity
) -> None:
    api = cast.api("budi")
    for server in (cast.sandbox.auth, cast.sandbox.meeting):
        server.faults.set("/", "status", 500)
    forget_upstreams()
    answer = api.call("GET", f"{LIST}?withUserNames=true")
    assert answer.status_code == 200
    assert answer["X-Data-Stale"] == "true"


def test_a_row_of_the_list_can_be_posted_back_without_loss(
    cast: Cast, activity: Activity
) -> None:
    api = cast.api("hendi")
    (row,) = api.read(LIST)
    count = Event.objects.count()
    assert api.write(LIST, row) == row
    assert Event.objects.count() == count


def test_a_signature_in_the_post_is_the_callers_own_and_now(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    body = {
        "id": activity.pk,
        "tasks": [{"id": task.pk, "completedDatePic": "2020-01-01", "hours": 9}],
    }
    answer = cast.api("agus").write(LIST, body)
    signed = answer["tasks"][0]
    assert signed["completedByPicId"] == 12
    assert signed["completedDatePic"] > "2026-01-01"


@pytest.mark.parametrize(
    ("who", "member", "status"),
    [
        ("agus", {"completedDatePic": "2026-01-01", "completedByPicId": 7}, 403),
        ("agus", {"completedByManagerId": 3}, 403),
        ("agus", {"completedDateSpv": "2026-01-01"}, 403),
        ("rina", {"completedDateManager": "2026-01-01"}, 409),
    ],
)
def test_somebody_elses_or_an_untimely_signature_refuses_the_whole(
    who: str, member: dict[str, Any], status: int, cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    body = {
        "id": activity.pk,
        "description": "diubah",
        "tasks": [{"id": task.pk, "hours": 99, **member}],
    }
    cast.api(who).write(LIST, body, status)
    activity.refresh_from_db()
    assert activity.description == "Panel LVMDP"
    assert Task.objects.get(pk=task.pk).hours == 6
    assert not Event.objects.filter(kind__endswith="_done").exists()


def test_null_and_stored_completions_ask_for_nothing(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    sign_off(task_id=task.pk, stage="pic", by=cast.agus)
    api = cast.api("hendi")
    stale = {"id": task.pk, "completedDatePic": None, "completedByPicId": None}
    api.write(LIST, {"id": activity.pk, "tasks": [stale]})
    stored = {"id": task.pk, "completedDatePic": "2026-03-01", "completedByPicId": 12}
    api.write(LIST, {"id": activity.pk, "tasks": [stored]})
    assert Task.objects.get(pk=task.pk).level == 1


def test_a_new_task_may_be_posted_signed(cast: Cast) -> None:
    body = {
        "description": "x",
        "tasks": [
            {"description": "a", "inCharges": [{"extUserId": 12}]},
            {
                "description": "b",
                "inCharges": [{"extUserId": 12}],
                "completedDatePic": "2026-03-01",
                "completedDateSpv": "2026-03-02",
            },
        ],
    }
    answer = cast.api("hendi").write(LIST, body)
    assert "completedDatePic" not in answer["tasks"][0]
    assert answer["tasks"][1]["completedBySpvId"] == 7


def test_the_same_request_again_has_one_effect(cast: Cast) -> None:
    api, key = cast.api("hendi"), {"Idempotency-Key": "rencana-1"}
    body = {"description": "x", "type": "PostPO", "tasks": [{"description": "a"}]}
    first = api.write(LIST, body, headers=key)
    assert api.write(LIST, body, headers=key) == first
    assert Activity.objects.count() == 1


def test_too_much_and_nonsense_is_400_with_the_field(cast: Cast) -> None:
    api = cast.api("budi")
    many = api.write(LIST, {"tasks": [{}] * 10_000}, 400)
    assert many["errors"].keys() == {"tasks"}
    assert "500" in many["message"]
    for body, field in (
        ({"type": "Lain"}, "type"),
        ({"type": None}, "type"),
        ({"tasks": [{"from": "kapan"}]}, "tasks[0].from"),
        ({"tasks": [{"hours": -1}]}, "tasks[0].hours"),
        ({"tasks": [{"from": "2026-02-02", "to": "2026-02-01"}]}, "tasks[0].to"),
        ({"tasks": [{"inCharges": [{"extUserId": 4242}]}]}, "tasks[0].inCharges"),
    ):
        assert api.write(LIST, body, 400)["errors"].keys() == {field}, body
    assert not Activity.objects.exists()


def test_the_task_path_changes_only_what_was_sent(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    api, path = cast.api("hendi"), f"{LIST}/task/{task.pk}"
    api.write(path, {"customer": "PT Lain"}, method="PUT")
    task.refresh_from_db()
    assert task.hours == 6
    last = timezone.localdate() + timedelta(days=30)
    api.write(path, {"to": last.isoformat(), "lateReason": "2"}, method="PUT")
    (row,) = api.read(path)
    assert row["customer"] == "PT Lain"
    assert row["toCache"].startswith(f"{last}T00")
    assert row["tasks"][0]["lateReason"] == 2
    assert api.read(f"{LIST}/task/999999") == []
    api.write(f"{LIST}/task/999999", {"hours": 1}, 404, method="PUT")


def test_if_match_guards(cast: Cast, activity: Activity) -> None:
    api, path = cast.api("hendi"), f"{LIST}/{activity.pk}"
    tag = api.call("GET", path)["ETag"]
    either = {"If-Match": f'"another", {tag}'}
    api.write(path, {"pic": "a"}, method="PUT", headers=either)
    api.write(path, {"pic": "b"}, 412, method="PUT", headers=either)
    api.write(path, {"pic": "c"}, method="PUT", headers={"If-Match": "*"})


def test_the_report_has_nine_columns_and_a_row_per_live_task(
    cast: Cast, activity: Activity
) -> None:
    Activity.objects.update(ext_purchase_order_id=201)
    answer = cast.api("budi").call("GET", f"{LIST}?excel=true")
    sheet = load_workbook(BytesIO(content_of(answer))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "Task Name",
        "Type",
        "PO",
        "Inq",
        "Quo",
        "In Charge",
        "Hours",
        "Start Date",
        "End Date",
    )
    assert len(rows) == 3
    assert rows[1][:2] == ("SLD", "PostPO")
    assert "(" in str(rows[1][2])
    assert rows[1][5:7] == ("Agus Wijaya", 6)


# --- Notifications ---------------------------------------------------------------------


def test_done_signs_closes_and_opens_exactly_once(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    api = cast.api("agus")
    answer = api.write(f"{NOTICES}/done?taskId={task.pk}&role=PIC", None, method="PUT")
    assert (answer["role"], answer["isRead"], answer["status"]) == (
        "pic",
        True,
        "Completed",
    )
    again = api.write(f"{NOTICES}/done", {"taskId": task.pk, "role": "pic"}, 409)
    assert again["code"] == "already_decided"
    active = api.read(f"{NOTICES}/active?role=Spv")
    assert [(row["taskId"], row["status"]) for row in active] == [(task.pk, "OnGoing")]
    whole = api.read(f"{NOTICES}/task/{task.pk}")
    assert [row["role"] for row in whole] == ["spv", "pic"]
    assert len(api.read(f"{NOTICES}/dashboard")) == 2
    assert Task.objects.get(pk=task.pk).completed_by_pic_id == 12


def test_undone_reverts_and_withdraws(cast: Cast, activity: Activity) -> None:
    task = activity.tasks.all()[0]
    api = cast.api("agus")
    api.write(f"{NOTICES}/done", {"taskId": task.pk, "role": "pic"})
    back = api.write(
        f"{NOTICES}/undo-done?taskId={task.pk}&role=pic", None, method="PUT"
    )
    assert (back["role"], back["isRead"], back["status"]) == ("pic", False, "OnGoing")
    assert api.read(f"{NOTICES}/active?role=spv") == []
    assert Task.objects.get(pk=task.pk).level == 0


def test_a_role_is_listed_once_however_many_hold_it(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    for stage in ("pic", "spv"):
        sign_off(task_id=task.pk, stage=stage, by=cast.hendi)
    active = cast.api("budi").read(f"{NOTICES}/active?role=manager")
    assert len(active) == 1  # Rina and Ratna are both asked


def test_bad_stages_are_400_and_unknown_tasks_404(
    cast: Cast, activity: Activity
) -> None:
    api = cast.api("agus")
    assert api.read(f"{NOTICES}/active", 400)["errors"].keys() == {"role"}
    assert api.write(f"{NOTICES}/done", {"role": "pic"}, 400)["errors"].keys() == {
        "taskId"
    }
    task = activity.tasks.all()[0]
    bad = api.write(f"{NOTICES}/done", {"taskId": task.pk, "role": "boss"}, 400)
    assert bad["errors"].keys() == {"role"}
    api.write(f"{NOTICES}/done", {"taskId": 999_999, "role": "pic"}, 404)
    api.write(NOTICES, {"taskId": 999_999, "role": "pic"}, 404)


def test_a_posted_notice_reaches_the_people_of_the_stage(
    cast: Cast, activity: Activity
) -> None:
    task = activity.tasks.all()[0]
    body = {"taskId": task.pk, "role": "Manager", "title": "Cek", "message": "50% dulu"}
    made = cast.api("budi").write(NOTICES, body)
    assert (made["title"], made["message"]) == ("Budi Hartono: Cek", "50% dulu")
    page = cast.browser("rina").get("/notifications/").content.decode()
    assert "50% dulu" in page


def test_a_notice_is_read_and_removed_by_its_own_person(
    cast: Cast, activity: Activity
) -> None:
    row = cast.api("agus").read(f"{NOTICES}/active?role=pic")[0]
    path = f"{NOTICES}/{row['id']}"
    cast.api("budi").write(path, None, 403, method="PUT")
    assert cast.api("agus").write(path, None, method="PUT")["isRead"] is True
    assert cast.api("budi").call("DELETE", path).status_code == 403
    assert cast.api("agus").call("DELETE", path).status_code == 204
    cast.api("agus").read(path, 404)


def test_a_period_that_ends_before_it_begins_is_empty_or_named(
    cast: Cast, activity: Activity
) -> None:
    """The old page asks so between its two date fields; the portal's form says what is wrong."""
    query = "?from=2026-02-02&to=2026-02-01"
    assert cast.api("agus").read(f"/api/dashboard/activities{query}") == []
    same = "?from=2026-02-02&to=2026-02-02"
    cast.api("agus").read(f"/api/dashboard/activities{same}")
    page = cast.browser("agus").get("/activities/?first=2026-02-02&last=2026-02-01")
    assert page.status_code == 400
    assert "last" in page.context["filter"].form.errors


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tasks": "x"}, "tasks"),
        ({"tasks": ["x"]}, "tasks[0]"),
        ({"tasks": [{"inCharges": "12"}]}, "tasks[0].inCharges"),
        ({"description": {}}, "description"),
    ],
)
def test_a_wrong_shape_names_its_field_in_the_readers_language(
    cast: Cast, body: dict[str, Any], field: str
) -> None:
    answer = cast.api("agus").write(
        "/api/dashboard/activities", body, 400, headers={"Accept-Language": "id"}
    )
    assert list(answer["errors"]) == [field]
    assert "valid" not in answer["errors"][field][0]
    assert "Expected" not in answer["errors"][field][0]
