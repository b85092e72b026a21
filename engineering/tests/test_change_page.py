"""What the page of a change says and offers: a copy, lines without a price, withdrawal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.factories import a_withdrawn_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def test_a_rejected_change_is_copied_with_its_items_and_nothing_else(
    agus: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=2, remark="harga?")
    client = as_person(agus)
    assert f"?copy={change.pk}" in text_of(client.get(f"/changes/{change.pk}/"))
    page = client.get(f"/changes/new/?copy={change.pk}")
    form, items = page.context["form"], page.context["items"]
    assert form["engineering"].value() == change.engineering
    lines = [row.initial for row in items.initial_forms]
    assert len(lines) == change.items.count()
    assert {row["id"] for row in lines} == {None}
    assert ChangeNotice.objects.count() == 1


@pytest.mark.parametrize("text", ["", "x", "999999", "9" * 30, "-1", "²"])
def test_a_copy_of_nothing_is_an_empty_form(
    text: str, agus: User, as_person: Log, sandbox: Any
) -> None:
    page = as_person(agus).get("/changes/new/", {"copy": text})
    assert page.status_code == 200
    assert not page.context["items"].initial_forms


def test_the_sums_say_how_many_lines_have_no_price(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    change, client = a_change(agus), as_person(agus)
    page, words = f"/changes/{change.pk}/", "tidak termasuk"
    assert words not in text_of(client.get(page))
    change.items.update(snapshot_price=None)
    assert words in text_of(client.get(page))


def test_a_link_to_a_withdrawn_change_says_what_became_of_it(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    change = a_withdrawn_change(agus)
    answer = as_person(agus).get(f"/changes/{change.pk}/")
    assert answer.status_code == 404
    assert f"{change.number} sudah ditarik" in text_of(answer)
