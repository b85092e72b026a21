"""Chips of a list: what each is set to, where each option leads, and that a filter keeps the others."""

from typing import Any

import django_filters as filters
import pytest
from django.http import QueryDict
from django.utils import translation

from core.pages.filter_chips import address, chips, chips_of, others
from core.pages.filters import DayFilter
from core.pages.periods import period_chips
from engineering.models import ChangeNotice

STATUS = [("0", "Menunggu"), ("1", "Disetujui")]


class Sieve(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Filters of three sorts."""

    status = filters.ChoiceFilter(choices=STATUS, label="Status")
    first = DayFilter(label="Dari", field_name="date")
    last = DayFilter(label="Sampai", field_name="date")
    customer = filters.CharFilter(label="Pelanggan")

    class Meta:
        model = ChangeNotice
        fields: list[str] = []


def chosen(query: str) -> tuple[QueryDict, Any]:
    """A query and what the filters make of it."""
    given = QueryDict(query)
    return given, Sieve(given, queryset=ChangeNotice.objects.none())


@pytest.mark.parametrize(
    ("query", "name", "value", "expected"),
    [
        ("", "status", "1", "?status=1"),
        ("status=0", "status", "1", "?status=1"),
        ("status=0", "status", "", "?"),
        ("q=a&status=0&page=7", "status", "1", "?q=a&status=1"),
        ("q=a&page=7", "status", "", "?q=a"),
        ("q=&status=0", "status", "", "?"),
        ("q=a%26b%3D1", "status", "1", "?q=a%26b%3D1&status=1"),
        ("sort=-id&size=100", "status", "1", "?sort=-id&size=100&status=1"),
    ],
)
def test_an_address_changes_one_filter_and_starts_at_the_first_page(
    query: str, name: str, value: str, expected: str
) -> None:
    assert address(QueryDict(query), name, value) == expected


@pytest.mark.parametrize(
    ("query", "names", "expected"),
    [
        ("a=1&b=2&page=3", ("a",), [("b", "2")]),
        ("a=1&b=&c=3", (), [("a", "1"), ("c", "3")]),
        ("a=1&b=2", ("a", "b"), []),
    ],
)
def test_the_rest_of_a_query(query: str, names: Any, expected: Any) -> None:
    assert others(QueryDict(query), *names) == expected


@pytest.mark.parametrize(
    ("query", "word", "on"),
    [
        ("", "", []),
        ("status=1", "Disetujui", ["Disetujui"]),
        ("status=9", "9", []),
    ],
)
def test_a_menu_says_what_it_is_set_to(query: str, word: str, on: list[str]) -> None:
    given, sieve = chosen(query)
    (chip,) = chips(given, sieve, ["status"])
    assert (chip.label, chip.word, chip.is_date) == ("Status", word, False)
    assert [option.label for option in chip.options if option.is_on] == on
    assert [option.url for option in chip.options] == ["?status=0", "?status=1"]
    assert chip.choices == []
    assert bool(chip.errors) is (query == "status=9")


def test_a_long_menu_is_a_select_with_the_rest_of_the_query() -> None:
    given, sieve = chosen("status=1&customer=PT&page=2")
    pairs = {"status": STATUS, "customer": ()}
    select, typed = chips_of(given, sieve, pairs, frozenset({"status"}))
    assert (select.options, select.choices) == ([], STATUS)
    assert select.others == [("customer", "PT")]
    assert select.remove == "?customer=PT"
    assert (typed.word, typed.options, typed.choices) == ("PT", [], [])
    assert typed.others == [("status", "1")]


@pytest.mark.parametrize(
    ("typed", "word", "is_bad"),
    [
        ("2026-07-01", "01 Jul 2026", False),
        ("kemarin", "kemarin", True),
        ("0026-07-01", "0026-07-01", True),
        ("", "", False),
    ],
)
def test_a_day_is_shown_as_people_write_it_and_a_wrong_one_as_typed(
    typed: str, word: str, *, is_bad: bool
) -> None:
    given, sieve = chosen(f"first={typed}")
    sieve.is_valid()
    (chip,) = chips_of(given, sieve, {"first": ()})
    assert (chip.word, chip.is_date, bool(chip.errors)) == (word, True, is_bad)


def test_empty_choices_are_no_line_of_a_menu() -> None:
    given, sieve = chosen("")
    pairs = {"status": [("", "Semua"), (None, "Tidak ada"), *STATUS]}
    (chip,) = chips_of(given, sieve, pairs)
    assert [option.label for option in chip.options] == ["Menunggu", "Disetujui"]


@pytest.mark.parametrize(
    ("query", "removed"),
    [
        ("first=2026-01-01&last=2026-12-31&q=a", "?q=a"),
        ("first=2026-01-01&q=a&page=2", "?q=a"),
        ("q=a", "?q=a"),
    ],
)
def test_a_period_is_removed_with_both_its_days(query: str, removed: str) -> None:
    with translation.override("en"):
        menu, first, last = period_chips(*chosen(query), "first", "last")
    assert (menu.name, menu.remove) == ("period", removed)
    assert (first.name, last.name) == ("first", "last")
