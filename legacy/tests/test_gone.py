"""What the old system deleted between two runs is shown, and never deleted here."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.models import UserRole
from core.ledger.models import Event
from engineering.models import ChangeNotice
from legacy.gone import missing
from legacy.models import LegacyRow
from legacy.tests.conftest import take_over
from legacy.tests.old_database import DOCUMENT, ECN, LINK, NOTICE, OldDatabase, usual
from legacy.tests.test_running import checks
from notifications.models import Notification
from supportdocs.models import SupportEngineeringDocument, SupportTable
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]


def delete(old: OldDatabase, table: str, key: int) -> None:
    """The old system removes a row."""
    old.line.execute(f"DELETE FROM `{table}` WHERE `Id` = ?", [key])  # noqa: S608
    old.line.commit()


def gone() -> list[tuple[str, int]]:
    """The rows that are not in the old system any more."""
    return list(LegacyRow.objects.gone().values_list("table", "source_id"))


@pytest.mark.parametrize("since_last", [True, False])
@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("UserRoles", UserRole),
        (DOCUMENT, SupportTable),
        (LINK, SupportEngineeringDocument),
        (NOTICE, Notification),
        (ECN, ChangeNotice),
    ],
)
def test_what_was_deleted_there_is_noted_and_stays_here(
    cast: Cast,
    old_folder: Path,
    table: str,
    model: type[ChangeNotice],
    since_last: bool,
) -> None:
    old = usual(old_folder)
    take_over(old)
    count, events = model.objects.count(), Event.objects.count()
    delete(old, table, 1)
    take_over(old, since_last=since_last)
    assert gone() == [(table, 1)]
    assert (model.objects.count(), Event.objects.count()) == (count, events)
    checks()


def test_the_first_run_misses_nothing(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    assert gone() == []


def test_since_when_is_kept_and_what_comes_back_is_there_again(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    delete(old, NOTICE, 1)
    take_over(old)
    first = LegacyRow.objects.gone().get().gone_at
    take_over(old)
    assert LegacyRow.objects.gone().get().gone_at == first
    old.add(NOTICE, Id=1, TaskId=1, Role="spv")
    old.close()
    take_over(old)
    assert gone() == []


def test_status_and_report_count_them(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    take_over(old)
    delete(old, NOTICE, 1)
    assert take_over(old).report()["gone"] == 1
    said = StringIO()
    call_command("legacy_status", stdout=said)
    assert "deleted in the old system: 1" in said.getvalue()


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_the_difference_of_two_ascending_sequences(
    here: set[int], there: set[int]
) -> None:
    assert list(missing(sorted(here), sorted(there))) == sorted(here - there)
