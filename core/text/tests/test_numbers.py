"""One number, one meaning, however it is typed."""

from decimal import Decimal

import pytest
from django import forms

from core.pages.form_fields import CountField, MoneyField, QuantityField
from core.text.numbers import is_ambiguous, read_number
from core.text.tests.spelled_numbers import SPELLED


@pytest.mark.parametrize(("typed", "meant"), SPELLED.items())
def test_a_number_is_read_in_every_usual_spelling(
    typed: str, meant: str | None
) -> None:
    if meant is None:
        with pytest.raises(ValueError, match=r"."):
            read_number(typed)
    else:
        assert read_number(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "is_so"),
    [
        ("1.250", True),
        ("1,250", True),
        ("0.125", False),
        ("1.25", False),
        ("1250", False),
    ],
)
def test_three_digits_behind_one_mark_mean_two_things(typed: str, is_so: bool) -> None:
    assert is_ambiguous(typed) is is_so


def test_an_amount_that_can_be_read_in_two_ways_is_asked_again() -> None:
    with pytest.raises(forms.ValidationError, match=r"1\.250.*1,25"):
        MoneyField(decimal_places=2, max_digits=18).clean("1,250")
    assert MoneyField(decimal_places=2, max_digits=18).clean("1.250") == 1250


def test_a_count_knows_thousands() -> None:
    assert CountField(required=False).clean("1.000") == 1000
    assert CountField(required=False).clean("") is None
    with pytest.raises(forms.ValidationError):
        CountField().clean("1,5")


@pytest.mark.parametrize("nonsense", ["12,5,5", "abc", "NaN", "9" * 5000])
def test_what_is_no_number_is_refused_with_a_sentence(nonsense: str) -> None:
    with pytest.raises(forms.ValidationError):
        QuantityField().clean(nonsense)
