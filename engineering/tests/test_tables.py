"""The tables that people keep: who may, what is saved, what is refused, what is remembered."""

from typing import Any

import pytest

from core.ledger.models import Event
from engineering.models import (
    Configuration,
    DepartmentConfig,
    EngineerSupport,
    PanelProcess,
)
from engineering.views.tables import TABLES
from tests.people import Cast

pytestmark = pytest.mark.django_db
CONFIGURATIONS = "/admin/engineering/configuration/"
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "panel-processes": (
        {"panel_type": "LVMDP", "process_name": "Wiring", "minutes": "45,5"},
        "45,5",
    ),
    "engineer-supports": ({"engineer": "Agus", "project": "Weda"}, "Weda"),
    "support-details": ({"no": "7", "tgl": "2026-03-17", "qty": "3"}, "17 Mar"),
    "outstanding-post-pos": ({"customer": "Agus", "total_outs": "3"}, "Agus"),
    "done-pos": ({"job_category": "SLD", "process_hours": "2.5"}, "2,5"),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.slug)
def test_a_manager_adds_finds_changes_and_removes_a_row(cast: Cast, table: Any) -> None:
    browser, (typed, seen) = cast.browser("rina"), TYPED[table.slug]
    place = f"/setup/{table.slug}/"
    answer = browser.post(f"{place}new/", typed, follow=True)
    assert seen in answer.content.decode()
    row = table.model.objects.order_by("-pk")[0]
    found = browser.get(place, {"q": next(iter(typed.values()))}).content.decode()
    assert f"{place}{row.pk}/" in found
    assert f"{place}{row.pk}/" not in browser.get(place, {"q": "zzz"}).content.decode()
    browser.post(f"{place}{row.pk}/", typed)
    page = browser.get(f"{place}{row.pk}/").content.decode()
    assert 'class="line"' in page  # its history
    browser.post(f"{place}{row.pk}/remove/")
    assert browser.get(f"{place}{row.pk}/").status_code == 404
    assert Event.objects.filter(actor=cast.rina).count() >= 2


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.slug)
def test_tables_are_kept_by_spv_managers_and_administrators(
    cast: Cast, table: Any
) -> None:
    for name, status in {"agus": 403, "hendi": 200, "rina": 200, "admin": 200}.items():
        answer = cast.browser(name).get(f"/setup/{table.slug}/new/")
        assert answer.status_code == status, name


def test_the_administration_leads_keepers_to_the_portal_and_lets_others_look(
    cast: Cast,
) -> None:
    for table in TABLES:
        meta = table.model._meta
        path = f"/admin/{meta.app_label}/{meta.model_name}/"
        answer = cast.browser("hendi").get(path)
        assert answer.headers["Location"] == f"/setup/{table.slug}/"
        assert cast.browser("agus").get(path).status_code == 200


@pytest.mark.parametrize(
    ("slug", "typed"),
    [
        ("panel-processes", {"panel_type": "a", "process_name": "b", "minutes": "-1"}),
        ("support-details", {"tgl": "kemarin"}),
        ("done-pos", {"outs": "9" * 30}),
    ],
)
def test_nonsense_is_400_and_what_was_typed_stays(
    cast: Cast, slug: str, typed: dict[str, str]
) -> None:
    answer = cast.browser("rina").post(f"/setup/{slug}/new/", typed)
    assert answer.status_code == 400
    assert 'class="errorlist' in answer.content.decode()
    assert not Event.objects.filter(kind__startswith="row").exists()


def test_old_rows_that_were_removed_are_kept_for_programs(cast: Cast) -> None:
    row = EngineerSupport.objects.create(engineer="Agus")
    cast.browser("rina").post(f"/setup/engineer-supports/{row.pk}/remove/")
    row.refresh_from_db()
    assert row.deleted_at is not None


def test_a_panel_process_that_was_removed_is_gone(cast: Cast) -> None:
    row = PanelProcess.objects.create(panel_type="a", process_name="b", minutes=1)
    cast.browser("rina").post(f"/setup/panel-processes/{row.pk}/remove/")
    assert not PanelProcess.objects.exists()


# --- Limits and texts, in the administration ---------------------------------------------


