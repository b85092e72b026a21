"""What the predecessor's own pages post: each body is taken, with its effect."""

from typing import Any

import pytest

from activities.models import Activity, InCharge, Task
from core.accounts.models import UserRole
from engineering.models import (
    ChangeNotice,
    DashboardMetrics,
    DepartmentConfig,
    PanelProcess,
)
from notifications.models import Notification
from supportdocs.models import SupportTable
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
ACTIVITIES = "/api/dashboard/activities"


def an_old_activity(**more: Any) -> dict[str, Any]:
    """As the dialog of the activity page sends it."""
    return {
        "type": "PostPO",
        "description": "Panel LVMDP",
        "customer": "PT Contoh",
        "customerId": None,
        "selectedCustomerId": 5,
        "extJobId": "51",
        "extPanelCodeId": 2001,
        "extPurchaseOrderId": "88",
        "tasks": [
            {
                "description": "SLD",
                "from": "2026-07-01T00:00:00Z",
                "to": "2026-07-03T00:00:00Z",
                "hours": 6,
                "remark": "",
                "completedDatePic": None,
                "completedByPicId": None,
                "completedDateSpv": None,
                "completedDateManager": None,
                "inCharges": [{"extUserId": 12, "username": "Agus (Eng Elec LV)"}],
            }
        ],
        **more,
    }


def test_a_new_activity_with_a_numeric_string_and_stray_members(cast: Cast) -> None:
    made = cast.api("hendi").write(ACTIVITIES, an_old_activity())
    activity = Activity.objects.get()
    assert made["id"] == activity.pk
    assert (activity.ext_job_id, activity.ext_purchase_order_id) == (51, 88)
    assert made["fromCache"].startswith("2026-07-01T00:00:00")
    assert made["toCache"].startswith("2026-07-03T00:00:00")
    assert InCharge.objects.get().ext_user_id == 12


def test_an_activity_without_dated_tasks_is_saved(cast: Cast) -> None:
    """The predecessor answered 500 to an empty list, and to tasks from a template."""
    api = cast.api("hendi")
    bare = {"type": "PrePO", "description": "Panel LVMDP", "tasks": []}
    assert api.write(ACTIVITIES, bare)["tasks"] == []
    template = {"type": "PrePO", "tasks": [{"description": "SLD", "hours": 2.5}]}
    assert "fromCache" not in api.write(ACTIVITIES, template)


def test_a_support_document_is_cited_by_its_odd_name(cast: Cast) -> None:
    document = SupportTable.objects.create(name="Spesifikasi")
    body = an_old_activity(type="PrePO", selectedSupportDocId=document.pk)
    made = cast.api("hendi").write(ACTIVITIES, body)
    assert made["selectedSupportDocId"] == document.pk
    assert Activity.objects.get().support_table_id == document.pk


def test_removed_tasks_and_people_carry_a_date(cast: Cast) -> None:
    api = cast.api("hendi")
    made = api.write(ACTIVITIES, an_old_activity())
    task = made["tasks"][0]
    task["inCharges"][0]["deletedAt"] = "2026-07-02T03:00:00Z"
    api.write(ACTIVITIES, made)
    assert InCharge.objects.get().deleted_at is not None
    made["tasks"][0]["deletedAt"] = "2026-07-02T03:00:00Z"
    api.write(ACTIVITIES, made)
    assert Task.objects.get().deleted_at is not None
    assert Activity.objects.get().from_cache is None


def test_the_customer_of_a_task_wipes_nothing_else(cast: Cast) -> None:
    """*Add Customer* sends one member; the predecessor emptied the others."""
    api = cast.api("hendi")
    made = api.write(ACTIVITIES, an_old_activity())
    task_id = made["tasks"][0]["id"]
    api.call("PUT", f"{ACTIVITIES}/task/{task_id}", {"customer": "PT Lain"})
    task = Task.objects.get()
    assert task.hours == 6
    assert task.starts_at is not None
    assert Activity.objects.get().customer == "PT Lain"


def test_a_change_read_edited_and_posted_back(cast: Cast) -> None:
    change = a_change(cast.agus)
    api = cast.api("agus")
    row = api.read(f"/engineeringDetailProblems/{change.pk}")
    row |= {"tgl": "2026-03-18T00:00:00Z", "engineering": "Ganti busbar"}
    row["items"] = [*row["items"], {"extItemId": 1002, "qty": "2", "cost": 7}]
    row |= {"pn": "x", "uom": "EA", "qty": 1, "description": "d", "cost": 3}
    saved = api.write("/engineeringDetailProblems", row)
    assert saved["engineering"] == "Ganti busbar"
    assert len(saved["items"]) == len(row["items"])
    assert saved["createdAt"] == row["createdAt"]


def test_a_row_of_the_list_posted_back_loses_nothing(cast: Cast) -> None:
    """The generic input page does that; the predecessor lost columns and doubled children."""
    change = a_change(cast.agus)
    api = cast.api("agus")
    before = api.read(f"/engineeringDetailProblems/{change.pk}")
    row = next(
        each
        for each in api.read("/engineeringDetailProblems")
        if each["id"] == change.pk
    )
    api.write("/engineeringDetailProblems", row)
    after = api.read(f"/engineeringDetailProblems/{change.pk}")
    assert after == before
    assert ChangeNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/engineerSupports", {"engineer": "", "project": "", "supportDates": ""}),
        ("/supportDetails", {"no": "", "tgl": "", "qty": 0, "uom": ""}),
        ("/outstandingPostPOs", {"customer": "", "daysDeadline": 0, "totalOuts": "0"}),
        ("/donePOs", {"jobCategory": "", "detail": "", "outs": 0, "tProcess": 0}),
        (
            "/configurations",
            {
                "name": "CCNThreshold",
                "byValuePercentage": "By Value",
                "value": "5000000",
                "percentage": 0,
            },
        ),
    ],
)
def test_a_blank_row_of_the_input_page_is_taken(
    cast: Cast, path: str, row: dict[str, Any]
) -> None:
    made = cast.api("admin").write(path, row)
    assert made["id"]
    assert cast.api("admin").write(path, made)["id"] == made["id"]


