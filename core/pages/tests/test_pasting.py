"""What is pasted from a spreadsheet: its columns, its wrong rows, its bounds; nothing is lost."""

import time
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from core.pages.form_fields import DayField, MoneyField, QuantityField
from core.pages.pasting import (
    MOST_ROWS,
    MOST_TEXT,
    Complete,
    Completed,
    PasteColumn,
    Pasted,
    PasteSheet,
    Values,
    read_pasted,
    unless_pasted,
)


class RowForm(forms.Form):
    """A line as the forms of the portal have them."""

    name = forms.CharField(max_length=40)
    qty = QuantityField(min_value=0, max_digits=18, decimal_places=4)
    price = MoneyField(required=False, max_digits=18, decimal_places=2)
    due = DayField(required=False)


def as_typed(_rows: list[Values]) -> Complete:
    def complete(row: Values) -> Completed:
        is_bad = row.get("name") == "unknown"
        return dict(row), {"name": "Nobody knows it."} if is_bad else {}

    return complete


SHEET = PasteSheet(
    columns=(
        PasteColumn("name", "Name", ("nama",), is_needed=True),
        PasteColumn("qty", "Qty", ("jumlah",), is_needed=True),
        PasteColumn("price", "Price"),
        PasteColumn("due", "Due"),
    ),
    form=RowForm,
    start=as_typed,
    prefix="rows",
    most=500,
    too_many=lambda: "At most 500.",
)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def read(text: str, chosen: dict[str, str] | None = None, *, room: int = 500) -> Pasted:
    return read_pasted(SHEET, {"paste-text": text} | (chosen or {}), room=room)


def names(found: Pasted) -> list[str]:
    return [place.name for place in found.places]


@pytest.mark.parametrize(
    ("text", "columns", "has_head"),
    [
        ("MCCB\t2\t1000", ["name", "qty", "price"], False),
        ("Jumlah\tNama\nx\ty", ["qty", "name"], True),
        ("QTY\tName\tColour\n2\tMCCB\tred", ["qty", "name", ""], True),
        ("  nama \tqty\n", ["name", "qty"], True),
        ("a\t1\t2\t2026-01-01\tmore", ["name", "qty", "price", "due", ""], False),
    ],
)
def test_columns_are_known_by_their_heads_or_by_their_order(
    text: str, columns: list[str], *, has_head: bool
) -> None:
    found = read(text)
    assert (names(found), found.has_head) == (columns, has_head)


def test_a_person_says_which_column_is_which() -> None:
    text = "2\tMCCB\n3\tRelay"
    shape = read(text).shape
    chosen = {"paste-shape": shape, "paste-0": "qty", "paste-1": "name"}
    assert [row["name"] for row in read(text, chosen).good] == ["MCCB", "Relay"]
    as_head = read(text, chosen | {"paste-head": "1"})
    assert [row["name"] for row in as_head.good] == ["Relay"]


