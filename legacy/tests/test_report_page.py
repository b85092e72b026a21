"""The report as who reads it needs it: in their language, what to do first, with links, and whole in Excel."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Activity
from core.accounts.models import User
from legacy.areas.order import AREAS
from legacy.models import LegacyRow, LegacyRun
from legacy.report import for_readers, workbook
from legacy.services import Wanted, execution, import_old
from legacy.services.execution import carry_out
from legacy.tests.damage import damaged
from legacy.words import AREA_WORDS, area_words
from legacy.world import Choices
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
HOME = "/setup/switch/"


@pytest.fixture
def run(cast: Cast, old_folder: Path) -> LegacyRun:
    """An import of everything that can be wrong, started by a command in Indonesian."""
    old = damaged(old_folder)
    return import_old(old.address, Wanted(Choices(), old.files), lambda _line: None)


@pytest.fixture
def portal(cast: Cast, as_person: Callable[[User], Client]) -> Client:
    return as_person(cast.admin)


def page(portal: Client, url: str, language: str = "id") -> str:
    portal.cookies["django_language"] = language
    answer = portal.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_treatment_is_in_the_readers_language(
    portal: Client, run: LegacyRun
) -> None:
    url = f"{HOME}runs/{run.pk}/"
    assert "computed anew from the live tasks" in page(portal, url, "en")
    assert "dihitung ulang dari tugas yang masih ada" in page(portal, url)
    assert "computed anew" not in page(portal, url)


def test_the_end_of_a_run_is_in_the_readers_language(
    portal: Client, run: LegacyRun
) -> None:
    assert run.area == "done"
    assert ">done<" in page(portal, HOME, "en")
    assert ">selesai<" in page(portal, HOME)


@pytest.mark.parametrize("name", [*AREA_WORDS, "an area of tomorrow"])
def test_every_area_has_words(name: str) -> None:
    assert area_words(name)


def test_no_area_is_without_words() -> None:
    assert {each.name for each in AREAS} <= AREA_WORDS.keys()


def test_what_people_must_do_comes_first_and_leads_there(
    portal: Client, run: LegacyRun
) -> None:
    text = page(portal, f"{HOME}runs/{run.pk}/")
    todo = text.index("Yang harus dilakukan")
    assert todo < text.index("Yang ditemukan")
    boms = run.result["bomsToSignAgain"]["boms"]
    assert boms
    assert f'href="/bom/{boms[0]}/"' in text[todo:]
    assert portal.get(f"/bom/{boms[0]}/").status_code == 200
    activity = Activity.objects.latest("pk").pk
    run.result["workOrdersAtPpic"]["activities"] = [activity]
    run.save()
    text = page(portal, f"{HOME}runs/{run.pk}/")
    assert f'href="/activities/{activity}/"' in text
    assert portal.get(f"/activities/{activity}/").status_code == 200


def test_ids_are_no_numbers_to_be_read(run: LegacyRun, portal: Client) -> None:
    """They are searched for as they stand there: 1106 and not 1.106."""
    row = LegacyRow.objects.quarantined()[0]
    LegacyRow.objects.filter(pk=row.pk).update(source_id=1_234_567)
    text = page(portal, f"{HOME}rows/")
    assert f"{row.table} 1234567" in text
    run.result["bomsToSignAgain"]["boms"] = [1_234_567]
    run.save()
    assert ">1234567</a>" in page(portal, f"{HOME}runs/{run.pk}/")


def test_of_long_lists_the_first_and_all_in_excel(run: LegacyRun) -> None:
    found = run.result
    found["workOrdersAtPpic"] = {"count": 900, "activities": list(range(1, 901))}
    todo = for_readers(found)["todo"]["orders"]
    assert (todo["count"], len(todo["first"]), todo["more"]) == (900, 20, 880)
    with workbook(found) as book:
        sheet: Any = load_workbook(book).active
        rows = list(sheet.iter_rows(values_only=True))
    orders = [row for row in rows if row[5] and str(row[5]).startswith("/activities/")]
    ids = [row[1] for row in orders if row[3] == "Yang harus dilakukan"]
    assert ids == list(range(1, 901))
    people = [row[1] for row in rows if row[4] == "orang yang tidak ada di direktori"]
    assert people == [row["id"] for row in found["people"]]
    files = [row[1] for row in rows if row[4].startswith("berkas yang tidak disebut")]
    assert files == [row["name"] for row in found["filesOfNobody"]]
    assert people
    assert files


def test_a_row_below_one_in_quarantine_says_so(run: LegacyRun, portal: Client) -> None:
    below, marked = LegacyRow.objects.quarantined()[:2]
    LegacyRow.objects.filter(pk=below.pk).update(marks=[])
    assert "baris induknya dikarantina" in page(
        portal, f"{HOME}rows/?table={below.table}"
    )
    assert "Baris ini sendiri tidak bermasalah" in page(
        portal, f"{HOME}rows/{below.pk}/"
    )
    assert "tidak bermasalah" not in page(portal, f"{HOME}rows/{marked.pk}/")


def test_what_waits_stands_above_the_start(portal: Client, run: LegacyRun) -> None:
    text = page(portal, HOME)
    assert text.index("Yang menunggu keputusan orang") < text.index("Yang dijalankan")


def test_before_the_first_run_nothing_waits(portal: Client) -> None:
    assert "Yang menunggu keputusan orang" not in page(portal, HOME)


LOG = '{"event": "auth server people not refreshed", "level": "warning"}'
FAR = '{"area": "boms", "speed": 9, "read": 7, "written": 5, "total": 40}'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (LOG, "Uji coba dihentikan dari luar."),
        ("{}", "Uji coba dihentikan dari luar."),
        ('{"area": "boms"}', "Uji coba dihentikan dari luar."),
        ("{not json", "{not json\n{not json"),
        ("[1]", "[1]\n[1]"),
        ("Tidak ada MySQL", "Tidak ada MySQL\nTidak ada MySQL"),
    ],
)
def test_what_a_dry_run_logs_is_no_progress(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, line: str, problem: str
) -> None:
    """Its log comes the same way, in JSON where EMS runs in production; it ended the dry run."""
    settings.LEGACY_DATABASE_URL = "sqlite:///old.sqlite3"
    run = LegacyRun.objects.create(
        kind="dry_run", source="x", started_at=timezone.now()
    )

    def run_dry(_words: Any, say: Any, **_more: Any) -> int:
        say(line)
        say(FAR)
        say(line)
        return 2

    monkeypatch.setattr(execution, "run_dry", run_dry)
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert (run.area, run.speed, run.read, run.total) == ("boms", 9, 7, 40)
    assert (run.problem, run.state) == (problem, LegacyRun.State.STOPPED)
