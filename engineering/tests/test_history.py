"""The history of a change as people read it: values in words, numbers as they are written here."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.queries.history import _number, timeline
from engineering.services import attach_file, decide_change, edit_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change

pytestmark = pytest.mark.django_db


def edit(change: ChangeNotice, by: User, items: Any = (), **fields: Any) -> None:
    edit_change(
        change_id=change.pk, by=by, fields=fields, items=items, facts=NOTHING_KNOWN
    )


def told(change: ChangeNotice, language: str = "en") -> list[tuple[str, Any, Any]]:
    """The changes of the latest entry: label, before, after."""
    change.refresh_from_db()
    with translation.override(language):
        entry = timeline(change)[0]
        return [(str(each.label), each.before, each.after) for each in entry.changes]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        ("2", "2"),
        ("1250000.50", "1.250.000,50"),
        ("0.1234", "0,1234"),
        ("-1350000", "-1.350.000"),
        (7, "7"),
    ],
)
def test_a_number_is_written_as_people_write_it_here(value: Any, written: Any) -> None:
    assert _number(value) == written


@pytest.mark.parametrize(
    ("fields", "english", "indonesian"),
    [
        ({"kind": 3}, ("Type", "ECN", "FAB"), ("Jenis", "ECN", "FAB")),
        (
            {"has_po": True},
            ("PO received?", None, "Yes"),
            ("PO sudah diterima?", None, "Ya"),
        ),
        (
            {"customer_pays": False},
            ("Will the customer pay?", None, "No"),
            ("Apakah pelanggan membayar?", None, "Tidak"),
        ),
        ({"customer": "PT X"}, ("Customer", None, "PT X"), ("Pelanggan", None, "PT X")),
    ],
    ids=["choice", "yes", "no", "text"],
)
def test_a_value_is_told_in_words(
    change: ChangeNotice,
    agus: User,
    fields: dict[str, Any],
    english: Any,
    indonesian: Any,
) -> None:
    edit(change, agus, **fields)
    assert told(change) == [english]
    (found,) = told(change, "id")
    assert found[1:] == indonesian[1:]


def test_a_value_that_is_taken_back_is_told_from_what_it_was(
    agus: User, rina: User
) -> None:
    change = a_change(agus, customer="PT X", has_po=True, direction=1)
    edit(change, agus, customer="", has_po=None, direction=None)
    assert {(before, after) for _label, before, after in told(change)} == {
        ("PT X", None),
        ("Yes", None),
        ("Reduction", None),
    }


def line_of(change: ChangeNotice) -> int:
    """The id of the line 1001 x 2."""
    return change.items.get(ext_item_id=1001).pk


@pytest.mark.parametrize(
    ("sent", "english"),
    [
        ({"qty": "2.5"}, [("1001 qty", "2", "2,5")]),
        (
            {"snapshot_price": 5_000_000},
            [("1001 unit price", "4.170.000", "5.000.000")],
        ),
        ({"snapshot_price": None}, [("1001 unit price", "4.170.000", None)]),
        (
            {"qty": 3, "snapshot_price": 1},
            [("1001 qty", "2", "3"), ("1001 unit price", "4.170.000", "1")],
        ),
        ({"direction": 1}, [("1001 direction", "Increase", "Decrease")]),
        ({"ext_item_id": 1009}, [("Part", "1001", "1009")]),
        ({"deleted_at": "now"}, [("Line", "1001 x 2", None)]),
    ],
    ids=["qty", "price", "no price", "both", "direction", "another part", "removed"],
)
def test_every_signed_part_of_a_line_is_told_when_it_changes(
    change: ChangeNotice, agus: User, sent: dict[str, Any], english: Any
) -> None:
    edit(change, agus, [{"id": line_of(change), **sent}])
    assert [_bare(row) for row in told(change)] == english


def _bare(row: tuple[str, Any, Any]) -> tuple[Any, ...]:
    """Numbers without the zeros that the column keeps."""
    label, *values = row
    return (
        label,
        *(v.rstrip("0").rstrip(",") if v and "," in v else v for v in values),
    )


def test_new_lines_come_after_those_that_were_there(
    change: ChangeNotice, agus: User
) -> None:
    edit(
        change,
        agus,
        [
            {"ext_item_id": 7, "qty": 1},
            {"ext_item_id": 8, "qty": 1},
            {"id": line_of(change), "qty": 9},
        ],
    )
    rows = told(change)
    assert rows[0][0] == "1001 qty"
    assert {row[2].split()[0] for row in rows[1:]} == {"7", "8"}


def test_a_decision_on_what_is_no_longer_there_is_void(
    agus: User, rina: User, hendi: User
) -> None:
    from core.approvals.models import ApprovalRule, ApprovalStep  # noqa: PLC0415

    rule = ApprovalRule.objects.create(kind=0)
    for order, role in enumerate(("spv", "manager"), 1):
        ApprovalStep.objects.create(rule=rule, order=order, role=role)
    change = a_change(agus)
    decide_change(change_id=change.pk, by=hendi, status=1, remark="ok")
    edit(change, agus, customer="PT X")
    change.refresh_from_db()
    latest, decision, first = timeline(change)
    assert (latest.void, decision.void, first.void) == (False, True, False)
    assert (latest.voided, decision.note) == (1, "ok")


def test_a_file_is_told_by_its_name(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    pdf = BytesIO(b"%PDF-1.4\n")
    attach_file(change_id=change.pk, by=agus, name="SLD.pdf", content=pdf)
    change.refresh_from_db()
    entry = timeline(change)[0]
    assert (entry.who, entry.note) == ("Agus", "")
    assert [(each.before, each.after) for each in entry.changes] == [(None, "SLD.pdf")]
    decide_change(change_id=change.pk, by=rina, status=1)
    attach_file(
        change_id=change.pk, by=agus, name="foto.pdf", content=BytesIO(b"%PDF-1.4 x")
    )
    entry = timeline(change)[0]
    assert (entry.note, entry.changes) == ("foto.pdf", [])
