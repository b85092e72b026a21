"""Tasks pasted into the form of an activity: days, hours and people as they stand in a spreadsheet."""

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from activities.models import Activity
from core.accounts.models import User
from core.accounts.queries import PersonRef
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
FORM = {"description": "Panel", "kind": "2", "tasks-TOTAL_FORMS": "0"}
FORM |= {"tasks-INITIAL_FORMS": "0"}
PEOPLE = [
    PersonRef(3, "Budi Santoso"),
    PersonRef(4, "Budi Hartono"),
    PersonRef(5, "Sari"),
    PersonRef(6, "Sari Dewi"),
]


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.views.pasting.everybody", lambda: PEOPLE)


def paste(by: Client, row: str, step: str = "take") -> Any:
    text = f"Tugas\tMulai\tSelesai\tJam\tPIC\n{row}"
    sent = FORM | {"paste": step, "paste-text": text, "paste-present": "0"}
    by.cookies["django_language"] = "en"
    return by.post("/activities/new/", sent)


def the_row(answer: Any) -> dict[str, str]:
    found = re.search(r'id="paste-rows"[^>]*>([^<]*)<', text_of(answer))
    assert found
    [row] = orjson.loads(found[1])
    return dict(row)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-05", "2026-12-05"),
        ("5/12/2026", "2026-12-05"),
        ("05-12-26", "2026-12-05"),
        ("5 Des 2026", "2026-12-05"),
        ("5 December 2026", "2026-12-05"),
        ("05/12/2026 08:00:00", "2026-12-05"),
        ("", ""),
    ],
)
def test_a_day_is_read_as_people_write_it(
    typed: str, day: str, agus: User, as_person: Log
) -> None:
    row = the_row(paste(as_person(agus), f"Gambar\t{typed}\t\t7,5\t"))
    assert (row["starts"], row["hours"]) == (day, "7,5")


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("Budi Santoso", "3"),
        ("budi santoso, SARI", "3,5"),
        ("Santoso; Dewi", "3,6"),
        ("Sari, Sari", "5"),
        ("", ""),
    ],
)
def test_people_are_known_by_their_names(
    typed: str, ids: str, agus: User, as_person: Log
) -> None:
    assert the_row(paste(as_person(agus), f"Gambar\t\t\t\t{typed}"))["people"] == ids


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Gambar\t\t\t\tBudi", "Write the whole name."),
        ("Gambar\t\t\t\tNobody", "The directory knows no “Nobody”."),
        ("Gambar\t32/13/2026\t\t\t", "Enter a valid date."),
        ("Gambar\t1/1/1926\t\t\t", "between 2000 and 2100"),
        ("Gambar\t5/12/2026\t4/12/2026\t\t", "The end is before the start."),
        ("Gambar\t\t\tlama\t", "Enter a number."),
        ("\t5/12/2026\t\t\t", "This field is required."),
    ],
)
def test_a_wrong_row_stays_with_its_reason(
    row: str, sentence: str, agus: User, as_person: Log
) -> None:
    answer = paste(as_person(agus), row)
    assert sentence in text_of(answer)
    assert "Row 2" in text_of(answer)
    assert row.strip("\t") in text_of(answer)


def test_without_a_script_pasted_tasks_are_planned(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    by = as_person(agus)
    sent = FORM | {"paste": "take", "paste-text": "Gambar\t5/12/2026\nUji\t6/12/2026"}
    page = text_of(by.post("/activities/new/", sent))
    fields = dict(re.findall(r'name="(tasks-\d-[a-zA-Z]+)"\s+value="([^"]*)"', page))
    assert fields["tasks-1-starts"] == "2026-12-06"
    fields |= {"tasks-0-description": "Gambar", "tasks-1-description": "Uji"}
    sent = FORM | fields | {"tasks-TOTAL_FORMS": "2"}
    assert by.post("/activities/new/", sent).status_code == 302
    assert Activity.objects.get().task_count == 2
