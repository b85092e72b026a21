"""Items pasted into the form of a change: what PPIC knows of them, wrong rows, with a script and without."""

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from core.accounts.models import User
from engineering.models import ChangeItem, ChangeNotice
from engineering.services.changes import MAX_ITEMS
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
HEAD = "Part number\tQty\tHarga\tArah"
FORM = {
    "kind": "0",
    "date": "2026-03-10",
    "engineering": "Ganti MCCB",
    "detail_problem": "Panas",
    "priority": "3",
    "items-TOTAL_FORMS": "0",
    "items-INITIAL_FORMS": "0",
}


def paste(by: Client, text: str, step: str = "read", **more: str) -> Any:
    sent = FORM | {"paste": step, "paste-text": text} | more
    by.cookies["django_language"] = "en"
    return by.post("/changes/new/", sent)


def rows_of(answer: Any) -> list[dict[str, str]]:
    """The lines that a script adds."""
    found = re.search(r'id="paste-rows"[^>]*>([^<]*)<', text_of(answer))
    assert found
    rows: list[dict[str, str]] = orjson.loads(found[1])
    return rows


def test_a_part_of_ppic_is_known_by_its_number(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    text = f"{HEAD}\nlv429637\t2,5\t\tkeluar\nLV429636\t1\tRp 1.250.000\tmasuk"
    answer = paste(as_person(agus), text, "take", **{"paste-present": "0"})
    first, second = rows_of(answer)
    assert (first["ext_item_id"], first["part_name"]) == ("1008", "MCCB")
    assert (first["qty"], first["direction"]) == ("2,5", "1")
    assert first["snapshot_price"]  # PPIC's, where none was pasted
    assert (second["snapshot_price"], second["direction"]) == ("Rp 1.250.000", "0")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("\t1\t1\t", "Give the part number."),
        ("TIDAK-ADA\t1\t1\t", "PPIC does not know this part"),
        ("LV429637\tdua\t1\t", "Enter a number."),
        ("LV429637\t1\t1,250\t", "can be read in two ways"),
        ("LV429637\t1\t1\tsamping", "Write “in” or “out”."),
    ],
)
def test_a_wrong_row_stays_with_its_reason(
    row: str, sentence: str, agus: User, as_person: Log, sandbox: Any
) -> None:
    answer = paste(as_person(agus), f"{HEAD}\nLV429636\t1\t1\t\n{row}", "take")
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Row 3" in text
    assert sentence in text
    assert text_of(answer).count("data-line>") == 2  # the good one, and the template
    assert not ChangeNotice.objects.exists()


def test_without_a_script_pasted_rows_become_lines_and_are_saved(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    by = as_person(agus)
    answer = paste(by, "LV429637\t2\nLV429636\t3", "take")
    fields = dict(
        re.findall(r'name="(items-\d+-[a-z_]+)"[^>]*?value="([^"]*)"', text_of(answer))
    )
    assert fields["items-0-ext_item_id"] == "1008"
    sent = FORM | fields | {"items-TOTAL_FORMS": "2", "paste-text": ""}
    sent |= {"items-0-direction": "0", "items-1-direction": "1"}
    assert by.post("/changes/new/", sent).status_code == 302
    found = ChangeItem.objects.order_by("pk")
    assert [(row.part_number, int(row.qty)) for row in found] == [
        ("LV429637", 2),
        ("LV429636", 3),
    ]


def test_rows_that_are_not_taken_over_are_not_lost_by_saving(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    sent = FORM | {"paste-text": "LV429637\t2"}
    answer = as_person(agus).post("/changes/new/", sent)
    assert answer.status_code == 200
    assert "LV429637\t2" in text_of(answer)
    assert not ChangeNotice.objects.exists()


def test_looking_at_rows_finds_no_fault_with_the_rest_of_the_form(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    sent = {"paste": "read", "paste-text": "LV429637\t2", "engineering": "Ganti"}
    answer = as_person(agus).post("/changes/new/", FORM | sent | {"date": ""})
    assert 'class="errors' not in text_of(answer)
    assert "Ganti" in text_of(answer)


def test_a_change_takes_as_many_rows_as_it_may_have(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    text = "\n".join(["LV429637\t1"] * 5)
    present = {"paste-present": str(MAX_ITEMS - 2)}
    answer = paste(as_person(agus), text, "take", **present)
    assert len(rows_of(answer)) == 2
    assert "at most 500 lines" in text_of(answer)


def test_rows_are_pasted_into_a_change_that_is_edited(
    agus: User, as_person: Log, sandbox: Any, change: ChangeNotice
) -> None:
    sent = FORM | {"paste": "take", "paste-text": "LV429637\t7", "revision": "1"}
    answer = as_person(agus).post(f"/changes/{change.pk}/edit/", sent)
    assert answer.status_code == 200
    assert 'value="1008"' in text_of(answer)
    change.refresh_from_db()
    assert change.revision == 1
