"""Every page of the portal: who sees it, what it says, and that it survives its upstreams."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities.tests.conftest import a_task, an_activity, the_task
from core.accounts.models import User
from core.approvals.services import note_opening
from engineering.models import ChangeNotice, DashboardMetrics
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
PAGES = (
    "/",
    "/inbox/",
    "/search/?q=mccb",
    "/help/changes/",
    "/notifications/",
    "/notifications/bell/",
    "/home/waiting/",
    "/home/moved/",
    "/home/recent/",
    "/figures/",
    "/home/chart.json",
    "/changes/",
    "/changes/totals/",
    "/changes/new/",
    "/changes/pick/part/?q=mccb",
    "/changes/pick/job/?q=a",
    "/changes/pick/order/?job=51",
    "/changes/pick/panel/?job=51",
    "/changes/pick/person/?q=a",
    "/changes/pick/prices/?ids=1001,1002,x",
    "/changes/{id}/",
    "/changes/{id}/edit/",
    "/changes/{id}/print/",
    "/changes/excel/",
    "/changes/excel/?report=increase",
    "/home/mine/",
    "/activities/",
    "/activities/?status=late&first=2026-01-01&person=12",
    "/activities/totals/",
    "/activities/new/",
    "/activities/calendar/?month=2026-03&person=12",
    "/activities/gantt/?first=2026-03-01&last=2026-03-31",
    "/activities/workload/",
    "/activities/workload/excel/",
    "/activities/manpower/?first=2026-03-17",
    "/activities/excel/",
    "/activities/excel/?report=tasks",
    "/activities/pick/inquiry/?q=a",
    "/activities/pick/template/?q=x&start=2026-03-17",
    "/activities/{activity}/",
    "/activities/{activity}/edit/",
    "/activities/new/?copy={activity}",
    "/activities/tasks/{task}/",
    "/activities/overdue/",
    "/activities/overdue/?page=x",
    "/inbox/?only=decisions",
    "/inbox/?only=signatures",
    "/admin/activities/activity/",
    "/admin/activities/task/?waiting=me",
    "/analyzer/",
    "/analyzer/?q=lvmdp&analysed=yes&page=2",
    "/analyzer/new/",
    "/analyzer/documents/?stored-q=sld",
    "/analyzer/answers/?state=done",
    "/documents/",
    "/documents/?q=mccb&state=deleted",
    "/documents/totals/",
    "/documents/excel/",
    "/documents/jobs/",
    "/documents/jobs/excel/",
    "/admin/supportdocs/supporttable/?q=mccb",
    "/admin/supportdocs/supportjob/",
    "/admin/",
    "/admin/aianalyzer/inquiryaigeneration/?q=rks",
    "/admin/engineering/changenotice/?waiting=all",
    "/admin/engineering/changenotice/?waiting=me",
    "/admin/engineering/changenotice/{id}/change/",
)


@pytest.fixture
def record(agus: User, rina: User) -> ChangeNotice:
    """A pending change."""
    return a_change(agus, project_name="Gardu Cikarang")


def filled(path: str, change: ChangeNotice) -> str:
    """The path with the ids of the record and of the activity beside it."""
    if "{activity}" not in path and "{task}" not in path:
        return path.format(id=change.pk)
    assert change.created_by is not None
    made = an_activity(change.created_by, a_task("Gambar SLD", change.created_by))
    return path.format(activity=made.pk, task=the_task(made).pk)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_manager_gets_every_page(
    path: str,
    language: str,
    record: ChangeNotice,
    rina: User,
    as_person: Log,
    sandbox: Any,
) -> None:
    client = as_person(rina)
    client.cookies["django_language"] = language
    answer = client.get(filled(path, record))
    assert answer.status_code == 200
    assert text_of(answer)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_login_page(path: str, record: ChangeNotice) -> None:
    answer = Client(headers={"Accept": "text/html"}).get(filled(path, record))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_fails_when_every_upstream_is_away(
    path: str, record: ChangeNotice, rina: User, as_person: Log, sandbox: Any
) -> None:
    for server in (sandbox.auth, sandbox.crm, sandbox.ppic, sandbox.meeting):
        server.faults.set("/", "status", 500)
    answer = as_person(rina).get(filled(path, record))
    assert answer.status_code == 200
    assert text_of(answer)


def test_a_page_names_the_upstream_that_is_away(
    record: ChangeNotice, rina: User, as_person: Log, sandbox: Any
) -> None:
    sandbox.ppic.faults.set("/", "status", 500)
    client = as_person(rina)
    client.get("/changes/new/")
    page = text_of(client.get(f"/changes/{record.pk}/"))
    assert "PPIC" in page


@pytest.mark.parametrize(
    "path",
    [
        "/changes/999999/",
        "/changes/999999/edit/",
        "/home/nothing/",
        "/nothing/",
        "/changes/pick/nothing/",
    ],
)
def test_an_unknown_page_is_404_with_words(
    path: str, rina: User, as_person: Log
) -> None:
    answer = as_person(rina).get(path)
    assert answer.status_code == 404
    assert "<html" in text_of(answer)


def test_a_page_without_its_slash_is_found(rina: User, as_person: Log) -> None:
    answer = as_person(rina).get("/changes?q=a")
    assert (answer.status_code, answer["Location"]) == (302, "/changes/?q=a")


@pytest.mark.parametrize(
    "query", ["status=9", "kind=x", "year=abc", "year=99999999", "q=" + "a" * 300]
)
def test_a_filter_that_makes_no_sense_is_400_and_finds_nothing(
    query: str, record: ChangeNotice, rina: User, as_person: Log
) -> None:
    answer = as_person(rina).get(f"/changes/?{query}")
    assert answer.status_code == 400
    assert record.number not in text_of(answer)


def test_the_home_page_shows_what_the_data_say(
    record: ChangeNotice, rina: User, agus: User, as_person: Log, sandbox: Any
) -> None:
    now = timezone.now()
    late = a_task("Gambar SLD", rina, starts_at=now, ends_at=now - timedelta(days=2))
    an_activity(rina, late | {"starts_at": now - timedelta(days=3)})
    back = a_change(agus)
    decide_change(change_id=back.pk, by=rina, status=3, remark="Lengkapi gambar")
    page = text_of(as_person(rina).get("/home/waiting/"))
    assert record.number in page
    assert back.number not in page
    assert "Gambar SLD" in text_of(as_person(rina).get("/home/mine/"))
    assert back.number in text_of(as_person(agus).get("/home/mine/"))


def test_the_chart_counts_a_change_of_this_month(
    record: ChangeNotice, rina: User, as_person: Log
) -> None:
    chart = as_person(rina).get("/home/chart.json").json()
    assert len(chart["labels"]) == 12
    assert [series["values"][-1] for series in chart["series"]] == [1, 0]


def test_figures_are_typed_by_those_who_may(
    rina: User, agus: User, as_person: Log, sandbox: Any
) -> None:
    path = "/figures/edit/"
    assert as_person(agus).get(path).status_code == 403
    client = as_person(rina)
    assert client.get(path).status_code == 200
    assert client.post(path, {"total_boms": "-1"}).status_code == 400
    assert client.post(path, {"total_boms": "77"}).status_code == 302
    row = DashboardMetrics.objects.get()
    assert (row.total_boms, row.updated_by) == (77, rina)
    assert "77" in text_of(client.get("/figures/"))


def test_figures_for_prometheus_are_not_for_everybody(
    client: Client, rina: User, admin: User, as_person: Log, settings: Any
) -> None:
    assert client.get("/metrics").status_code == 404
    assert as_person(rina).get("/metrics").status_code == 404
    assert as_person(admin).get("/metrics").status_code == 200
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    )
    settings.METRICS_TOKEN = "scrape-me"
    token = {"Authorization": "Bearer scrape-me"}
    assert client.get("/metrics", headers=token).status_code == 200


def test_the_style_guide_is_for_staff(rina: User, budi: User, as_person: Log) -> None:
    assert as_person(rina).get("/styleguide/").status_code == 200
    assert as_person(budi).get("/styleguide/").status_code == 404


def test_language_and_theme_are_kept_in_cookies(client: Client) -> None:
    answer = client.post("/accounts/language/", {"language": "en", "next": "/help/"})
    assert (answer["Location"], answer.cookies["django_language"].value) == (
        "/help/",
        "en",
    )
    assert (
        client.post("/accounts/theme/", {"theme": "dark"}).cookies["ems_theme"].value
        == "dark"
    )
    assert (
        client.post("/accounts/theme/", {"theme": "x"}).cookies["ems_theme"].value == ""
    )


# --- The admin's approval list ------------------------------------------------------


def shown(change: ChangeNotice) -> str:
    """What the admin's form carries."""
    return f"{change.pk}:{change.revision}:{change.digest}"


