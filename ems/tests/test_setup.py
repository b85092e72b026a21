"""The setup in the portal: who may, what is saved, what is refused, what is remembered."""

from decimal import Decimal
from typing import Any

import pytest

from activities.queries.workload import HEAD, STAFF, capacities
from bom.models import BomDefaultPic
from core.accounts.models import Role, UserRole
from core.approvals.models import ApprovalRule
from core.ledger.models import Event
from ems.setup.sheets import SHEETS
from engineering.models import (
    Configuration,
    DepartmentConfig,
    DonePo,
    EngineerSupport,
    PanelProcess,
)
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "roles": ({"user_id": "15", "role": "spv"}, "SPV"),
    "bom-pics": ({"ext_user_id": "12"}, "Agus Wijaya"),
    "configurations": (
        {
            "name": "CCNThreshold",
            "by_value_percentage": "By Value",
            "value": "7.500.000",
        },
        "7.500.000",
    ),
    "panel-processes": (
        {"panel_type": "LVMDP", "process_name": "Wiring", "minutes": "45,5"},
        "45,5",
    ),
    "engineer-supports": ({"engineer": "Agus", "project": "Weda"}, "Weda"),
    "support-details": ({"no": "7", "tgl": "2026-03-17", "qty": "3"}, "17 Mar"),
    "outstanding-post-pos": ({"customer": "Agus", "total_outs": "3"}, "Agus"),
    "done-pos": ({"job_category": "SLD", "process_hours": "2.5"}, "2,5"),
}


@pytest.mark.parametrize("slug", TYPED)
def test_an_administrator_adds_finds_changes_and_removes_a_row(
    cast: Cast, slug: str
) -> None:
    browser, (typed, seen) = cast.browser("admin"), TYPED[slug]
    answer = browser.post(f"/setup/{slug}/new/", typed, follow=True)
    assert seen in answer.content.decode()
    model: Any = next(sheet.model for sheet in SHEETS if sheet.slug == slug)
    row = model.objects.order_by("-pk")[0]
    found = browser.get(f"/setup/{slug}/", {"q": next(iter(typed.values()))})
    assert f"/setup/{slug}/{row.pk}/" in found.content.decode()
    nothing = browser.get(f"/setup/{slug}/", {"q": "zzz"}).content.decode()
    assert f"/setup/{slug}/{row.pk}/" not in nothing
    browser.post(f"/setup/{slug}/{row.pk}/", typed)
    page = browser.get(f"/setup/{slug}/{row.pk}/").content.decode()
    assert 'class="line"' in page  # its history
    browser.post(f"/setup/{slug}/{row.pk}/remove/")
    assert browser.get(f"/setup/{slug}/{row.pk}/").status_code == 404
    assert Event.objects.filter(actor=cast.admin).count() >= 2


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_each_table_is_kept_by_whom_the_permissions_name(
    cast: Cast, sheet: Any
) -> None:
    is_boss_too = sheet.verb == "keep_tables"
    for name, may in {
        "agus": False,
        "hendi": is_boss_too,
        "rina": is_boss_too,
        "admin": True,
    }.items():
        answer = cast.browser(name).get(f"/setup/{sheet.slug}/new/")
        assert answer.status_code == (200 if may else 403), name


def test_an_unknown_table_is_404(cast: Cast) -> None:
    assert cast.browser("admin").get("/setup/nothing/").status_code == 404


def test_the_index_shows_a_manager_only_what_he_keeps(cast: Cast) -> None:
    page = cast.browser("rina").get("/setup/").content.decode()
    assert "/setup/panel-processes/" in page
    assert "/setup/roles/" not in page
    assert "/setup/rules/" not in page
    assert "/setup/rules/" in cast.browser("admin").get("/setup/").content.decode()


@pytest.mark.parametrize(
    ("slug", "typed"),
    [
        ("configurations", {"name": "CCNThreshold", "value": "-1"}),
        ("configurations", {"name": "CCNThreshold", "percentage": "1001"}),
        ("configurations", {"name": "CCNThreshold", "percentage": "banyak"}),
        ("configurations", {"name": ""}),
        ("configurations", {"name": "CCNThreshold", "by_value_percentage": "By Value"}),
        (
            "configurations",
            {"name": "CCNThreshold", "by_value_percentage": "By Percentage"},
        ),
        ("panel-processes", {"panel_type": "a", "process_name": "b", "minutes": "-1"}),
        ("roles", {"user_id": "12", "role": "boss"}),
        ("roles", {"user_id": "x", "role": "pic"}),
        ("support-details", {"tgl": "kemarin"}),
        ("done-pos", {"outs": "9" * 30}),
    ],
)
def test_nonsense_is_400_and_what_was_typed_stays(
    cast: Cast, slug: str, typed: dict[str, str]
) -> None:
    answer = cast.browser("admin").post(f"/setup/{slug}/new/", typed)
    assert answer.status_code == 400
    assert 'class="errorlist' in answer.content.decode()
    assert not Event.objects.filter(kind__startswith="row").exists()


