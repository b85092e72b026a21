"""The administrators' pages of the switch."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import ChangeNotice
from legacy.models import LegacyRow, LegacyRun
from legacy.services import start_run
from legacy.services.execution import carry_out
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import ECN, OldDatabase, usual
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
AsPerson = Callable[[User], Client]
HOME = "/setup/switch/"
PASSWORD = "r4hasia-sekali"
Kind = LegacyRun.Kind


@pytest.fixture
def old(old_folder: Path, settings: Any) -> Iterator[OldDatabase]:
    """Where the settings say that the old system is."""
    made = usual(old_folder)
    settings.LEGACY_DATABASE_URL = made.address
    settings.LEGACY_FILES = str(made.files)
    yield made
    made.line.close()


@pytest.fixture
def portal(cast: Cast, as_person: AsPerson) -> Client:
    """The administrator's browser."""
    return as_person(cast.admin)


def text(portal: Client, url: str = HOME, status: int = 200) -> str:
    """A page's text."""
    answer = portal.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def streamed(portal: Client, url: str) -> Iterable[bytes]:
    """A file that comes in pieces."""
    answer: Any = portal.get(url)
    assert answer.status_code == 200
    found: Iterable[bytes] = answer.streaming_content
    return found


def ordered(portal: Client, what: str = "whole", **others: str) -> LegacyRun:
    """Press start; the run that the worker will take."""
    answer = portal.post(f"{HOME}start/", {"what": what, **others})
    assert answer.status_code == 302
    return LegacyRun.objects.latest("pk")


# --- Started -------------------------------------------------------------------------


def test_an_import_from_the_page(portal: Client, cast: Cast, old: OldDatabase) -> None:
    run = ordered(portal)
    assert run.state == LegacyRun.State.WAITING
    assert "every 2s" in text(portal)
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (LegacyRun.State.DONE, "")
    assert ChangeNotice.objects.filter(number="ECN-0007").exists()
    assert run.result["read"] == run.read == run.total
    page = text(portal)
    assert "every 2s" not in page
    assert f"{HOME}runs/{run.pk}/" in page


def test_who_started_it_stands_in_the_ledger(
    portal: Client, cast: Cast, old: OldDatabase
) -> None:
    run = ordered(portal, mends_mojibake="on")
    event = Event.objects.get(kind="switch.ordered", record_id=run.pk)
    assert (event.actor, run.started_by) == (cast.admin, cast.admin)
    assert (event.after or {})["choices"]["mends_mojibake"] is True


def test_a_delta_from_the_page(portal: Client, old: OldDatabase) -> None:
    carry_out.call(ordered(portal).pk)
    old.change(ECN, 2, Engineering="Ganti lagi")
    carry_out.call(ordered(portal, "delta").pk)
    assert ChangeNotice.objects.get(pk=2).engineering == "Ganti lagi"
    assert LegacyRun.objects.latest("pk").options["since"]


def test_a_delta_without_an_import_is_refused(portal: Client, old: OldDatabase) -> None:
    answer = portal.post(f"{HOME}start/", {"what": "delta"})
    assert answer.status_code == 400
    assert not LegacyRun.objects.exists()


def test_one_at_a_time(portal: Client, cast: Cast, old: OldDatabase) -> None:
    ordered(portal)
    answer = portal.post(f"{HOME}start/", {"what": "dry"})
    assert answer.status_code == 400
    assert LegacyRun.objects.count() == 1
    with pytest.raises(DomainError) as refused:
        start_run(kind=Kind.IMPORT, by=cast.admin)
    assert refused.value.code == "illegal_transition"


def test_the_same_form_twice_is_one_run(portal: Client, old: OldDatabase) -> None:
    form = {"what": "whole", "form_key": "k" * 32}
    for _again in range(2):
        assert portal.post(f"{HOME}start/", form).status_code == 302
    assert LegacyRun.objects.count() == 1


