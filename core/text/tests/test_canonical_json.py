"""One spelling of a record, and its digest."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.canonical_json import canonical, decimal_text, digest, plain

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


def readable(value: Any) -> bool:
    """No lone surrogates, which no JSON holds."""
    return "\\ud" not in json.dumps(value).lower()


@given(PLAIN)
def test_the_order_of_names_does_not_matter(value: Any) -> None:
    if readable(value):
        turned = json.loads(json.dumps(value, sort_keys=True))
        assert canonical(value) == canonical(turned)
        assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1"), "1"),
        (Decimal("1.00"), "1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("0.0000"), "0"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("100"), "100"),
    ],
)
def test_a_number_has_one_spelling(value: Decimal, text: str) -> None:
    assert decimal_text(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_spelling_is_the_number(value: Decimal) -> None:
    assert Decimal(decimal_text(value)) == value


def test_moments_are_in_utc_and_days_are_days() -> None:
    jakarta = timezone(timedelta(hours=7))
    moment = datetime(2026, 1, 7, 7, tzinfo=jakarta)
    assert plain(moment) == "2026-01-07T00:00:00Z"
    assert digest(moment) == digest(moment.astimezone(UTC))
    assert plain(date(2026, 1, 7)) == "2026-01-07"


def test_other_things_are_spelled_as_text() -> None:
    assert plain({1: (1.5, {"a"})}) == {"1": ["1.5", "{'a'}"]}


@given(PLAIN, PLAIN)
def test_two_contents_have_two_digests(one: Any, other: Any) -> None:
    if readable([one, other]) and canonical(one) != canonical(other):
        assert digest(one) != digest(other)
    assert len(digest([])) == 64