def admin_decide(
    client: Client, change: ChangeNotice, status: int, remark: str = ""
) -> Any:
    """Press the button on the record's page."""
    return client.post(
        "/admin/engineering/changenotice/decide/",
        {"shown": shown(change), "status": status, "remark": remark},
        follow=True,
    )


def test_the_admin_lists_what_waits_for_me(
    record: ChangeNotice, rina: User, agus: User, as_person: Log, sandbox: Any
) -> None:
    path = "/admin/engineering/changenotice/?waiting=me"
    assert record.number in text_of(as_person(rina).get(path))
    assert record.number not in text_of(as_person(agus).get(path))


def test_the_admin_approves_through_the_service(
    record: ChangeNotice, rina: User, as_person: Log
) -> None:
    note_opening(record=record, by=rina)
    admin_decide(as_person(rina), record, 1, "setuju")
    record.refresh_from_db()
    assert (record.status, record.approval_remark) == (1, "setuju")


def test_the_admin_shows_the_refusal(
    record: ChangeNotice, rina: User, agus: User, as_person: Log
) -> None:
    without_reason = admin_decide(as_person(rina), record, 2)
    assert record.number in text_of(without_reason)
    admin_decide(as_person(agus), record, 1)
    record.refresh_from_db()
    assert record.status == 0


