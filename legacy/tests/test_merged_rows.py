"""A row that is history of another row's record: what becomes of it later never takes that record away."""

from pathlib import Path
from typing import Any

import pytest

from bom.models import BomApproval, BomApprovalPic
from core.approvals.models import Decision
from core.errors import DomainError
from legacy.models import LegacyRow
from legacy.services import correct_row, keep_here
from legacy.tests.conftest import take_over
from legacy.tests.old_database import BOM, MADE, PIC, OldDatabase, usual
from legacy.tests.test_running import checks
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
Outcome = LegacyRow.Outcome


@pytest.fixture
def twice(old_folder: Path, settings: Any) -> OldDatabase:
    """BOM 700 twice: the first row counts, as the old API showed it."""
    old = usual(old_folder)
    settings.LEGACY_DATABASE_URL = old.address
    settings.LEGACY_FILES = str(old.files)
    second = old.add(BOM, ExtBomLeveledId=700)
    old.add(PIC, BomApprovalId=second, ExtUserId=8, Status=2, ApprovalDate=MADE)
    return old.close()


def second_row() -> LegacyRow:
    return LegacyRow.objects.get(table=BOM, source_id=3)


def counted() -> tuple[int, list[int | None], int]:
    """The approval that counts: its state, whom it asks, its decisions."""
    approval = BomApproval.objects.get(ext_bom_leveled_id=700)
    pics = BomApprovalPic.objects.filter(approval=approval).order_by("pk")
    decisions = Decision.objects.filter(
        record_type=BomApproval._meta.label, record_id=approval.pk
    )
    return (
        approval.status,
        list(pics.values_list("ext_user_id", flat=True)),
        decisions.count(),
    )


@pytest.mark.parametrize("since_last", [True, False])
def test_a_delta_of_the_row_that_was_merged_leaves_the_one_that_counts(
    cast: Cast, twice: OldDatabase, *, since_last: bool
) -> None:
    twice.close()
    take_over(twice)
    assert (second_row().outcome, second_row().pk_here) == (Outcome.MERGED, 1)
    before = counted()
    twice.change(BOM, 3, Remark="diubah di sistem lama")
    take_over(twice, since_last=since_last)
    assert counted() == before
    assert second_row().outcome == Outcome.MERGED
    checks()


def test_a_pic_that_is_put_below_it_leaves_the_one_that_counts(
    cast: Cast, twice: OldDatabase
) -> None:
    key = twice.add(PIC, ExtUserId=7, Status=1, ApprovalDate=MADE)
    twice.close()
    take_over(twice)
    before = counted()
    row = LegacyRow.objects.get(table=PIC, source_id=key)
    correct_row(row_id=row.pk, typed={"BomApprovalId": "3"}, by=cast.admin)
    assert counted() == before
    row = LegacyRow.objects.get(table=PIC, source_id=key)
    assert (row.outcome, row.pk_here) == (Outcome.MERGED, 1)
    checks()


def test_a_row_that_gets_a_number_of_its_own_stands_alone(
    cast: Cast, twice: OldDatabase
) -> None:
    take_over(twice)
    before = counted()
    twice.change(BOM, 3, ExtBomLeveledId=702)
    take_over(twice)
    assert counted() == before
    assert BomApproval.objects.get(ext_bom_leveled_id=702).pk == 3
    checks()


@pytest.mark.parametrize("bom", [700, None])
def test_a_record_that_would_go_is_a_conflict(
    cast: Cast, old_folder: Path, bom: int | None
) -> None:
    """It gets the number of another BOM, or loses its own: it stays here, and a person decides."""
    old = usual(old_folder)
    take_over(old)
    before = counted()
    old.change(BOM, 2, ExtBomLeveledId=bom)
    take_over(old)
    assert counted() == before
    assert BomApproval.objects.get(pk=2).ext_bom_leveled_id == 701
    row = LegacyRow.objects.conflicts().get()
    assert (row.table, row.source_id) == (BOM, 2)
    checks()
    keep_here(row_id=row.pk, reason="EMS yang benar", by=cast.admin)
    take_over(old)
    assert not LegacyRow.objects.conflicts().exists()


@pytest.mark.parametrize("key", ["29", "987654"])
def test_a_person_whom_the_old_database_never_named(
    cast: Cast, twice: OldDatabase, key: str
) -> None:
    """Of the directory, or of none: then a placeholder, as for every such id."""
    row_id = twice.add(PIC, BomApprovalId=2, ExtUserId=None)
    twice.close()
    take_over(twice)
    row = LegacyRow.objects.get(table=PIC, source_id=row_id)
    correct_row(row_id=row.pk, typed={"ExtUserId": key}, by=cast.admin)
    assert BomApprovalPic.objects.get(pk=row_id).ext_user_id == int(key)
    checks()


@pytest.mark.parametrize("key", ["0", "-7"])
def test_an_id_that_can_be_nobodys_is_refused(
    cast: Cast, twice: OldDatabase, key: str
) -> None:
    row_id = twice.add(PIC, BomApprovalId=2, ExtUserId=None)
    twice.close()
    take_over(twice)
    row = LegacyRow.objects.get(table=PIC, source_id=row_id)
    with pytest.raises(DomainError) as refused:
        correct_row(row_id=row.pk, typed={"ExtUserId": key}, by=cast.admin)
    assert list(refused.value.errors) == ["ExtUserId"]
