"""A person corrects a row that was put apart, leaves it out, or settles a conflict."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bom.models import BomApproval
from core.accounts.models import UserRole
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import ChangeItem, ChangeNotice, Configuration
from engineering.services.changes import edit_change
from legacy.models import LegacyRow
from legacy.services import correct_row, keep_here, leave_out
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import (
    BOM,
    CHARGE,
    ECN,
    ITEM,
    NOTICE,
    PIC,
    SETTING,
    TASK,
    OldDatabase,
    usual,
)
from legacy.tests.test_running import checks
from notifications.models import Notification
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
Outcome = LegacyRow.Outcome


@pytest.fixture
def old(old_folder: Path, settings: Any) -> Iterator[OldDatabase]:
    """Everything undamaged; a test plants what it corrects."""
    made = usual(old_folder)
    settings.LEGACY_DATABASE_URL = made.address
    settings.LEGACY_FILES = str(made.files)
    yield made
    made.line.close()


def apart(table: str, key: int) -> LegacyRow:
    """A row in quarantine."""
    row = LegacyRow.objects.get(table=table, source_id=key)
    assert row.outcome == Outcome.QUARANTINED
    return row


def imported(old: OldDatabase, table: str, **values: Any) -> LegacyRow:
    """A damaged row beside the others, after the import."""
    key = old.add(table, **values)
    old.close()
    take_over(old)
    return apart(table, key)


def raw(row: LegacyRow) -> dict[str, Any]:
    """A row as it was."""
    return dict(row.raw or {})


# --- Corrected ---------------------------------------------------------------------


def test_a_role_that_nobody_knows_is_given_by_a_person(
    cast: Cast, old: OldDatabase
) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    assert not UserRole.objects.filter(user_id=8).exists()
    now = correct_row(row_id=row.pk, typed={"Role": "spv"}, by=cast.admin)
    assert now.outcome == Outcome.IMPORTED
    assert UserRole.objects.get(pk=now.pk_here or 0).role == "spv"
    checks()


def test_its_history_says_who_corrected_what(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, SETTING, Name="Batas", Value=-1.0)
    now = correct_row(row_id=row.pk, typed={"Value": "1,5"}, by=cast.admin)
    place = {"record_type": "engineering.Configuration", "record_id": now.pk_here}
    event = Event.objects.get(kind="old_row.corrected", **place)
    assert event.actor == cast.admin
    assert (event.before or {})["Value"] == "-1.0"
    assert (event.after or {})["Value"] == "1.5"
    assert Event.objects.filter(kind="row.imported", **place).exists()
    assert Configuration.objects.get(pk=now.pk_here or 0).value == 1.5


def test_an_orphan_line_goes_to_the_change_that_is_named(
    cast: Cast, old: OldDatabase
) -> None:
    row = imported(old, ITEM, EngineeringDetailProblemId=77, Qty=3.0)
    correct_row(row_id=row.pk, typed={"EngineeringDetailProblemId": "2"}, by=cast.admin)
    change = ChangeNotice.objects.get(pk=2)
    assert {line.qty for line in change.items.all()} == {2, 3}
    assert ChangeItem.objects.get(pk=row.source_id).change_id == 2
    checks()


def test_a_second_line_does_not_push_the_first_out(
    cast: Cast, old: OldDatabase
) -> None:
    first = old.add(ITEM, EngineeringDetailProblemId=77, Qty=3.0)
    row = imported(old, ITEM, EngineeringDetailProblemId=78, Qty=4.0)
    for each in (apart(ITEM, first), row):
        typed = {"EngineeringDetailProblemId": "2"}
        correct_row(row_id=each.pk, typed=typed, by=cast.admin)
    lines = ChangeNotice.objects.get(pk=2).items.all()
    assert {line.qty for line in lines} == {2, 3, 4}
    checks()


def test_a_bom_gets_its_number_and_keeps_its_pics(cast: Cast, old: OldDatabase) -> None:
    key = old.add(BOM, ExtBomLeveledId=None)
    old.add(PIC, BomApprovalId=key)
    old.close()
    take_over(old)
    correct_row(
        row_id=apart(BOM, key).pk, typed={"ExtBomLeveledId": "705"}, by=cast.admin
    )
    approval = BomApproval.objects.get(ext_bom_leveled_id=705)
    assert [pic.ext_user_id for pic in approval.pics.all()] == [7]
    assert not LegacyRow.objects.quarantined().exists()
    checks()


def test_a_person_in_charge_goes_to_a_task(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, CHARGE, TaskId=99, ExtUserId=8)
    now = correct_row(row_id=row.pk, typed={"TaskId": "1"}, by=cast.admin)
    assert now.model == "activities.InCharge"
    checks()


def test_a_notice_finds_its_task(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, NOTICE, TaskId=99, Role="manager", Message="lain")
    now = correct_row(row_id=row.pk, typed={"TaskId": "1"}, by=cast.admin)
    assert Notification.objects.get(pk=now.pk_here or 0).task_id == 1


def test_the_next_run_finds_nothing_new(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, ITEM, EngineeringDetailProblemId=77)
    setting = old.add(SETTING, Name="Batas", Value=-1.0)
    old.close()
    take_over(old)
    typed = {"EngineeringDetailProblemId": "2"}
    correct_row(row_id=row.pk, typed=typed, by=cast.admin)
    correct_row(row_id=apart(SETTING, setting).pk, typed={"Value": "3"}, by=cast.admin)
    before = Event.objects.count()
    assert take_over(old).run.written == 0
    assert Event.objects.count() == before
    assert not LegacyRow.objects.conflicts().exists()


def test_what_a_person_corrected_the_old_system_does_not_overrule(
    cast: Cast, old: OldDatabase
) -> None:
    row = imported(old, SETTING, Name="Batas", Value=-1.0)
    now = correct_row(row_id=row.pk, typed={"Value": "3"}, by=cast.admin)
    old.change(SETTING, row.source_id, Value=4.0)
    take_over(old)
    assert Configuration.objects.get(pk=now.pk_here or 0).value == 3
    assert raw(LegacyRow.objects.conflicts().get())["Value"] == "4.0"


# --- Refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "values", "typed", "field"),
    [
        (SETTING, {"Name": "x", "Value": -1.0}, {"Value": "banyak"}, "Value"),
        (ITEM, {"EngineeringDetailProblemId": 77}, {"Qty": "dua"}, "Qty"),
        (
            ITEM,
            {"EngineeringDetailProblemId": 77},
            {"ExtItemId": "9" * 20},
            "ExtItemId",
        ),
        (
            ITEM,
            {"EngineeringDetailProblemId": 77},
            {"CreatedAt": "kemarin"},
            "CreatedAt",
        ),
        (NOTICE, {"TaskId": 99}, {"IsRead": "mungkin"}, "IsRead"),
        (
            ITEM,
            {"EngineeringDetailProblemId": 77},
            {"EngineeringDetailProblemId": "78"},
            "EngineeringDetailProblemId",
        ),
        (CHARGE, {"TaskId": 99}, {"TaskId": "98"}, "TaskId"),
        (CHARGE, {"TaskId": 99}, {"TaskId": ""}, "TaskId"),
    ],
)
def test_a_value_that_no_column_holds_is_refused_at_its_column(
    cast: Cast,
    old: OldDatabase,
    table: str,
    values: dict[str, Any],
    typed: dict[str, str],
    field: str,
) -> None:
    row = imported(old, table, **values)
    before = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        correct_row(row_id=row.pk, typed=typed, by=cast.admin)
    assert (refused.value.code, list(refused.value.errors)) == ("invalid", [field])
    assert apart(table, row.source_id).pk == row.pk
    assert Event.objects.count() == before


def test_what_would_be_put_apart_again_is_refused(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    with pytest.raises(DomainError, match="role_unknown"):
        correct_row(row_id=row.pk, typed={"Role": "admin"}, by=cast.admin)
    assert apart("UserRoles", row.source_id).pk == row.pk


def test_a_record_that_people_have_worked_on_is_left_alone(
    cast: Cast, old: OldDatabase
) -> None:
    row = imported(old, ITEM, EngineeringDetailProblemId=77)
    edit_change(change_id=2, by=cast.hendi, fields={"engineering": "dari EMS"})
    typed = {"EngineeringDetailProblemId": "2"}
    with pytest.raises(DomainError) as refused:
        correct_row(row_id=row.pk, typed=typed, by=cast.admin)
    assert refused.value.code == "illegal_transition"
    assert ChangeNotice.objects.get(pk=2).engineering == "dari EMS"


def test_only_administrators(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    for person in (cast.agus, cast.hendi, cast.rina):
        with pytest.raises(DomainError) as refused:
            correct_row(row_id=row.pk, typed={"Role": "pic"}, by=person)
        assert refused.value.code == "forbidden"
        with pytest.raises(DomainError):
            leave_out(row_id=row.pk, reason="tidak perlu", by=person)


def test_without_the_old_database_nothing_can_be_taken_over(
    cast: Cast, old: OldDatabase, settings: Any
) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    settings.LEGACY_DATABASE_URL = ""
    with pytest.raises(DomainError, match="LEGACY_DATABASE_URL"):
        correct_row(row_id=row.pk, typed={"Role": "pic"}, by=cast.admin)


# --- Left out, and conflicts ------------------------------------------------------------


def test_a_row_is_left_out_with_a_reason(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    with pytest.raises(DomainError) as refused:
        leave_out(row_id=row.pk, reason="  ", by=cast.admin)
    assert list(refused.value.errors) == ["reason"]
    leave_out(row_id=row.pk, reason="sudah pindah", by=cast.admin)
    row.refresh_from_db()
    assert (row.outcome, raw(row)["Role"]) == (Outcome.ACCEPTED, "kepala")
    event = Event.objects.get(kind="old_row.left_out", record_id=row.pk)
    assert (event.actor, event.note) == (cast.admin, "sudah pindah")
    assert take_over(old).run.written == 0
    row.refresh_from_db()
    assert row.outcome == Outcome.ACCEPTED


def test_a_row_is_treated_once(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, "UserRoles", UserId=8, Role="kepala")
    leave_out(row_id=row.pk, reason="sudah pindah", by=cast.admin)
    with pytest.raises(DomainError) as refused:
        leave_out(row_id=row.pk, reason="lagi", by=cast.admin)
    assert refused.value.code == "illegal_transition"
    with pytest.raises(DomainError) as refused:
        correct_row(row_id=row.pk, typed={"Role": "pic"}, by=cast.admin)
    assert refused.value.code == "illegal_transition"


def test_a_conflict_that_is_settled_stays_settled(cast: Cast, old: OldDatabase) -> None:
    take_over(old)
    edit_change(change_id=2, by=cast.hendi, fields={"engineering": "dari EMS"})
    old.change(ECN, 2, Engineering="dari sistem lama")
    take_over(old)
    row = LegacyRow.objects.conflicts().get()
    assert raw(row)["Engineering"] == "dari sistem lama"
    keep_here(row_id=row.pk, reason="EMS yang benar", by=cast.admin)
    event = Event.objects.get(kind="old_row.kept", record_id=2)
    assert (event.actor, event.note) == (cast.admin, "EMS yang benar")
    take_over(old)
    assert not LegacyRow.objects.conflicts().exists()
    with pytest.raises(DomainError):
        keep_here(row_id=row.pk, reason="lagi", by=cast.admin)
    old.change(ECN, 2, Engineering="sekali lagi")
    take_over(old)
    assert raw(LegacyRow.objects.conflicts().get())["Engineering"] == "sekali lagi"
    assert ChangeNotice.objects.get(pk=2).engineering == "dari EMS"


def test_each_row_in_quarantine_can_be_left_out(cast: Cast, old_folder: Path) -> None:
    take_over(damaged(old_folder))
    rows = list(LegacyRow.objects.quarantined())
    assert len(rows) > 8
    for row in rows:
        leave_out(row_id=row.pk, reason="tidak perlu", by=cast.admin)
    assert not LegacyRow.objects.quarantined().exists()
    checks()


def test_tasks_are_still_there(cast: Cast, old: OldDatabase) -> None:
    row = imported(old, CHARGE, TaskId=99, ExtUserId=8)
    correct_row(row_id=row.pk, typed={"TaskId": "1"}, by=cast.admin)
    assert LegacyRow.objects.get(table=TASK, source_id=1).outcome == Outcome.IMPORTED