def test_a_refused_change_leaves_the_old_value(cast: Cast) -> None:
    row = Configuration.objects.create(name="CCNThreshold", value=5_000_000)
    answer = cast.browser("admin").post(
        f"/setup/configurations/{row.pk}/", {"name": "CCNThreshold", "value": "-5"}
    )
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.value == 5_000_000


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


def test_the_same_role_twice_is_one_role(cast: Cast) -> None:
    browser = cast.browser("admin")
    for _ in range(2):
        browser.post("/setup/roles/new/", {"user_id": "15", "role": "spv"})
    assert UserRole.objects.filter(user_id=15, role=Role.SPV).count() == 1


def test_a_role_that_he_holds_already_is_refused_in_the_form(cast: Cast) -> None:
    cast.browser("admin").post("/setup/roles/new/", {"user_id": "15", "role": "spv"})
    second = UserRole.objects.create(user_id=15, role=Role.PIC)
    answer = cast.browser("admin").post(
        f"/setup/roles/{second.pk}/", {"user_id": "15", "role": "spv"}
    )
    assert answer.status_code == 400


def test_departments_are_exactly_those_that_are_ticked(cast: Cast) -> None:
    browser = cast.browser("admin")
    DepartmentConfig.objects.create(department_id=99)
    browser.post("/setup/departments/", {"department": ["2", "3", "x"]})
    kept = DepartmentConfig.objects.values_list("department_id", flat=True)
    assert sorted(kept) == [2, 3]
    page = browser.get("/setup/departments/").content.decode()
    assert page.count("checked") == 2


def test_the_departments_can_be_seen_while_the_directory_is_away(cast: Cast) -> None:
    DepartmentConfig.objects.create(department_id=99)
    browser = cast.browser("admin")
    cast.sandbox.auth.faults.set("/", "status", 500)
    assert "99" in browser.get("/setup/departments/").content.decode()


def test_capacities_are_kept_and_nonsense_is_not(cast: Cast) -> None:
    browser, page = cast.browser("admin"), "/setup/capacities/"
    assert browser.post(page, {"head": "25", "staff": "37,5"}).status_code == 302
    assert capacities() == {HEAD: 25, STAFF: Decimal("37.5")}
    assert browser.post(page, {"head": "169", "staff": "-1"}).status_code == 400
    assert capacities() == {HEAD: 25, STAFF: Decimal("37.5")}
    browser.post(page, {"head": "", "staff": "40"})
    assert capacities() == {HEAD: 20, STAFF: 40}
    assert 'class="line"' in browser.get(page).content.decode()


def rule(**more: Any) -> dict[str, Any]:
    """A rule as the form sends it."""
    return {
        "kind": "0",
        "net_from": "10.000.000",
        "is_active": "on",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "0",
        "steps-0-mode": "any",
        "steps-0-role": "spv",
        "steps-1-mode": "everyone",
        "steps-1-role": "",
    } | more


def test_a_rule_decides_from_the_moment_it_is_saved(cast: Cast) -> None:
    change = a_change(cast.agus)
    waiting = "/changes/?mine=waiting"
    assert change.number not in cast.browser("hendi").get(waiting).content.decode()
    answer = cast.browser("admin").post("/setup/rules/new/", rule(net_from=""))
    assert answer.status_code == 302
    assert change.number in cast.browser("hendi").get(waiting).content.decode()
    row = ApprovalRule.objects.get()
    assert [step.role for step in row.steps.all()] == ["spv"]
    assert cast.browser("admin").get("/setup/rules/").status_code == 200
    cast.browser("admin").post(
        f"/setup/rules/{row.pk}/",
        rule(**{"net_from": "", "steps-0-role": "manager"}),
    )
    page = cast.browser("admin").get(f"/setup/rules/{row.pk}/").content.decode()
    assert "SPV" in page
    assert "MANAGER" in page  # before and after, in the history
    cast.browser("admin").post(f"/setup/rules/{row.pk}/remove/")
    kinds = Event.objects.filter(record_type=ApprovalRule._meta.label)
    assert list(kinds.values_list("kind", flat=True)) == [
        "row.added",
        "row.changed",
        "row.removed",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"net_below": "9.000.000"},
        {"kind": "7"},
        {"steps-0-role": "boss"},
        {"steps-0-role": ""},
        {"steps-0-people": "999999"},
        {"net_from": "banyak"},
    ],
)
def test_a_rule_that_makes_no_sense_is_400(cast: Cast, more: dict[str, str]) -> None:
    answer = cast.browser("admin").post("/setup/rules/new/", rule(**more))
    assert answer.status_code == 400
    assert not ApprovalRule.objects.exists()


def test_people_of_the_directory_are_found_by_name(cast: Cast) -> None:
    BomDefaultPic.objects.create(ext_user_id=12)
    page = cast.browser("admin").get("/setup/bom-pics/?q=wijaya").content.decode()
    assert "Agus Wijaya" in page


def test_old_rows_that_were_removed_are_kept_for_programs(cast: Cast) -> None:
    row = EngineerSupport.objects.create(engineer="Agus")
    cast.browser("rina").post(f"/setup/engineer-supports/{row.pk}/remove/")
    row.refresh_from_db()
    assert row.deleted_at is not None
    assert DonePo.objects.count() == 0
    assert PanelProcess.objects.count() == 0