def test_the_metrics_come_with_a_number_as_text(cast: Cast) -> None:
    body = {
        "numberOfManpowers": 50,
        "numberOfECNsThisMonth": 12,
        "numberOfCCNsThisMonth": "8",
        "lastDetectedProcess": "",
        "totalBOMs": 75,
    }
    cast.api("rina").write("/api/dashboard/metrics/arr", body)
    row = DashboardMetrics.objects.get()
    assert (row.number_of_ccns_this_month, row.total_boms) == (8, 75)
    assert row.last_detected_process is None


def test_the_row_of_the_metrics_sent_back_types_only_what_changed(cast: Cast) -> None:
    rina, path = cast.api("rina"), "/api/dashboard/metrics"
    row = rina.read(path)
    assert rina.write(f"{path}/arr", row)["overrides"] == {}
    answer = rina.write(f"{path}/arr", row | {"totalBOMs": 99})
    assert list(answer["overrides"]) == ["totalBOMs"]


def test_a_pic_signs_by_the_old_post(cast: Cast) -> None:
    invited = {"extBomLeveledId": "702", "pics": [{"extUserId": 12}]}
    cast.api("hendi").write("/bomapprovals", invited)
    shown = cast.api("agus").read("/bomapprovals/702")
    own = next(pic for pic in shown["pics"] if pic["extUserId"] == 12)
    body = {
        "id": shown["id"],
        "extBomLeveledId": "702",
        "revision": shown["revision"],
        "digest": shown["digest"],
        "pics": [own | {"status": 1, "approvalDate": "2026-07-01T00:00:00Z"}],
    }
    saved = cast.api("agus").write("/bomapprovals", body)
    assert saved["pics"][0]["status"] == 1
    assert not saved["pics"][0]["approvalDate"].startswith("2026-07-01")


def test_a_role_and_a_panel_process_are_changed_without_an_id_in_the_body(
    cast: Cast,
) -> None:
    api = cast.api("admin")
    role = UserRole.objects.get(user_id=12)
    answer = api.call("PUT", f"/api/userroles/{role.pk}", {"userId": 12, "role": "SPV"})
    assert answer.status_code == 204
    role.refresh_from_db()
    assert role.role == "spv"
    process = PanelProcess.objects.create(
        panel_type="LVMDP", process_name="Wiring", minutes=30
    )
    api.call(
        "PUT",
        f"/panelprocess/{process.pk}",
        {"panelType": "LVMDP", "processName": "Wiring", "minutes": "45"},
    )
    process.refresh_from_db()
    assert process.minutes == 45


def test_the_route_id_wins_over_the_bodys(cast: Cast) -> None:
    role = UserRole.objects.get(user_id=12)
    body = {"id": 999, "userId": 12, "role": "spv"}
    answer = cast.api("admin").call("PUT", f"/api/userroles/{role.pk}", body)
    assert answer.status_code == 204


def test_departments_that_are_left_out_are_gone(cast: Cast) -> None:
    api = cast.api("admin")
    first = api.write("/api/deptconfigs", [{"departmentId": 2}, {"departmentId": "3"}])
    api.write("/api/deptconfigs", first[:1])
    assert [row.department_id for row in DepartmentConfig.objects.all()] == [2]
    assert api.write("/api/deptconfigs", []) == []
    assert not DepartmentConfig.objects.exists()


def test_a_notification_is_posted_and_its_clock_is_the_servers(cast: Cast) -> None:
    made = cast.api("hendi").write(ACTIVITIES, an_old_activity())
    body = {
        "title": "Task Update",
        "message": "Siap diperiksa",
        "taskId": str(made["tasks"][0]["id"]),
        "role": "PIC",
        "previousRole": "pic",
        "createdAt": "2020-01-01T00:00:00Z",
    }
    told = cast.api("hendi").write("/api/notifications", body)
    assert told["role"] == "pic"
    assert told["createdAt"] > "2026"
    assert Notification.objects.filter(recipient=cast.agus, kind="task.note").exists()


def test_a_job_gets_its_documents_and_a_bare_list_replaces_them(cast: Cast) -> None:
    api, path = cast.api("hendi"), "/api/support-engineering-documents"
    one, two = (SupportTable.objects.create(name=name).pk for name in ("SLD", "GA"))
    body = {"jobId": 51, "jobName": "Nusa", "supportTableIds": [one, str(two), one]}
    assert api.write(path, body)["dto"]["supportTableIds"] == [one, two]
    api.call("PUT", f"{path}/51/supporttableid", [two])
    assert api.read(path) == [
        {"jobId": 51, "jobName": "Nusa", "supportTableIds": [two]}
    ]
    api.call("PUT", f"{path}/51/supporttableid", [])
    assert api.read(path) == [{"jobId": 51, "jobName": "Nusa", "supportTableIds": []}]
