"""Task lists to begin with: working days, eight hours each; and the choices of the form."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from activities.queries import pickers
from activities.queries.pickers import (
    LONGEST,
    Proposed,
    customers,
    inquiries,
    panel_types,
    shown_words,
    tasks_of_panel,
    tasks_of_template,
    template_names,
)
from core.integrations import upstreams
from engineering.models import PanelProcess

pytestmark = pytest.mark.django_db
ZERO = Decimal(0)
MONDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 20)


def days(start: date, *hours: Any) -> list[tuple[int, int]]:
    """First and last day of each proposed task, counted from Monday 16 March."""
    for number, each in enumerate(hours):
        minutes = Decimal(str(each)) * 60
        PanelProcess.objects.create(
            panel_type="LVMDP", process_name=f"P{number}", minutes=minutes
        )
    found = tasks_of_panel("LVMDP", start)
    return [((t.starts - MONDAY).days, (t.ends - MONDAY).days) for t in found]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param([8], [(0, 0)], id="a whole day"),
        pytest.param([8, 1], [(0, 0), (1, 1)], id="the next on the next day"),
        pytest.param([3, 5, 1], [(0, 0), (0, 0), (1, 1)], id="two fill a day"),
        pytest.param([5, 5], [(0, 0), (0, 1)], id="over the evening"),
        pytest.param([20, 4, 1], [(0, 2), (2, 2), (3, 3)], id="two and a half days"),
        pytest.param([0, 8], [(0, 0), (0, 0)], id="nothing takes no time"),
        pytest.param([40, 8], [(0, 4), (7, 7)], id="over the weekend"),
        pytest.param([32, 16], [(0, 3), (4, 7)], id="through the weekend"),
        pytest.param(["0.25", "7.75", "0.25"], [(0, 0), (0, 0), (1, 1)], id="quarters"),
    ],
)
def test_tasks_follow_each_other_by_working_days(
    hours: list[Any], expected: list[tuple[int, int]]
) -> None:
    assert days(MONDAY, *hours) == expected


@pytest.mark.parametrize(
    ("start", "first"),
    [(4, 4), (5, 7), (6, 7), (7, 7)],
    ids=["fri", "sat", "sun", "mon"],
)
def test_work_begins_on_a_working_day(start: int, first: int) -> None:
    assert days(MONDAY + timedelta(days=start), 1) == [(first, first)]


def test_a_process_without_end_ends() -> None:
    """A wrong number in the library must not make a page that never comes."""
    ((first, last),) = days(MONDAY, 1_000_000)
    assert first == 0
    assert LONGEST <= last <= LONGEST + 3


def test_hours_are_rounded_up_to_hundredths() -> None:
    PanelProcess.objects.create(panel_type="A", process_name="P", minutes=20)
    (task,) = tasks_of_panel("A", MONDAY)
    assert task.as_json() == {
        "description": "P",
        "hours": "0.34",
        "starts": "2026-03-16",
        "ends": "2026-03-16",
    }


@pytest.mark.parametrize(
    ("hours", "text"),
    [("8.00", "8"), ("10", "10"), ("0.50", "0.5"), ("100.00", "100"), ("0", "0")],
)
def test_hours_are_spelled_plainly(hours: str, text: str) -> None:
    proposed = Proposed("x", Decimal(hours), MONDAY, FRIDAY)
    assert proposed.as_json()["hours"] == text


def test_panels_are_offered_once_each_by_name() -> None:
    for panel in ("LVMDP", "ATS", "LVMDP"):
        PanelProcess.objects.create(panel_type=panel, process_name="P", minutes=60)
    assert panel_types() == ["ATS", "LVMDP"]
    assert len(tasks_of_panel("LVMDP", MONDAY)) == 2
    assert tasks_of_panel("MDP", MONDAY) == []


# --- From the upstreams ------------------------------------------------------------------


def test_a_template_proposes_its_items_with_their_hours(sandbox: Any) -> None:
    templates = upstreams.meeting().templates().value
    assert [t.name for t in templates] == template_names()
    for template in templates:
        found = tasks_of_template(template.name, MONDAY)
        assert [t.description for t in found] == [i.name for i in template.items]
        minutes = sum((Decimal(str(i.working_minutes)) for i in template.items), ZERO)
        hours = sum((t.hours for t in found), ZERO)
        assert abs(hours - minutes / 60) <= Decimal("0.01") * len(found)
        starts = [t.starts for t in found]
        assert starts == sorted(starts)
    assert any(template.items for template in templates)
    assert tasks_of_template("tidak ada", FRIDAY) == []


def test_inquiries_are_found_by_any_of_their_words_newest_first(sandbox: Any) -> None:
    every = [*upstreams.crm().inquiries().value.values()][::-1]
    offered = [choice.value for choice in inquiries("").choices]
    assert offered == [row.ext_id for row in every][: pickers.SHOWN]
    wanted = next(row for row in every if row.account)
    assert wanted.account is not None
    by_number = inquiries(wanted.number.lower()).choices
    assert wanted.ext_id in {choice.value for choice in by_number}
    both = inquiries(f"{wanted.account.name.upper()} {wanted.number}").choices
    chosen = next(choice for choice in both if choice.value == wanted.ext_id)
    assert chosen.fills == {"customer": wanted.account.name}
    assert wanted.title in chosen.hint
    assert inquiries("tidak-ada-ini").choices == []


def test_customers_are_offered_by_name(sandbox: Any) -> None:
    found = customers()
    assert found == sorted(set(found), key=str.casefold)
    row = next(row for row in upstreams.crm().customers().value.values())
    assert f"{row.business_type} {row.name}".strip() in found


def form(**values: Any) -> Any:
    """A bound form's fields."""
    names = ("ext_job_id", "ext_panel_code_id", "ext_purchase_order_id")
    given = dict.fromkeys((*names, "ext_inquiry_id", "support_table_id")) | values
    return {
        name: SimpleNamespace(value=lambda value=value: value)
        for name, value in given.items()
    }


def test_ids_in_the_form_are_shown_in_words(sandbox: Any) -> None:
    job = next(j for j in upstreams.ppic().jobs().value.values() if j.panel_codes)
    panel = job.panel_codes[0]
    order = next(iter(upstreams.crm().purchase_orders().value.values()))
    inquiry = next(iter(upstreams.crm().inquiries().value.values()))
    words = shown_words(
        form(
            ext_job_id=job.ext_id,
            ext_panel_code_id=str(panel.ext_id),
            ext_purchase_order_id=order.ext_id,
            ext_inquiry_id=inquiry.ext_id,
        )
    )
    assert words == {
        "job": job.name,
        "panel": f"{panel.kind}: {panel.name}",
        "order": order.number,
        "inquiry": inquiry.number,
        "document": "",
    }


def test_an_id_whose_words_nobody_knows_is_not_lost(sandbox: Any) -> None:
    unknown = form(
        ext_job_id=990_001,
        ext_panel_code_id=990_002,
        ext_purchase_order_id=990_003,
        ext_inquiry_id=990_004,
    )
    names = ("job", "panel", "order", "inquiry")
    assert [shown_words(unknown)[name] for name in names] == [
        f"#99000{n}" for n in (1, 2, 3, 4)
    ]
    assert set(shown_words(form(ext_job_id="abc")).values()) == {""}