def test_what_was_said_of_other_rows_does_not_count() -> None:
    old = read("x\ty").shape
    found = read("Qty\tName\n2\tMCCB", {"paste-shape": old, "paste-0": "name"})
    assert names(found) == ["qty", "name"]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"paste-0": "name"}, "No column is “Qty”. Choose which one it is."),
        ({"paste-0": "qty", "paste-1": "qty"}, "Two columns are “Qty”. Choose one."),
        ({"paste-0": "name", "paste-1": "password"}, "No column is “Qty”"),
    ],
)
def test_a_missing_or_double_column_is_one_sentence(
    chosen: dict[str, str], sentence: str
) -> None:
    text = "MCCB\t2"
    found = read(text, chosen | {"paste-shape": read(text).shape})
    assert any(sentence in each for each in found.refusals)
    assert (list(found.good), found.text) == ([], text)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("\t2", "Name", "This field is required."),
        ("MCCB\tbanyak", "Qty", "Enter a number."),
        ("MCCB\t-1", "Qty", "greater than or equal to 0"),
        ("MCCB\t1\t1,250", "Price", "can be read in two ways"),
        ("MCCB\t1\t1\t26-01-01x", "Due", "Enter a valid date."),
        ("MCCB\t1\t1\t0026-01-01", "Due", "between 2000 and 2100"),
        ("unknown\t1", "Name", "Nobody knows it."),
        (f"{'x' * 41}\t1", "Name", "at most 40 characters"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_reason(
    row: str, column: str, reason: str
) -> None:
    found = read(f"Name\tQty\tPrice\tDue\nRelay\t1\n{row}\nNYAF\t2")
    [fault] = found.faults
    assert (fault.row, fault.column) == (3, column)
    assert reason in fault.reason
    assert [good["name"] for good in found.good] == ["Relay", "NYAF"]
    assert found.left == f"Name\tQty\tPrice\tDue\n{row}"


def test_ten_wrong_rows_of_five_thousand_are_told_and_nothing_is_lost() -> None:
    wrong = set(range(37, 5_000, 500))
    rows = [f"Part {n}\t{'x' if n in wrong else n}" for n in range(MOST_ROWS)]
    begun = time.perf_counter()
    found = read("\n".join(rows), room=480)
    assert time.perf_counter() - begun < 10
    assert [fault.row - 1 for fault in found.faults] == sorted(wrong)
    assert len(found.good) == 480
    assert found.refusals == ["At most 500."]
    kept = [row["name"] for row in found.good]
    left = [line.split("\t")[0] for line in found.left.split("\n")]
    assert sorted(kept + left) == sorted(row.split("\t")[0] for row in rows)
    assert (found.wrong, found.spare) == (10, MOST_ROWS - 10 - 480)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\t1\n" * (MOST_ROWS + 2), f"At most {MOST_ROWS} rows"),
        ("x" * (MOST_TEXT + 1), f"At most {MOST_TEXT} characters"),
        ("x" * 200_000, "A cell is too long"),
    ],
)
def test_too_much_is_refused_whole_and_stays_in_the_box(
    text: str, sentence: str
) -> None:
    found = read(text)
    assert sentence in found.refusals[0]
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"MCCB\n3P"\t2', ["MCCB\n3P"]),
        ('"say ""hi"""\t2', ['say "hi"']),
        ('5" pipe\t2\n"open\t3', ['5" pipe', '"open']),
        ("a\t1\r\n\r\nb\t2\r\n", ["a", "b"]),
        ("=1+1\t1", ["=1+1"]),
        ("\u200bMCCB\u200b\t1", ["MCCB"]),
    ],
)
def test_cells_are_read_as_a_spreadsheet_writes_them(
    text: str, cells: list[str]
) -> None:
    assert [row["name"] for row in read(text).good] == cells


def test_more_than_a_hundred_wrong_rows_are_counted_not_listed() -> None:
    found = read("\n".join("x\ty" for _ in range(150)))
    assert (len(found.shown_faults), found.more_faults, found.wrong) == (100, 50, 150)


def form(**sent: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(sent)
    return data


def test_a_form_without_pasted_rows_is_saved() -> None:
    data = form(**{"paste-text": "  "})
    assert unless_pasted(SHEET, data) == (data, None)


def test_a_form_with_rows_in_its_box_is_not_saved() -> None:
    shown, pasted = unless_pasted(SHEET, form(**{"paste-text": "a\t1"}))
    assert pasted is not None
    assert "rows-0-name" not in shown


@pytest.mark.parametrize("total", ["1", "x", "", "99999999"])
def test_good_rows_become_lines_behind_the_others(total: str) -> None:
    sent = {"paste-text": "a\t1\nb\tx", "paste": "take", "rows-TOTAL_FORMS": total}
    shown, pasted = unless_pasted(SHEET, form(**sent))
    assert pasted is not None
    first = int(total) if total == "1" else 0
    assert shown[f"rows-{first}-name"] == "a"
    assert shown["rows-TOTAL_FORMS"] == str(first + 1)
    assert (pasted.text, pasted.taken) == ("b\tx", 1)


def test_rows_beyond_the_room_of_the_form_stay() -> None:
    sent = {
        "paste-text": "a\t1\nb\t2",
        "paste": "take",
        "rows-TOTAL_FORMS": "500",
        "rows-3-DELETE": "on",
    }
    _shown, pasted = unless_pasted(SHEET, form(**sent))
    assert pasted is not None
    assert (pasted.taken, pasted.text, pasted.refusals) == (1, "b\t2", ["At most 500."])


def test_a_script_adds_the_lines_itself() -> None:
    sent = {"paste-text": "a\t1", "paste": "take", "paste-present": "3"}
    shown, pasted = unless_pasted(SHEET, form(**sent))
    assert "rows-0-name" not in shown
    assert pasted is not None
    assert pasted.handed == [{"name": "a", "qty": "1"}]
