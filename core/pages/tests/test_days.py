"""Years that nobody means are refused where a day is typed."""

import importlib

import pytest
from django import forms

from core.http.wire import parse_moment
from core.pages.form_fields import DayField, MomentField


@pytest.mark.parametrize(
    "typed",
    [
        "0026-11-28",
        "0202-11-28",
        "0001-01-01",
        "1999-12-31",
        "2101-01-01",
        "9999-12-31",
    ],
)
def test_a_day_of_a_year_that_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        DayField().clean(typed)
    with pytest.raises(forms.ValidationError):
        MomentField().clean(f"{typed}T00:00")
    assert parse_moment(typed) is None


@pytest.mark.parametrize("typed", ["2000-01-01", "2024-02-29", "2100-12-31"])
def test_a_day_of_our_century_is_taken(typed: str) -> None:
    assert DayField().clean(typed).isoformat() == typed
    assert parse_moment(typed) is not None


def test_no_form_of_the_portal_reads_days_in_another_way() -> None:
    """A bare DateField would take the year 26."""
    importlib.import_module("ems.urls")
    kinds = {forms.DateField, forms.DateTimeField}
    found = [
        form
        for form in _forms(forms.BaseForm)
        for field in _fields(form)
        if type(field) in kinds
    ]
    assert found == []


def _forms(base: type) -> list[type]:
    here = [
        kind
        for kind in base.__subclasses__()
        if not kind.__module__.startswith("django.")
        and ".tests." not in kind.__module__
    ]
    return here + [each for kind in base.__subclasses__() for each in _forms(kind)]


def _fields(form: type) -> list[forms.Field]:
    return list(getattr(form, "base_fields", {}).values())
