"""Small tables, files by digest, and the old system's own API as the other side."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Model

from aianalyzer.models import InquiryAiGeneration
from core.accounts.models import UserRole
from engineering.models import (
    ChangeAttachment,
    ChangeNotice,
    Configuration,
    DepartmentConfig,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from legacy.models import LegacyRow, LegacyRun
from legacy.old_api import OldApi, wire_name
from legacy.services import correct_row
from legacy.source import open_source
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import ECN, ITEM, OldDatabase, usual
from legacy.tests.old_server import serving
from notifications.models import Notification
from supportdocs.models import (
    DocumentVersion,
    SupportEngineeringDocument,
    SupportTable,
)
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]


def compared(*words: str) -> tuple[int, str]:
    """Exit code and text of ``compare_legacy``."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("compare_legacy", *words, stdout=said, stderr=said)
    return int(ended.value.code or 0), said.getvalue()


def with_files(old: OldDatabase) -> tuple[int, str]:
    """The same, with the old folder."""
    return compared(old.address, "--files", str(old.files))


def last(said: str) -> str:
    """The last line."""
    return said.splitlines()[-1]


def with_a_role(folder: Path) -> OldDatabase:
    """One of everything, and a role that nobody has here."""
    old = usual(folder)
    old.add("UserRoles", UserId=8, Role="spv")
    return old.close()


# --- Small tables ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (UserRole, {"role": "manager"}),
        (Configuration, {"value": 7}),
        (DepartmentConfig, {"department_id": 99}),
        (PanelProcess, {"minutes": 61}),
        (InquiryAiGeneration, {"content": "# Lain"}),
        (EngineerSupport, {"support_dates": "2026-02-12"}),
        (SupportDetail, {"qty": 77}),
        (OutstandingPostPo, {"total_outs": 5}),
        (DonePo, {"outs": 8}),
    ],
)
def test_a_value_that_was_changed_here_is_found(
    cast: Cast, old_folder: Path, model: type[Model], values: dict[str, Any]
) -> None:
    old = with_a_role(old_folder)
    take_over(old)
    assert compared(old.address)[0] == 0
    row = LegacyRow.objects.filter(model=model._meta.label, outcome="imported")[0]
    model._default_manager.filter(pk=row.pk_here or 0).update(**values)
    code, said = compared(old.address)
    assert code == 1, said
    assert int(last(said).split()[0]) in {1, 2}


