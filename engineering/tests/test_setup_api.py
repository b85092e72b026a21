"""Configuration, departments, process times, the predecessor's tables, the dashboard's figures."""

from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.ledger.models import Event
from engineering.models import DashboardMetrics, DonePo, SupportDetail
from tests.factories import a_change, a_withdrawn_change
from tests.people import Cast, content_of

TABLES: dict[str, dict[str, Any]] = {
    "/engineerSupports": {"engineer": "Agus", "supportDates": "1-3 Maret"},
    "/supportDetails": {"no": "7", "qty": 2, "tgl": "2026-01-07"},
    "/outstandingPostPOs": {"customer": "Agus", "totalOuts": 3},
    "/donePOs": {"jobCategory": "SLD", "tProcess": 2.5},
    "/configurations": {"name": "CCNThreshold", "value": 5_000_000},
}
METRICS = "/api/dashboard/metrics"


@pytest.mark.parametrize("path", TABLES)
def test_a_row_is_added_changed_in_part_and_removed(cast: Cast, path: str) -> None:
    api = cast.api("admin")
    body = TABLES[path]
    made = api.write(path, body | {"id": 0})
    (name, value), *_rest = body.items()
    changed = api.write(path, {"id": made["id"], name.upper(): f"{value}x"})
    assert changed[name] == f"{value}x"
    same = changed.keys() - {name, "updatedAt"}
    assert {key: changed[key] for key in same} == {key: made[key] for key in same}
    assert api.read(path) == [changed]
    gone = {"id": made["id"], "deletedAt": "2020-01-01T00:00:00Z"}
    assert api.write(path, gone)["deletedAt"] > "2026"
    assert api.read(path) == []
    assert [event.kind for event in Event.objects.filter(kind__startswith="row")] == [
        "row.added",
        "row.changed",
        "row.changed",
    ]


@pytest.mark.parametrize("path", TABLES)
def test_an_unknown_row_is_404(cast: Cast, path: str) -> None:
    cast.api("admin").write(path, TABLES[path] | {"id": 999_999}, 404)
    assert cast.api("admin").read(path) == []


@pytest.mark.parametrize("path", TABLES)
def test_a_row_posted_back_is_the_same_row(cast: Cast, path: str) -> None:
    api = cast.api("admin")
    made = api.write(path, TABLES[path])
    after = api.write(path, made)
    assert after | {"updatedAt": ""} == made | {"updatedAt": ""}
    assert Event.objects.filter(kind="row.changed").count() == 0


@pytest.mark.parametrize("path", TABLES)
def test_times_are_the_servers(cast: Cast, path: str) -> None:
    old = "2001-01-01T00:00:00Z"
    body = TABLES[path] | {"createdAt": old, "updatedAt": old}
    made = cast.api("admin").write(path, body)
    assert made["createdAt"] > "2026"
    assert made["updatedAt"] > "2026"


def test_the_input_page_of_old_is_understood(cast: Cast) -> None:
    api = cast.api("hendi")
    made = api.write("/supportDetails", {"no": "", "tgl": "", "qty": "0", "pn": ""})
    assert made["qty"] == 0
    assert "tgl" not in made
    assert SupportDetail.objects.get().tgl is None
    made = api.write("/supportDetails", {"tgl": "2026-01-07", "qty": ""})
    assert made["tgl"] == "2026-01-07T00:00:00Z"
    assert "qty" not in made


@pytest.mark.parametrize("qty", [1.5, "1.5", 2**31, -(2**31) - 1, True, "x", [1], {}])
def test_a_number_that_is_none_is_400(cast: Cast, qty: object) -> None:
    refused = cast.api("admin").write("/supportDetails", {"qty": qty}, 400)
    assert refused["errors"].keys() == {"qty"}


def test_hours_are_exact(cast: Cast) -> None:
    answer = cast.api("admin").call("POST", "/donePOs", {"tProcess": "0.1001"})
    assert b'"tProcess":0.1001' in content_of(answer)
    assert str(DonePo.objects.get().process_hours) == "0.1001"


def test_a_setting_stands_once(cast: Cast) -> None:
    api = cast.api("admin")
    made = api.write("/configurations", {"name": "X", "value": 1})
    refused = api.write("/configurations", {"name": "X", "value": 2}, 400)
    assert "exists already" in refused["message"] or "sudah ada" in refused["message"]
    api.write("/configurations", {"id": made["id"], "deletedAt": "2026-01-01"})
    api.write("/configurations", {"name": "X", "value": 2})


# --- Departments -------------------------------------------------------------------


def test_the_choice_of_departments_is_replaced(cast: Cast) -> None:
    cast.api("rina").write("/api/deptconfigs", [{"departmentId": 4}], 403)
    api = cast.api("admin")
    path = "/api/deptconfigs"
    first = api.write(path, [{"departmentId": 4}, {"departmentId": "5"}])
    assert [row["departmentId"] for row in first] == [4, 5]
    again = api.write(path, [{"id": first[0]["id"], "departmentId": 4}])
    assert [row["id"] for row in again] == [first[0]["id"]]
    doubled = api.write(path, [{"departmentId": 6}, {"departmentId": 6}])
    assert [row["departmentId"] for row in doubled] == [6]
    assert api.write(path, []) == []
    assert api.read(path) == []
    kept = Event.objects.filter(kind="departments.chosen")
    assert [event.after for event in kept.order_by("seq")][-1] == {"departments": []}
    assert kept.values("record_id").distinct().count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"departmentId": 4}, [{}], [4], [{"departmentId": 0}], [[]], "x"]
)
def test_a_choice_that_is_none_is_400(cast: Cast, body: object) -> None:
    cast.api("admin").write("/api/deptconfigs", body, 400)


