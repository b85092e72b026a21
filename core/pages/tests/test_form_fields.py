"""How numbers, days and rows are typed in every form, and what is refused with which sentence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.db import models
from django.utils import translation

from core.pages.form_fields import (
    CountField,
    DateInput,
    DayField,
    MomentField,
    MoneyField,
    NumberInput,
    QuantityField,
    RowsField,
    dotted,
    sentence_of,
    typed_as_here,
)
from core.pages.formsets import SPARE, BoundedFormSet
from engineering.models import ChangeNotice, PanelProcess
from supportdocs.models import SupportTable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1250000", "1.250.000"),
        ("1250000.50", "1.250.000,5"),
        ("0.25", "0,25"),
        ("-1234.00", "-1.234"),
        ("1000000000000", "1.000.000.000.000"),
        ("100", "100"),
    ],
)
def test_a_number_is_written_with_dots_and_a_comma(value: str, text: str) -> None:
    assert dotted(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        ("", None),
        ("1,5x", "1,5x"),
        (1500, "1.500"),
        (Decimal("0.50"), "0,5"),
    ],
)
def test_a_box_shows_stored_numbers_and_keeps_what_was_typed(
    value: Any, shown: str | None
) -> None:
    assert NumberInput().format_value(value) == shown


def judged(field: forms.Field, value: Any) -> Any:
    """What a field makes of it, or the code of its refusal."""
    try:
        return field.clean(value)
    except forms.ValidationError as error:
        return error.error_list[0].code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1,5", Decimal("1.5")),
        ("1.5", Decimal("1.5")),
        ("1.250.000,50", Decimal("1250000.50")),
        (7, Decimal(7)),
        (Decimal("7.5"), Decimal("7.5")),
        ("", None),
        (None, None),
        ("abc", "invalid"),
        ("1,2,3", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("-1", "min_value"),
        ("1,5555", "max_decimal_places"),
        ("1" * 11, "max_digits"),
    ],
)
def test_a_quantity(typed: Any, expected: Any) -> None:
    field = QuantityField(required=False, min_value=0, max_digits=10, decimal_places=2)
    assert judged(field, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1.250.000", Decimal(1_250_000)),
        ("1250000", Decimal(1_250_000)),
        ("1.250.000,50", Decimal("1250000.50")),
        ("1,250", "two_ways"),
        ("Rp1.500,-", Decimal(1500)),
        ("1,500.-", Decimal(1500)),
        ("x", "invalid"),
        (1250, Decimal(1250)),
    ],
)
def test_money_that_can_be_read_in_two_ways_is_asked_again(
    typed: Any, expected: Any
) -> None:
    assert judged(MoneyField(required=False), typed) == expected


def test_both_ways_of_reading_are_offered() -> None:
    with translation.override("en"), pytest.raises(forms.ValidationError) as caught:
        MoneyField().clean(" 1,250 ")
    (sentence,) = caught.value.messages
    assert "“1,250”" in sentence
    assert "1.250" in sentence
    assert "1,25" in sentence


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3", 3),
        ("1.000", 1000),
        ("", None),
        ("1,5", "max_decimal_places"),
        ("x", "invalid"),
    ],
)
def test_a_count_is_whole(typed: str, expected: Any) -> None:
    found = judged(CountField(required=False), typed)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-07-01", date(2026, 7, 1)),
        ("", None),
        ("1999-12-31", "year"),
        ("2101-01-01", "year"),
        ("2026-02-30", "invalid"),
        ("kemarin", "invalid"),
    ],
)
def test_a_day(typed: str, expected: Any) -> None:
    assert judged(DayField(required=False), typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0001-01-01T00:00", None),
        ("9999-12-31T23:59", None),
        ("2026-07-01T25:00", "invalid"),
        ("x", "invalid"),
    ],
)
def test_a_moment_beyond_all_calendars_is_refused_and_no_crash(
    typed: str, code: str | None
) -> None:
    found = judged(MomentField(), typed)
    assert found in ({"year", "invalid"} if code is None else {code})


def test_a_day_is_drawn_as_the_browsers_calendar_wants_it() -> None:
    html = DateInput().render("x", date(2026, 7, 1))
    assert 'type="date"' in html
    assert 'value="2026-07-01"' in html


# --- Rows and columns -------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [["x"], ["-1"], ["1.5"], ["9" * 40], ["1", "x"], ["\u0661"], ["", "1"]]
)
def test_what_is_no_id_never_reaches_the_database(
    sent: list[str], django_assert_num_queries: Any
) -> None:
    field = RowsField(PanelProcess.objects.all(), required=False)
    with django_assert_num_queries(0):
        assert judged(field, sent) == "invalid_pk_value"


@pytest.mark.django_db
def test_rows_are_found_by_their_ids_and_unknown_ones_refused() -> None:
    row = PanelProcess.objects.create(panel_type="A", process_name="P", minutes=1)
    field = RowsField(PanelProcess.objects.all(), required=False)
    assert list(field.clean([str(row.pk)])) == [row]
    assert list(field.clean([])) == []
    assert judged(field, [str(row.pk + 1)]) == "invalid_choice"


@pytest.mark.parametrize(
    ("model", "name", "kind"),
    [
        (ChangeNotice, "date", DayField),
        (ChangeNotice, "net", QuantityField),
        (PanelProcess, "minutes", QuantityField),
        (ChangeNotice, "revision", CountField),
        (ChangeNotice, "kind", forms.TypedChoiceField),
        (ChangeNotice, "approval_date", forms.DateTimeField),
        (SupportTable, "name", forms.CharField),
    ],
)
def test_columns_are_typed_as_everywhere(
    model: type[models.Model], name: str, kind: type[forms.Field]
) -> None:
    column: Any = model._meta.get_field(name)
    assert type(typed_as_here(column)) is kind


# --- Formsets ---------------------------------------------------------------------------


class Line(forms.Form):
    """A line of two fields."""

    name = forms.CharField(required=False)
    qty = QuantityField(required=False)


MOST = 5
Lines: Any = forms.formset_factory(
    Line,
    formset=BoundedFormSet,
    extra=0,
    max_num=MOST,
    validate_max=True,
    absolute_max=MOST + SPARE,
)


def sent(total: Any, *places: int, **more: str) -> dict[str, Any]:
    """What a browser posts: a field for each place, and the number that it claims."""
    head = {"lines-TOTAL_FORMS": str(total), "lines-INITIAL_FORMS": "0"}
    return head | {f"lines-{place}-name": "x" for place in places} | more


@pytest.mark.parametrize(
    ("data", "count"),
    [
        pytest.param(sent(2, 0, 1), 2, id="as claimed"),
        pytest.param(sent(1000, 0, 1), 2, id="more claimed than sent"),
        pytest.param(sent(1, 0, 1), 1, id="less claimed than sent"),
        pytest.param(sent(1000), 0, id="nothing sent"),
        pytest.param(sent(1000, 3), 4, id="a gap"),
        pytest.param(sent(9, 0, **{"other-7-name": "x"}), 1, id="another formset"),
        pytest.param(sent(9, 0, **{"lines-x-name": "x"}), 1, id="no place"),
        pytest.param(
            sent(9, 0, **{f"lines-{'9' * 12}-name": "x"}), 1, id="a far place"
        ),
    ],
)
def test_a_formset_makes_as_many_forms_as_fields_came_for(
    data: dict[str, Any], count: int
) -> None:
    assert len(Lines(data, prefix="lines").forms) == count


@pytest.mark.parametrize(("count", "is_valid"), [(MOST, True), (MOST + 1, False)])
def test_too_many_lines_are_refused(count: int, *, is_valid: bool) -> None:
    assert Lines(sent(count, *range(count)), prefix="lines").is_valid() is is_valid


def test_an_unbound_formset_shows_what_is_stored() -> None:
    rows = Lines(prefix="lines", initial=[{"name": "a"}, {"name": "b"}])
    assert [form["name"].value() for form in rows.forms] == ["a", "b"]


def test_the_errors_of_a_form_are_one_line() -> None:
    form = Line({"qty": "x"})
    assert not form.is_valid()
    with translation.override("en"):
        assert sentence_of(form) == "Enter a number."
    assert sentence_of(Line({"qty": "1"})) == ""