def test_a_notice_that_says_something_else_is_found(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    Notification.objects.filter(kind="task.imported").update(message="lain")
    assert last(compared(old.address)[1]) == "1 unexpected"


def test_a_document_of_a_job_that_is_gone_or_too_many_is_found(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    link = SupportEngineeringDocument.objects.get()
    other = SupportTable.objects.create(name="baru")
    SupportEngineeringDocument.objects.filter(pk=link.pk).update(document=other)
    code, said = compared(old.address)
    assert code == 1
    assert "job 51 document" in said


def test_what_a_person_corrected_is_no_surprise(
    cast: Cast, old_folder: Path, settings: Any
) -> None:
    old = usual(old_folder)
    key = old.add(ITEM, EngineeringDetailProblemId=77)
    role = old.add("UserRoles", UserId=8, Role="kepala")
    old.close()
    take_over(old)
    settings.LEGACY_DATABASE_URL = old.address
    for table, source_id, typed in (
        (ITEM, key, {"EngineeringDetailProblemId": "2"}),
        ("UserRoles", role, {"Role": "spv"}),
    ):
        row = LegacyRow.objects.get(table=table, source_id=source_id)
        correct_row(row_id=row.pk, typed=typed, by=cast.admin)
    code, said = compared(old.address)
    assert code == 0, said
    assert "corrected by a person: 2" in said


# --- Files ------------------------------------------------------------------------------


def test_files_of_damaged_data_are_explained(cast: Cast, old_folder: Path) -> None:
    old = damaged(old_folder)
    take_over(old)
    code, said = with_files(old)
    assert code == 0, said
    assert "program kept apart" in said
    found = LegacyRun.objects.get(kind="compare").result
    assert found["compared"]["files"] > 3


def flip(name: str) -> None:
    """One bit of one byte in the middle of a stored file."""
    path = Path(default_storage.path(name))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("model", "place"),
    [
        (DocumentVersion, "/supporttables/1/download sha256"),
        (ChangeAttachment, "/photo sha256"),
    ],
)
def test_a_flipped_byte_is_found(
    cast: Cast, old_folder: Path, model: Any, place: str
) -> None:
    old = usual(old_folder)
    take_over(old)
    assert with_files(old)[0] == 0
    name = model.objects.get().stored_name
    flip(name)
    try:
        code, said = with_files(old)
    finally:
        flip(name)
    assert (code, last(said)) == (1, "1 unexpected")
    assert place in said


def test_a_file_that_is_gone_and_an_old_name_that_leads_nowhere_are_found(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    version = DocumentVersion.objects.get()
    version.former_names.all().delete()
    code, said = with_files(old)
    assert (code, last(said)) == (1, "1 unexpected")
    assert "old name" in said
    SupportTable.objects.update(current=None)
    assert last(with_files(old)[1]) == "1 unexpected"


# --- The old API ----------------------------------------------------------------------------


def test_the_old_api_says_the_same(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    take_over(old)
    with serving(old) as address:
        code, said = compared("--api", address)
    assert code == 0, said
    run = LegacyRun.objects.get(kind="compare")
    assert run.source == address
    assert run.result["compared"]["changes"] == 2
    assert run.result["compared"]["files"] == 2


def test_all_damage_is_explained_through_the_old_api(
    cast: Cast, old_folder: Path
) -> None:
    old = damaged(old_folder)
    take_over(old)
    with serving(old) as address:
        code, said = compared("--api", address)
    assert code == 0, said


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ChangeNotice, {"detail_problem": "lain"}),
        (UserRole, {"role": "manager"}),
        (SupportTable, {"name": "lain"}),
    ],
)
def test_a_change_here_is_found_through_the_old_api(
    cast: Cast, old_folder: Path, model: type[Model], values: dict[str, Any]
) -> None:
    old = with_a_role(old_folder)
    take_over(old)
    first = LegacyRow.objects.filter(model=model._meta.label, outcome="imported")[0]
    model._default_manager.filter(pk=first.pk_here or 0).update(**values)
    with serving(old) as address:
        assert compared("--api", address)[0] == 1


def test_five_planted_are_found_through_the_old_api(
    cast: Cast, old_folder: Path
) -> None:
    old = damaged(old_folder)
    take_over(old)
    with serving(old) as address:
        code, said = compared("--api", address, "--plant", "5")
    assert (code, last(said)) == (1, "5 unexpected")


def test_api_and_database_give_the_same_rows(old_folder: Path) -> None:
    old = usual(old_folder)
    old.close()
    with serving(old) as address, open_source(old.address) as source:
        api = OldApi(address)
        for table in ("SupportTables", "Notifications", "EngineeringActivities", ECN):
            theirs = source.roots(table, 0, 100)
            hidden = (
                {"Pn", "Qty", "Uom", "Cost", "ExtItemId"} if table == ECN else set()
            )
            hidden |= {"Description"} if table == ECN else set()
            assert [
                {name: value for name, value in row.items() if name not in hidden}
                for row in api.roots(table, 0, 100)
            ] == [
                {name: value for name, value in row.items() if name not in hidden}
                for row in theirs
            ]
        api.close()


@pytest.mark.parametrize(
    ("column", "name"),
    [("PIC", "pic"), ("TProcess", "tProcess"), ("No", "no"), ("IsRead", "isRead"),
     ("NumberOfECNsThisMonth", "numberOfECNsThisMonth"), ("Id", "id")],
)  # fmt: skip
def test_names_of_the_wire(column: str, name: str) -> None:
    assert wire_name(column) == name


@pytest.mark.parametrize("address", ["ftp://old", "old", "http://"])
def test_what_is_no_address_is_refused(cast: Cast, address: str) -> None:
    code, said = compared("--api", address)
    assert code == 2
    assert "http://" in said


def test_an_old_api_that_is_away_is_a_sentence(cast: Cast) -> None:
    code, said = compared("--api", "http://127.0.0.1:9")
    assert code == 2
    assert "/engineeringDetailProblems" in said


def test_without_any_old_side_it_says_what_is_missing(
    cast: Cast, settings: Any
) -> None:
    code, said = compared("")
    assert code == 2
    assert "LEGACY_DATABASE_URL" in said