def test_the_admin_asks_before_it_decides_many(
    record: ChangeNotice, rina: User, as_person: Log
) -> None:
    client = as_person(rina)
    note_opening(record=record, by=rina)
    body = {"action": "approve_selected", "_selected_action": [record.pk]}
    page = text_of(client.post("/admin/engineering/changenotice/", body))
    assert shown(record) in page
    record.refresh_from_db()
    assert record.status == 0


@pytest.mark.parametrize("garbage", ["", "x:y:z", "1", f"{2**70}:1:"])
def test_the_admin_survives_a_damaged_form(
    garbage: str, rina: User, as_person: Log
) -> None:
    body = {"shown": garbage, "status": "1"}
    answer = as_person(rina).post("/admin/engineering/changenotice/decide/", body)
    assert answer.status_code in {302, 404}


def test_a_decided_record_says_who_decided(
    record: ChangeNotice, rina: User, as_person: Log, sandbox: Any
) -> None:
    decide_change(change_id=record.pk, by=rina, status=1, remark="cek ruang kabel")
    for path in (
        f"/changes/{record.pk}/",
        f"/admin/engineering/changenotice/{record.pk}/change/",
    ):
        page = text_of(as_person(rina).get(path))
        assert "Rina" in page
        assert "cek ruang kabel" in page


@pytest.mark.parametrize("model", ["userrole", "user"])
def test_people_and_roles_are_in_the_admin(
    model: str, admin: User, as_person: Log
) -> None:
    assert as_person(admin).get(f"/admin/accounts/{model}/").status_code == 200


def test_a_role_is_granted_in_the_admin_by_administrators_only(
    admin: User, rina: User, as_person: Log
) -> None:
    body = {"user_id": 15, "role": "spv"}
    assert (
        as_person(rina).post("/admin/accounts/userrole/add/", body).status_code == 403
    )
    assert (
        as_person(admin).post("/admin/accounts/userrole/add/", body).status_code == 302
    )
    from core.accounts.models import UserRole  # noqa: PLC0415

    assert UserRole.objects.filter(user_id=15, role="spv").exists()


def test_configuration_is_kept_with_its_event_in_the_admin(
    admin: User, as_person: Log
) -> None:
    from core.ledger.models import Event  # noqa: PLC0415

    body = {"name": "CCNThreshold", "value": "7000000"}
    assert (
        as_person(admin).post("/admin/engineering/configuration/add/", body).status_code
        == 302
    )
    assert Event.objects.filter(kind="row.added").count() == 1


def test_a_page_past_the_end_is_empty(
    record: ChangeNotice, rina: User, as_person: Log
) -> None:
    page = text_of(as_person(rina).get("/changes/?page=9"))
    assert record.number not in page
