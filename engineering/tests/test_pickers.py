"""The form's pickers: what each offers, what follows from a choice, what is said of old data."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from engineering.forms import ChangeForm
from engineering.models import DepartmentConfig
from engineering.queries import pickers
from engineering.queries.departments import is_engineering, manpower
from engineering.queries.pickers import SHOWN, Offer
from tests.people import forget_upstreams, text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
JOB = 51


@pytest.fixture(autouse=True)
def _upstreams(sandbox: Any) -> None:
    """The stand-ins answer."""


OFFERS: dict[str, Callable[[str], Offer]] = {
    "jobs": pickers.jobs,
    "panels": lambda text: pickers.panels(text, JOB),
    "orders": lambda text: pickers.orders(text, None),
    "people": pickers.people,
}


@pytest.mark.parametrize("name", OFFERS)
def test_a_picker_finds_each_choice_by_its_own_words_in_any_order(name: str) -> None:
    offer = OFFERS[name]
    everything = offer("")
    assert 0 < len(everything.choices) <= SHOWN
    assert not everything.is_stale
    choice = everything.choices[-1]
    words = f"{choice.label} {choice.hint}".upper().split()
    found = offer(" ".join(reversed(words)))
    assert choice in found.choices
    assert offer(f"{choice.label} zzqq").choices == []


def test_jobs_and_orders_come_newest_first_and_people_by_name() -> None:
    for offer in (pickers.jobs(""), pickers.orders("", None)):
        ids = [choice.value for choice in offer.choices]
        assert ids == sorted(ids, reverse=True)
    names = [choice.label for choice in pickers.people("").choices]
    assert names == sorted(names)


def test_a_product_belongs_to_the_chosen_job() -> None:
    mine = pickers.panels("", JOB).choices
    names = {each.value: each.label for each in pickers.jobs("").choices}
    assert mine
    assert all(": " in choice.label for choice in mine)
    (hint,) = {choice.hint for choice in mine}
    assert hint == names.get(JOB, hint)
    for nobody in (None, 0, 987_654):
        assert pickers.panels("", nobody).choices == []


def test_orders_are_those_of_the_job_where_it_has_any() -> None:
    of_job = {choice.value for choice in pickers.orders("", JOB).choices}
    every = {choice.value for choice in pickers.orders("", None).choices}
    assert of_job
    assert of_job < every or len(every) == SHOWN
    assert {c.value for c in pickers.orders("", 987_654).choices} == every


def test_a_choice_fills_the_fields_that_follow_from_it() -> None:
    order = pickers.orders("", None).choices[0]
    assert order.fills == {
        "po_number": order.label,
        "customer": order.hint,
        "has_po": "true",
    }
    job = pickers.jobs("").choices[0]
    assert job.fills == {"project_name": job.label}
    panel = pickers.panels("", JOB).choices[0]
    assert panel.fills == {"product_name": panel.label}
    for choice in (order, job, panel):
        assert choice.fills.keys() <= ChangeForm.base_fields.keys()


def test_a_part_is_found_with_its_price() -> None:
    found = pickers.parts("mccb")
    assert 0 < len(found.parts) <= SHOWN
    priced = {each.item.ext_id: each.price for each in found.parts}
    prices = pickers.prices_of([*priced, 987_654])
    assert {key: price for key, price in priced.items() if price} == prices.by_item
    assert not prices.is_stale


def test_old_data_are_offered_and_said_to_be_old(sandbox: Any) -> None:
    pickers.jobs("")
    sandbox.ppic.faults.set("/", "reset")
    forget_upstreams()
    nothing = pickers.jobs("")
    assert (nothing.choices, nothing.as_of) == ([], None)
    assert nothing.is_stale
    assert pickers.prices_of([1001]).by_item == {}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({}, {"ext_job_id": "", "ext_user_id": ""}),
        ({"ext_job_id": 987_654, "project_name": "Lama"}, {"ext_job_id": "Lama"}),
        ({"ext_user_id": 987_654}, {"ext_user_id": ""}),
        (
            {"ext_purchase_order_id": "x", "po_number": "PO-X"},
            {"ext_purchase_order_id": "PO-X"},
        ),
        (
            {"ext_panel_code_id": 5, "product_name": "LVMDP: A"},
            {"ext_panel_code_id": "LVMDP: A"},
        ),
    ],
)
def test_a_form_shows_a_word_for_each_id_also_when_nobody_knows_it(
    typed: dict[str, Any], shown: dict[str, str]
) -> None:
    names = pickers.shown_names(ChangeForm(initial=typed))
    assert names.items() >= shown.items()


def test_a_form_shows_the_name_that_stands_upstream_now() -> None:
    job = pickers.jobs("").choices[0]
    person = pickers.people("").choices[0]
    typed = {
        "ext_job_id": job.value,
        "project_name": "old",
        "ext_user_id": person.value,
    }
    names = pickers.shown_names(ChangeForm(initial=typed))
    assert (names["ext_job_id"], names["ext_user_id"]) == (job.label, person.label)


# --- As pages ---------------------------------------------------------------------------------------


@pytest.fixture
def browser(agus: User, as_person: Log) -> Client:
    return as_person(agus)


@pytest.mark.parametrize("what", ["job", "panel", "order", "person"])
def test_a_picker_is_a_part_of_a_page(browser: Client, what: str) -> None:
    answer = browser.get(f"/changes/pick/{what}/", {"job": str(JOB)})
    assert answer.status_code == 200
    assert "data-value" in text_of(answer) or "<li" in text_of(answer)


@pytest.mark.parametrize("what", ["customer", "jobs", "x"])
def test_another_picker_is_404(browser: Client, what: str) -> None:
    assert browser.get(f"/changes/pick/{what}/").status_code == 404


@pytest.mark.parametrize(
    ("ids", "count"),
    [("", 0), ("1001", 1), ("1001,x,-1,,1001", 1), ("987654", 0), ("²", 0)],
)
def test_prices_are_asked_for_all_lines_at_once(
    browser: Client, ids: str, count: int
) -> None:
    said = json.loads(text_of(browser.get("/changes/pick/prices/", {"ids": ids})))
    assert len(said["prices"]) == count
    assert said["isStale"] is False


def test_so_many_prices_are_read_and_the_rest_is_not(browser: Client) -> None:
    ids = ",".join(["987654"] * 500 + ["1001"])
    said = json.loads(text_of(browser.get("/changes/pick/prices/", {"ids": ids})))
    assert said["prices"] == {}


@pytest.mark.parametrize(
    ("text", "has_found"), [("", False), ("  ", False), ("mccb", True)]
)
def test_parts_are_looked_for_when_something_is_typed(
    browser: Client, text: str, has_found: bool
) -> None:
    answer = browser.get("/changes/pick/part/", {"q": text})
    assert (answer.context["found"] is not None) is has_found


# --- Departments --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Engineering", True),
        ("ENG", True),
        ("Cost Estimator", True),
        ("Sales", False),
        ("", False),
        (None, False),
    ],
)
def test_a_department_counts_by_its_name_until_somebody_chooses(
    name: str | None, expected: bool
) -> None:
    assert is_engineering(name) is expected


def test_manpower_is_counted_in_the_chosen_departments_or_by_name(sandbox: Any) -> None:
    people = sandbox.auth.people
    in_four = sum(person.get("departmentId") == 4 for person in people)
    by_name = manpower()
    assert by_name
    DepartmentConfig.objects.create(department_id=4)
    assert manpower() == in_four
    DepartmentConfig.objects.update(department_id=987_654)
    assert manpower() == 0
