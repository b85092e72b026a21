"""A list page by page: the page that an address asks for, its sums, and the part for a script."""

from typing import Any

import pytest
from django.test import RequestFactory

from core.accounts.models import User
from core.pages.list_page import page_asked, wants_part
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change


@pytest.mark.parametrize(
    ("query", "limit", "offset"),
    [
        ("", 50, 0),
        ("page=1", 50, 0),
        ("page=3", 50, 100),
        ("page=2&size=25", 25, 25),
        ("size=100", 100, 0),
        ("size=26&page=2", 50, 50),
        ("size=-25", 50, 0),
        ("page=0", 50, 0),
        ("page=-1", 50, 0),
        ("page=x", 50, 0),
        ("page=1.5", 50, 0),
        ("page=99999999", 50, 0),
        ("page=9999999", 50, 499_999_900),
        ("page=", 50, 0),
    ],
)
def test_the_page_of_an_address(query: str, limit: int, offset: int) -> None:
    found = page_asked(RequestFactory().get(f"/changes/?{query}"))
    assert (found.limit, found.offset) == (limit, offset)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_script_gets_a_part_and_the_way_back_a_page(
    headers: dict[str, str], *, expected: bool
) -> None:
    assert wants_part(RequestFactory().get("/changes/", headers=headers)) is expected


@pytest.fixture
def thirty(agus: User) -> list[int]:
    """Ids of thirty changes, the newest first."""
    change = a_change(agus)
    rows = [
        ChangeNotice(
            number=f"X-{number}",
            kind=0,
            date=change.date,
            digest="0" * 64,
            requester=agus,
            created_by=agus,
            engineering="Ganti MCCB",
        )
        for number in range(29)
    ]
    ChangeNotice.objects.bulk_create(rows)
    return sorted(ChangeNotice.objects.values_list("pk", flat=True), reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("size=25", (1, 25, True)),
        ("size=25&page=2", (26, 30, False)),
        ("size=25&page=3", (51, 50, False)),
        ("size=50", (1, 30, False)),
    ],
)
def test_pages_lie_side_by_side(
    thirty: list[int], agus: User, as_person: Any, query: str, place: Any
) -> None:
    """Place: number of the first row, of the last one, and whether there is a next page."""
    context = as_person(agus).get(f"/changes/?{query}").context
    assert place == (context["first"], context["last"], context["has_next"])
    first, last, _has_next = place
    assert [row.pk for row in context["rows"]] == thirty[first - 1 : last]
    assert context["is_filtered"] is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "number", "pages"),
    [("size=25", 1, 2), ("size=25&page=2", 2, 2), ("size=25&page=9", 2, 2), ("", 1, 1)],
)
def test_sums_come_by_themselves_with_the_number_of_pages(
    thirty: list[int], agus: User, as_person: Any, query: str, number: int, pages: int
) -> None:
    context = as_person(agus).get(f"/changes/totals/?{query}").context
    assert context["totals"].count == 30
    assert (context["shown"].number, context["shown"].paginator.num_pages) == (
        number,
        pages,
    )


@pytest.mark.django_db
def test_a_list_answers_by_its_headers_and_only_to_the_logged_in(
    agus: User, as_person: Any, client: Any
) -> None:
    page = as_person(agus).get("/changes/")
    part = as_person(agus).get("/changes/", headers={"HX-Request": "true"})
    assert b"<html" in page.content
    assert b"<html" not in part.content
    for answer in (page, part):
        assert "HX-Request" in answer["Vary"]
    assert client.get("/changes/").status_code == 302
    assert as_person(agus).post("/changes/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status", "is_filtered"),
    [
        ("q=mccb", 200, True),
        ("status=0", 200, True),
        ("sort=-net", 200, False),
        ("status=9", 400, True),
        ("q=", 200, False),
    ],
)
def test_a_narrowed_list_knows_that_it_is(
    agus: User, as_person: Any, query: str, status: int, *, is_filtered: bool
) -> None:
    answer = as_person(agus).get(f"/changes/?{query}")
    assert answer.status_code == status
    assert answer.context["is_filtered"] is is_filtered