# --- Process times -----------------------------------------------------------------


def test_a_process_time_lives_through_its_paths(cast: Cast) -> None:
    api = cast.api("hendi")
    body = {"panelType": "MCC", "processName": "SLD", "minutes": "180"}
    made = api.write("/panelprocess", body, 201)
    one = f"/panelprocess/{made['id']}"
    changed = api.write(one, {"minutes": 90.5, "id": 999}, method="PUT")
    assert changed == made | {"minutes": 90.5}
    assert api.read(one) == changed
    assert api.read("/panelprocess") == [changed]
    assert api.call("DELETE", one).status_code == 204
    api.read(one, 404)
    assert api.call("DELETE", one).status_code == 404
    api.write(one, {"minutes": 1}, 404, method="PUT")


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"panelType": ""}, "panelType"),
        ({"processName": None}, "processName"),
        ({"minutes": None}, "minutes"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 10**10}, "minutes"),
        ({"panelType": "x" * 201}, "panelType"),
    ],
)
def test_a_process_needs_its_three_members(
    cast: Cast, change: dict[str, Any], member: str
) -> None:
    api = cast.api("admin")
    body = {"panelType": "MCC", "processName": "SLD", "minutes": 1}
    refused = api.write("/panelprocess", body | change, 400)
    assert refused["errors"].keys() == {member}
    made = api.write("/panelprocess", body, 201)
    one = f"/panelprocess/{made['id']}"
    assert api.write(one, change, 400, method="PUT")["errors"].keys() == {member}


# --- The dashboard -------------------------------------------------------------------


def test_figures_are_computed(cast: Cast) -> None:
    a_change(cast.agus, kind=0)
    a_change(cast.agus, kind=1)
    a_change(cast.agus, kind=1)
    a_withdrawn_change(cast.agus)
    found = cast.api("budi").read(METRICS)
    assert found["numberOfECNsThisMonth"] == 1
    assert found["numberOfCCNsThisMonth"] == 2
    assert found["totalBOMs"] == len(cast.sandbox.ppic.boms)
    assert found["overrides"] == {}
    assert cast.api("budi").read(f"{METRICS}/arr") == [found]


def test_a_typed_figure_wins_is_marked_and_can_be_taken_back(cast: Cast) -> None:
    api = cast.api("hendi")
    computed = api.read(METRICS)
    body = {"totalBOMs": "7", "NUMBEROFCCNSTHISMONTH": "8", "totalSLDs": 0}
    typed = api.write(f"{METRICS}/arr", body)
    assert typed["totalBOMs"] == 7
    assert typed["numberOfCCNsThisMonth"] == 8
    assert typed["totalSLDs"] == 0
    assert typed["overrides"].keys() == {
        "totalBOMs",
        "numberOfCCNsThisMonth",
        "totalSLDs",
    }
    assert typed["overrides"]["totalBOMs"]["by"] == "Hendi Saputra"
    assert typed["overrides"]["totalBOMs"]["at"].endswith("Z")
    back = api.write(f"{METRICS}/arr", {"totalBOMs": None, "totalSLDs": ""})
    assert back["totalBOMs"] == computed["totalBOMs"]
    assert back["overrides"].keys() == {"numberOfCCNsThisMonth"}
    assert DashboardMetrics.objects.count() == 1


def test_there_is_one_row_of_figures_whatever_id_is_sent(cast: Cast) -> None:
    api = cast.api("admin")
    for key in (None, 0, 5, 999):
        api.write(f"{METRICS}/arr", {"id": key, "totalProducts": 1})
    assert DashboardMetrics.objects.count() == 1


@pytest.mark.parametrize("path", ["ecn-data", "ccn-data"])
def test_months_come_in_calendar_order_empty_ones_too(cast: Cast, path: str) -> None:
    with time_machine.travel("2026-03-17T02:30:00Z"):
        api = cast.api("agus")
        kind = int(path == "ccn-data")
        a_change(cast.agus, kind=kind, date=timezone.localdate())
        a_change(cast.agus, kind=1 - kind)
        rows = api.read(f"/api/dashboard/{path}")
    assert len(rows) == 12
    assert [(row["year"], row["month"]) for row in rows[:2]] == [
        (2025, "April"),
        (2025, "May"),
    ]
    assert rows[-1] == {"id": 202603, "month": "March", "year": 2026, "count": 1}
    assert sum(row["count"] for row in rows) == 1
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_a_change_late_in_the_evening_counts_in_jakartas_month(cast: Cast) -> None:
    with time_machine.travel("2026-02-28T18:30:00Z"):  # 1 March in Jakarta
        api = cast.api("agus")
        api.write("/engineeringDetailProblems", {"engineering": "x"})
        rows = api.read("/api/dashboard/ecn-data")
    assert rows[-1]["month"] == "March"
    assert rows[-1]["count"] == 1


@pytest.mark.parametrize(
    "year", ["abc", "1", "0", "-5", "99999", "01999999", "2026.5", "%00", "%D9%A2026"]
)
def test_a_year_that_is_none_is_400(cast: Cast, year: str) -> None:
    cast.api("agus").read(f"/api/dashboard/ecn-data?year={year}", 400)


def test_a_year_is_january_to_december(cast: Cast) -> None:
    rows = cast.api("agus").read("/api/dashboard/ccn-data?year=2025")
    assert [row["id"] for row in rows] == [202500 + month for month in range(1, 13)]
    assert len(cast.api("agus").read("/api/dashboard/ccn-data?year=")) == 12
