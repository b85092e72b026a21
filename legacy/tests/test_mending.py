"""Values that are mended, one by one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legacy import mending


def old(*parts: int) -> datetime:
    """By the old server's clock."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def test_a_time_is_of_jakarta() -> None:
    assert mending.moment(old(2026, 3, 2, 7)) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_a_year_of_no_calendar_is_no_time(year: int) -> None:
    assert mending.moment(old(year, 1, 1)) is None


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_fraction_is_a_price_or_none(value: float) -> None:
    found = mending.money(value).value
    assert found is None or abs(found) < Decimal(10) ** 13


@given(st.text())
def test_a_note_never_keeps_nul(text: str) -> None:
    assert "\0" not in mending.note(text).value


@given(st.text())
def test_mojibake_is_mended_only_without_loss(text: str) -> None:
    mended = mending.without_mojibake(text)
    assert mended == text or mended.encode().decode("cp1252") == text


def test_mojibake_is_mended_where_it_is_asked_for() -> None:
    assert mending.note("2,5 mmÂ²", mends_mojibake=True).value == "2,5 mm²"
    assert mending.note("2,5 mmÂ²").value == "2,5 mmÂ²"


DATES = st.lists(st.none() | st.just(old(2026, 3, 2, 7)), min_size=3, max_size=3)


@given(DATES, st.lists(st.none() | st.integers(1, 30), min_size=3, max_size=3))
def test_signatures_are_always_in_order(
    dates: list[datetime | None], people: list[int | None]
) -> None:
    when, who, _marks = mending.signatures(dates, people)
    signed = [each is not None for each in when]
    assert signed == sorted(signed, reverse=True)
    assert not [1 for at, by in zip(when, who, strict=True) if by and at is None]