def test_an_administrator_adds_finds_changes_and_removes_a_limit(cast: Cast) -> None:
    browser = cast.browser("admin")
    typed = {
        "name": "CCNThreshold",
        "by_value_percentage": "By Value",
        "value": "7.500.000",
    }
    answer = browser.post(f"{CONFIGURATIONS}add/", typed, follow=True)
    assert "7.500.000" in answer.content.decode()
    row = Configuration.objects.get()
    place = f"{CONFIGURATIONS}{row.pk}/change/"
    assert place in browser.get(CONFIGURATIONS, {"q": "ccnthr"}).content.decode()
    assert place not in browser.get(CONFIGURATIONS, {"q": "zzz"}).content.decode()
    browser.post(place, typed | {"value": "8.000.000"})
    page = browser.get(place).content.decode()
    assert "<del>7.500.000" in page
    assert "<ins>8.000.000" in page
    browser.post(f"{CONFIGURATIONS}{row.pk}/delete/", {"post": "yes"})
    assert place not in browser.get(CONFIGURATIONS).content.decode()
    row.refresh_from_db()
    assert row.deleted_at is not None  # integrators may ask for what was put away
    kinds = Event.objects.filter(actor=cast.admin, kind__startswith="row")
    assert list(kinds.values_list("kind", flat=True).order_by("seq")) == [
        "row.added",
        "row.changed",
        "row.changed",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "CCNThreshold", "value": "-1"},
        {"name": "CCNThreshold", "percentage": "1001"},
        {"name": "CCNThreshold", "percentage": "banyak"},
        {"name": ""},
        {"name": "CCNThreshold", "by_value_percentage": "By Value"},
        {"name": "CCNThreshold", "by_value_percentage": "By Percentage"},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_in_its_form(
    cast: Cast, typed: dict[str, str]
) -> None:
    page = cast.browser("admin").post(f"{CONFIGURATIONS}add/", typed).content.decode()
    assert 'class="errorlist' in page
    assert not Configuration.objects.exists()
    assert not Event.objects.filter(kind__startswith="row").exists()


def test_a_refused_change_leaves_the_old_value(cast: Cast) -> None:
    row = Configuration.objects.create(name="CCNThreshold", value=5_000_000)
    typed = {"name": "CCNThreshold", "value": "-5"}
    page = cast.browser("admin").post(f"{CONFIGURATIONS}{row.pk}/change/", typed)
    assert 'class="errorlist' in page.content.decode()
    row.refresh_from_db()
    assert row.value == 5_000_000


def test_a_limit_that_is_there_already_is_refused_in_the_words_of_the_service(
    cast: Cast,
) -> None:
    Configuration.objects.create(name="CCNThreshold", value=5_000_000)
    browser = cast.browser("admin")
    browser.cookies["django_language"] = "en"
    typed = {"name": "CCNThreshold", "value": "6.000.000"}
    page = browser.post(f"{CONFIGURATIONS}add/", typed).content.decode()
    assert "A row with these values exists already." in page
    assert 'value="6.000.000"' in page  # what was typed stays
    assert Configuration.objects.count() == 1


def test_a_limit_in_a_programs_spelling_stays_what_it_is(cast: Cast) -> None:
    row = Configuration.objects.create(
        name="CCNThreshold", by_value_percentage="percent", percentage=5
    )
    page = cast.browser("admin").get(f"{CONFIGURATIONS}{row.pk}/change/")
    assert '<option value="By Percentage" selected>' in page.content.decode()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/configurations", {"name": "x", "value": -1}, "value"),
        ("/configurations", {"name": "x", "percentage": 2000}, "percentage"),
        (
            "/configurations",
            {"name": "x", "byValuePercentage": "boh"},
            "byValuePercentage",
        ),
        (
            "/panelprocess",
            {"panelType": "a", "processName": "b", "minutes": -3},
            "minutes",
        ),
        ("/api/userroles", {"userId": 12, "role": "boss"}, "role"),
    ],
)
def test_the_api_refuses_the_same_nonsense_by_field(
    cast: Cast, path: str, body: dict[str, Any], field: str
) -> None:
    answer = cast.api("admin").write(path, body, 400)
    assert field in answer["errors"]


# --- Departments -------------------------------------------------------------------------


def test_departments_are_exactly_those_that_are_ticked(cast: Cast) -> None:
    browser = cast.browser("admin")
    DepartmentConfig.objects.create(department_id=99)
    browser.post("/setup/departments/", {"department": ["2", "3", "x"]})
    kept = DepartmentConfig.objects.values_list("department_id", flat=True)
    assert sorted(kept) == [2, 3]
    page = browser.get("/setup/departments/").content.decode()
    assert page.count("checked") == 2
    (event,) = Event.objects.filter(record_type="engineering.DepartmentConfig")
    assert (event.kind, event.record_id) == ("departments.chosen", 0)


def test_the_departments_can_be_seen_while_the_directory_is_away(cast: Cast) -> None:
    DepartmentConfig.objects.create(department_id=99)
    browser = cast.browser("admin")
    cast.sandbox.auth.faults.set("/", "status", 500)
    assert "99" in browser.get("/setup/departments/").content.decode()


@pytest.mark.parametrize("name", ["agus", "hendi", "rina"])
def test_departments_are_for_administrators_only(cast: Cast, name: str) -> None:
    DepartmentConfig.objects.create(department_id=4)
    answer = cast.browser(name).post("/setup/departments/", {"department": ["5"]})
    assert answer.status_code == 403
    assert DepartmentConfig.objects.get().department_id == 4
