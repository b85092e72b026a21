"""What looks the same on the screen is found, filtered and counted as the same."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
NAME = "Müller Énergie"


@pytest.fixture
def pair(agus: User) -> list[ChangeNotice]:
    """Two changes of one customer, the second pasted from a system that takes letters apart."""
    parted = unicodedata.normalize("NFD", NAME)
    return [a_change(agus, customer=name) for name in (NAME, parted)]


def found(client: Client, **query: Any) -> set[int]:
    """The ids on the list."""
    page = text_of(client.get("/changes/", query))
    return {int(each) for each in re.findall(r"/changes/(\d+)/", page)}


@pytest.mark.parametrize(
    "text", [NAME, "müller", "MULLER", unicodedata.normalize("NFD", NAME)]
)
@pytest.mark.parametrize("field", ["q", "customer"])
def test_a_name_is_found_however_it_was_typed(
    pair: list[ChangeNotice], agus: User, as_person: Log, field: str, text: str
) -> None:
    assert found(as_person(agus), **{field: text}) == {each.pk for each in pair}


@pytest.mark.parametrize("sign", ["\u2013", "\u2011", "\u200b-", "\u2212", "-\u2060"])
def test_a_number_is_found_however_it_was_pasted(
    pair: list[ChangeNotice], agus: User, as_person: Log, sign: str
) -> None:
    number = pair[0].number.replace("-", sign)
    assert found(as_person(agus), q=number) == {pair[0].pk}


def test_a_report_counts_a_customer_once(
    pair: list[ChangeNotice], rina: User, as_person: Log
) -> None:
    client = as_person(rina)
    year = {"since": "2026-01-01", "until": "2026-12-31"}
    page = text_of(client.get("/reports/changes/", {"by": "customer"} | year))
    rows = re.findall(r"<tr.*?</tr>", page, re.S)
    assert sum(NAME in unicodedata.normalize("NFC", row) for row in rows) == 1
    assert found(client, customer=f'"{NAME}"') == {each.pk for each in pair}


def test_an_activity_takes_a_number_with_any_dash(
    pair: list[ChangeNotice], agus: User, as_person: Log
) -> None:
    data = {
        "kind": "2",
        "description": "x",
        "ext_engineering_detail_problem_id": pair[0].number.replace("-", "\u2013"),
        "tasks-TOTAL_FORMS": "0",
        "tasks-INITIAL_FORMS": "0",
    }
    assert as_person(agus).post("/activities/new/", data).status_code == 302