def test_a_killed_run_goes_on_as_the_same(
    portal: Client, old: OldDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ordered(portal)
    LegacyRun.objects.update(
        cursors={"roles": 1}, told_at=timezone.now() - timedelta(minutes=4)
    )
    run.refresh_from_db()
    assert run.state == LegacyRun.State.SILENT
    again = ordered(portal)
    assert again.pk == run.pk
    carry_out.call(again.pk)
    again.refresh_from_db()
    assert again.state == LegacyRun.State.DONE


def test_why_it_stopped_is_shown(portal: Client, cast: Cast, old: OldDatabase) -> None:
    run = ordered(portal)
    old.line.execute("DROP TABLE `Tasks`")
    old.line.commit()
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert run.state == LegacyRun.State.STOPPED
    assert "Tasks" in text(portal)
    assert not ChangeNotice.objects.exists()
    assert ordered(portal).pk != run.pk or run.cursors == {}


def test_an_error_that_nobody_expected_is_named_by_its_kind_only(
    portal: Client, old: OldDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr("legacy.services.execution.import_old", broken)
    run = ordered(portal)
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert "RuntimeError" in run.problem
    assert PASSWORD not in run.problem


# --- The password ----------------------------------------------------------------------


def test_the_password_stands_nowhere(
    portal: Client, cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LEGACY_DATABASE_URL = f"mysql://ems:{PASSWORD}@127.0.0.1:1/engineer"
    assert "mysql://ems@127.0.0.1:1/engineer" in text(portal)
    run = ordered(portal)
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert "127.0.0.1:1" in run.problem
    shown = text(portal) + text(portal, f"{HOME}progress/")
    event = Event.objects.get(kind="switch.ordered")
    kept = f"{run.source}{run.options}{run.problem}{event.after}"
    assert PASSWORD not in shown + kept + caplog.text


def test_without_an_address_it_says_what_is_missing(
    portal: Client, settings: Any
) -> None:
    settings.LEGACY_DATABASE_URL = ""
    assert "LEGACY_DATABASE_URL" in text(portal)
    answer = portal.post(f"{HOME}start/", {"what": "dry"})
    assert answer.status_code == 400
    assert not LegacyRun.objects.exists()


# --- Who may ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agus", "hendi", "rina"])
def test_only_administrators(
    cast: Cast, as_person: AsPerson, old: OldDatabase, who: str
) -> None:
    portal = as_person(getattr(cast, who))
    for url in (HOME, f"{HOME}progress/", f"{HOME}rows/"):
        assert portal.get(url).status_code == 403
    assert portal.post(f"{HOME}start/", {"what": "whole"}).status_code == 403
    assert not LegacyRun.objects.exists()


def test_in_a_shadow_run_the_import_goes_on(
    portal: Client, old: OldDatabase, settings: Any
) -> None:
    settings.EMS_READ_ONLY = True
    carry_out.call(ordered(portal).pk)
    assert ChangeNotice.objects.exists()


# --- Reports ---------------------------------------------------------------------------------


def test_the_report_as_page_excel_and_json(portal: Client, old_folder: Path) -> None:
    here = take_over(damaged(old_folder))
    here.run.result = here.report()
    here.run.save()
    place = f"{HOME}runs/{here.run.pk}/"
    assert "ecn_self_approved" in text(portal, place)
    book = b"".join(streamed(portal, f"{place}excel/"))
    (sheet,) = load_workbook(BytesIO(book)).worksheets
    assert sheet.max_row > 100
    answer = portal.get(f"{place}json/")
    assert answer.json()["quarantined"] == LegacyRow.objects.quarantined().count()
    assert "attachment" in answer["Content-Disposition"]


def test_a_dry_run_keeps_its_own_workbook(portal: Client, cast: Cast) -> None:
    name = default_storage.save("switch/x.xlsx", ContentFile(b"book"))
    run = LegacyRun.objects.create(
        kind=Kind.DRY_RUN, started_at=timezone.now(), workbook=name, result={"read": 1}
    )
    assert b"".join(streamed(portal, f"{HOME}runs/{run.pk}/excel/")) == b"book"


def test_a_run_without_a_report_has_no_page(portal: Client) -> None:
    run = LegacyRun.objects.create(kind=Kind.IMPORT, started_at=timezone.now())
    for below in ("", "excel/", "json/"):
        assert portal.get(f"{HOME}runs/{run.pk}/{below}").status_code == 404


# --- Rows -------------------------------------------------------------------------------------


def test_quarantine_by_table_and_by_what_was_found(
    portal: Client, old_folder: Path
) -> None:
    here = take_over(damaged(old_folder))
    row = here.row("role_unknown")
    assert f"{HOME}rows/{row.pk}/" in text(portal, f"{HOME}rows/")
    for query, there in (
        ("table=UserRoles", True),
        ("mark=role_unknown", True),
        ("table=UserRoles&mark=role_unknown", True),
        ("mark=role_of_nobody", False),
        ("table=Notifications", False),
        ("state=conflict", False),
        ("state=nothing&table=x'%22&mark=%25", False),
    ):
        page = text(portal, f"{HOME}rows/?{query}")
        assert (f"{HOME}rows/{row.pk}/" in page) is there, query


@pytest.mark.parametrize("state", ["quarantined", "conflict", "gone", "corrected"])
def test_every_state_opens(portal: Client, old_folder: Path, state: str) -> None:
    take_over(damaged(old_folder))
    LegacyRow.objects.update(
        gone_at=timezone.now(), is_conflict=True, is_corrected=True
    )
    text(portal, f"{HOME}rows/?state={state}&page=2&size=25")


def test_every_row_in_quarantine_opens_as_it_was(
    portal: Client, old_folder: Path
) -> None:
    take_over(damaged(old_folder))
    for row in LegacyRow.objects.exclude(outcome=LegacyRow.Outcome.IMPORTED):
        page = text(portal, f"{HOME}rows/{row.pk}/")
        assert str(row) in page


def test_a_row_is_corrected_on_its_page(portal: Client, old: OldDatabase) -> None:
    key = old.add("UserRoles", UserId=8, Role="kepala")
    old.close()
    take_over(old)
    row = LegacyRow.objects.get(table="UserRoles", source_id=key)
    place = f"{HOME}rows/{row.pk}/"
    answer = portal.post(place, {"UserId": "8", "Role": "admin"})
    assert answer.status_code == 400
    assert "role_unknown" in answer.content.decode()
    assert portal.post(place, {"UserId": "x", "Role": "spv"}).status_code == 400
    answer = portal.post(place, {"UserId": "8", "Role": "spv"}, follow=True)
    assert answer.status_code == 200
    row = LegacyRow.objects.get(table="UserRoles", source_id=key)
    assert (row.outcome, row.is_corrected) == ("imported", True)
    assert portal.get(place).status_code == 404


def test_a_row_is_left_out_on_its_page(portal: Client, old_folder: Path) -> None:
    row = take_over(damaged(old_folder)).row("role_unknown")
    place = f"{HOME}rows/{row.pk}/"
    portal.post(f"{place}leave-out/", {"reason": ""})
    row.refresh_from_db()
    assert row.outcome == "quarantined"
    answer = portal.post(f"{place}leave-out/", {"reason": "pindah"}, follow=True)
    assert "pindah" in answer.content.decode()
    row.refresh_from_db()
    assert row.outcome == "accepted"


def test_a_row_that_is_not_there(portal: Client) -> None:
    assert portal.get(f"{HOME}rows/999/").status_code == 404
    assert portal.post(f"{HOME}rows/999/keep/", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("url", [HOME, f"{HOME}rows/"])
def test_the_number_of_queries_does_not_grow(
    portal: Client, old_folder: Path, url: str, django_assert_max_num_queries: Any
) -> None:
    take_over(damaged(old_folder))
    text(portal, url)
    with django_assert_max_num_queries(16):
        text(portal, url)
