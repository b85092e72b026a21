"""What is typed about a change: its bounds, its spellings, its lines, its files; limits and texts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from engineering.forms import ChangeForm, ConfigurationForm, ItemForm, Items
from engineering.models import (
    CHANGE_REQUEST_FIELDS,
    Configuration,
    OutstandingPostPo,
    PanelProcess,
)
from engineering.serializers import DonePoSerializer, SupportDetailSerializer
from engineering.services.changes import MAX_ITEMS

TYPED = {
    "kind": "0",
    "date": "2026-03-10",
    "engineering": "Ganti MCCB",
    "detail_problem": "Panas",
    "priority": "3",
}


def clean(**typed: Any) -> dict[str, Any]:
    """What a form makes of what was typed."""
    form = ChangeForm(TYPED | typed)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def refused(**typed: Any) -> set[str]:
    return set(ChangeForm(TYPED | typed).errors)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({"has_po": ""}, {"has_po": None}),
        ({"has_po": "true"}, {"has_po": True}),
        ({"has_po": "false"}, {"has_po": False}),
        ({"customer_pays": "false"}, {"customer_pays": False}),
        ({"direction": ""}, {"direction": None}),
        ({"direction": "1"}, {"direction": 1}),
        ({"kind": "3"}, {"kind": 3}),
        ({"margin_before": "12,5"}, {"margin_before": Decimal("12.5")}),
        ({"margin_after": "-3.25"}, {"margin_after": Decimal("-3.25")}),
        ({"margin_before": ""}, {"margin_before": None}),
        ({"ext_job_id": ""}, {"ext_job_id": None}),
        ({"date": "2026-12-31"}, {"date": date(2026, 12, 31)}),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(
    typed: dict[str, str], meant: dict[str, Any]
) -> None:
    found = clean(**typed)
    assert {name: found[name] for name in meant} == meant


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"engineering": ""}, "engineering"),
        ({"engineering": " \n "}, "engineering"),
        ({"detail_problem": ""}, "detail_problem"),
        ({"date": ""}, "date"),
        ({"date": "0026-03-10"}, "date"),
        ({"kind": "4"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"priority": "0"}, "priority"),
        ({"direction": "2"}, "direction"),
        ({"has_po": "yes"}, "has_po"),
        ({"ext_job_id": "0"}, "ext_job_id"),
        ({"ext_user_id": "-1"}, "ext_user_id"),
        ({"ext_purchase_order_id": "x"}, "ext_purchase_order_id"),
        ({"margin_before": "banyak"}, "margin_before"),
        ({"margin_before": "100000"}, "margin_before"),
        ({"revision": "0"}, "revision"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(
    typed: dict[str, str], field: str
) -> None:
    assert refused(**typed) == {field}


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("engineering", 20_000),
        ("internal_cause", 20_000),
        ("project_name", 300),
        ("product_name", 300),
        ("po_number", 100),
        ("customer", 200),
        ("customer_reference", 200),
    ],
)
def test_a_text_is_as_long_as_its_column_and_no_longer(field: str, most: int) -> None:
    assert clean(**{field: "x" * most})[field] == "x" * most
    assert refused(**{field: "x" * (most + 1)}) == {field}


def test_an_empty_form_proposes_today_an_ecn_and_medium(db: None) -> None:
    form = ChangeForm()
    assert form["date"].value() == timezone.localdate()
    assert (form["kind"].value(), form["priority"].value()) == (0, 3)
    assert tuple(box.name for box in form.boxes()) == CHANGE_REQUEST_FIELDS


@pytest.mark.parametrize("count", [0, 1, 3])
def test_one_field_takes_several_files(count: int) -> None:
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4") for n in range(count)]
    form = ChangeForm(TYPED, MultiValueDict({"drawings": files}))
    assert form.is_valid()
    assert [name for name, _file in form.named_files()] == [
        f"{n}.pdf" for n in range(count)
    ]


def test_one_empty_file_among_several_refuses_the_field() -> None:
    files = [SimpleUploadedFile("a.pdf", b"%PDF"), SimpleUploadedFile("b.pdf", b"")]
    form = ChangeForm(TYPED, MultiValueDict({"drawings": files}))
    assert set(form.errors) == {"drawings"}


# --- Lines ----------------------------------------------------------------------------------------


LINE = {"qty": "1", "direction": "0"}


@pytest.mark.parametrize(
    ("typed", "qty", "price"),
    [
        ({"qty": "2,5"}, "2.5", None),
        ({"qty": "0"}, "0", None),
        ({"qty": "1.234,5"}, "1234.5", None),
        ({"snapshot_price": "Rp 4.170.000"}, "1", "4170000"),
        ({"snapshot_price": "4.170.000,50"}, "1", "4170000.50"),
        ({"snapshot_price": ""}, "1", None),
    ],
)
def test_a_line_is_typed_as_people_write_numbers(
    typed: dict[str, str], qty: str, price: str | None
) -> None:
    form = ItemForm(LINE | typed)
    assert form.is_valid(), form.errors
    found = form.cleaned_data
    assert found["qty"] == Decimal(qty)
    assert found["snapshot_price"] == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"qty": ""}, "qty"),
        ({"qty": "-1"}, "qty"),
        ({"qty": "1,23456"}, "qty"),
        ({"snapshot_price": "-1"}, "snapshot_price"),
        ({"snapshot_price": "1,234"}, "snapshot_price"),
        ({"direction": "2"}, "direction"),
        ({"ext_item_id": "0"}, "ext_item_id"),
        ({"part_number": "x" * 201}, "part_number"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_field(
    typed: dict[str, str], field: str
) -> None:
    assert set(ItemForm(LINE | typed).errors) == {field}


def lines(*rows: dict[str, Any], total: int | None = None) -> Any:
    """The lines of a page, as a browser sends them."""
    data = QueryDict(mutable=True)
    count = len(rows) if total is None else total
    data.update({"items-TOTAL_FORMS": str(count), "items-INITIAL_FORMS": "0"})
    for place, row in enumerate(rows):
        data.update({f"items-{place}-{name}": value for name, value in row.items()})
    return Items(data, prefix="items")


def test_lines_come_as_the_services_take_them() -> None:
    found = lines(
        LINE | {"id": "5", "ext_item_id": "1001", "part_number": "P"},
        LINE | {"DELETE": "on"},
    )
    assert found.is_valid(), found.errors
    kept, gone = found.lines()
    assert kept == {
        "id": 5,
        "ext_item_id": 1001,
        "part_number": "P",
        "part_name": "",
        "unit": "",
        "qty": 1,
        "snapshot_price": None,
        "direction": 0,
    }
    assert gone["deleted_at"]


def test_a_removed_line_may_be_damaged_and_an_empty_one_is_none() -> None:
    found = lines({"id": "5", "qty": "banyak", "DELETE": "on"}, LINE)
    assert found.is_valid(), found.errors
    gone, kept = found.lines()
    assert (gone["id"], gone["qty"], bool(gone["deleted_at"])) == (5, None, True)
    assert "deleted_at" not in kept


@pytest.mark.parametrize(
    ("sent", "claimed", "made"), [(2, 2, 2), (2, 500, 2), (3, 2, 2), (0, 500, 0)]
)
def test_as_many_lines_are_made_as_were_sent(
    sent: int, claimed: int, made: int
) -> None:
    assert len(lines(*[LINE] * sent, total=claimed).forms) == made


@pytest.mark.parametrize(
    ("count", "is_valid"), [(MAX_ITEMS, True), (MAX_ITEMS + 1, False)]
)
def test_a_page_takes_as_many_lines_as_a_change_may_have(
    count: int, is_valid: bool
) -> None:
    assert lines(*[LINE] * count).is_valid() is is_valid


# --- Limits and texts -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, set()),
        ({"text": "GSPE"}, set()),
        ({"by_value_percentage": "By Value", "value": "5.000.000"}, set()),
        ({"by_value_percentage": "By Value"}, {"value"}),
        ({"by_value_percentage": "By Value", "percentage": "5"}, {"value"}),
        ({"by_value_percentage": "By Percentage"}, {"percentage"}),
        ({"by_value_percentage": "By Percentage", "percentage": "1000"}, set()),
        (
            {"by_value_percentage": "By Percentage", "percentage": "1001"},
            {"percentage"},
        ),
        ({"by_value_percentage": "By Percentage", "percentage": "-1"}, {"percentage"}),
        ({"by_value_percentage": "By Value", "value": "-1"}, {"value"}),
        ({"by_value_percentage": "By Value", "value": "banyak"}, {"value"}),
        ({"by_value_percentage": "x"}, {"by_value_percentage"}),
    ],
)
def test_a_limit_needs_the_number_that_is_to_count(
    typed: dict[str, str], fields: set[str]
) -> None:
    form = ConfigurationForm({"name": "CCNThreshold"} | typed)
    assert set(form.errors) == fields


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("", None),
        ("value", "By Value"),
        (" BYVALUE ", "By Value"),
        ("percent", "By Percentage"),
        ("By Percentage", "By Percentage"),
    ],
)
def test_every_spelling_of_a_program_has_one_in_the_form(
    stored: str, shown: str | None
) -> None:
    row = Configuration(name="x", by_value_percentage=stored)
    form = ConfigurationForm(instance=row)
    assert form.initial["by_value_percentage"] == (stored if shown is None else shown)
    assert row.is_by_percentage is (shown == "By Percentage")


BAD_ROWS: dict[str, Callable[[], Any]] = {
    "value": lambda: Configuration(name="x", value=Decimal(-1)),
    "percentage": lambda: Configuration(name="x", percentage=Decimal("1000.1")),
    "by_value_percentage": lambda: Configuration(name="x", by_value_percentage="both"),
    "minutes": lambda: PanelProcess(minutes=Decimal("-0.01")),
}


@pytest.mark.parametrize("field", BAD_ROWS)
def test_a_row_that_makes_no_sense_names_its_field(field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BAD_ROWS[field]().clean()
    assert set(caught.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("shape", "name", "value", "is_taken"),
    [
        (SupportDetailSerializer, "qty", 2**31 - 1, True),
        (SupportDetailSerializer, "qty", 2**31, False),
        (SupportDetailSerializer, "qty", -(2**31), True),
        (SupportDetailSerializer, "qty", -(2**31) - 1, False),
        (DonePoSerializer, "tProcess", "-1.5", True),
        (DonePoSerializer, "outs", 2**31, False),
    ],
)
def test_an_int_of_the_predecessor_has_32_bits(
    shape: Any, name: str, value: Any, is_taken: bool
) -> None:
    assert shape(data={name: value}).is_valid() is is_taken


def test_a_row_of_the_former_system_is_called_by_what_it_is() -> None:
    assert str(OutstandingPostPo(pk=7)).endswith(" 7")
    assert (
        str(PanelProcess(panel_type="LVMDP", process_name="Wiring")) == "LVMDP - Wiring"
    )
