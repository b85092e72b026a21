"""Whole imports: once, again, after a kill, after a change in the old system, and where it cannot be."""

import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from activities.models import Activity, Task
from bom.models import BomApproval, BomSeen
from core.accounts.models import User
from core.approvals.models import Assignment, Decision, Round
from core.errors import DomainError
from core.integrations import upstreams
from core.ledger.models import Delivery, Event
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.services.changes import edit_change, raise_change
from legacy import running, writing
from legacy.models import LegacyRow, LegacyRun
from legacy.running import begin
from legacy.source import open_source
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import (
    CHARGE,
    ECN,
    ITEM,
    MADE,
    VOTE,
    OldDatabase,
    row_count,
    usual,
)
from notifications.models import Notification
from supportdocs.models import SupportTable
from supportdocs.queries.wire import version_stored_as
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]


def checks() -> str:
    """Raises where an invariant or a chain does not hold."""
    out = StringIO()
    call_command("ledger_verify", stdout=out)
    call_command("ems_invariants", stdout=out)
    return out.getvalue()


def run_command(*words: str) -> int:
    """The exit code of ``import_legacy``."""
    with pytest.raises(SystemExit) as ended:
        call_command("import_legacy", *words, stdout=StringIO(), stderr=StringIO())
    return int(ended.value.code or 0)


def refusal(*words: str) -> str:
    """The sentence with which ``import_legacy`` ends in 2."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_legacy", *words, stdout=StringIO(), stderr=said)
    assert ended.value.code == 2
    assert not LegacyRun.objects.exists()
    assert not ChangeNotice.objects.exists()
    return said.getvalue()


# --- Once ---------------------------------------------------------------------------


def test_invariants_and_chain_hold_afterwards(cast: Cast, old_folder: Path) -> None:
    take_over(damaged(old_folder))
    assert "invariants hold" in checks()


def test_a_decided_change_is_as_it_was(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    change = ChangeNotice.objects.get(number="ECN-0007")
    decision = change.decisions.get()
    assert (decision.approver.ext_id, decision.door) == (3, Decision.Door.IMPORT)
    assert Round.objects.about(change).get().state == Round.State.APPROVED
    assert change.attachments.get().purpose == ChangeAttachment.Purpose.EARLIER
    assert change.items.get().part_number  # PPIC's word for it


def test_a_pending_change_waits_for_who_decides_today(
    cast: Cast, old_folder: Path
) -> None:
    take_over(usual(old_folder))
    change = ChangeNotice.objects.get(number="ECN#2")
    asked = Assignment.objects.waiting_on("engineering.ChangeNotice", change.pk)
    assert {row.person.ext_id for row in asked} == {3, 28}
    assert all(row.asked_at > MADE.astimezone() for row in asked)


def test_a_bom_that_waits_is_owed_a_look_at_ppic(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    settled, waits = (
        BomApproval.objects.get(ext_bom_leveled_id=bom) for bom in (700, 701)
    )
    digests = dict(BomSeen.objects.values_list("ext_bom_leveled_id", "digest"))
    assert (settled.status, digests[700]) == (1, BomSeen.UNREAD)
    assert (waits.status, digests[701]) == (0, BomSeen.OWED)
    assert not Delivery.objects.exists()


def test_nobodys_bell_rings(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    told = Notification.objects.exclude(kind="role.granted").select_related("recipient")
    assert {row.recipient.ext_id for row in told} == {None}


def test_an_order_at_ppic_is_changed_and_not_made_again(
    cast: Cast, old_folder: Path
) -> None:
    take_over(usual(old_folder))
    assert Activity.objects.get(kind=Activity.Kind.POST_PO).has_work_order


def test_a_file_is_found_under_its_old_name(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    version = SupportTable.objects.get().current
    assert version is not None
    (name,) = version.former_names.values_list("name", flat=True)
    assert version_stored_as(name) == version


def test_new_ids_begin_above_the_old_ones(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    change = raise_change(by=cast.rina, fields={"engineering": "baru", "kind": 0})
    assert change.pk > 10_000


def test_doubled_lines_go_where_it_is_asked_for(cast: Cast, old_folder: Path) -> None:
    here = take_over(damaged(old_folder), drops_doubles=True)
    assert here.row("item_doubled_by_input_page").outcome == LegacyRow.Outcome.DROPPED


def test_history_says_what_the_old_system_claims(cast: Cast, old_folder: Path) -> None:
    take_over(usual(old_folder))
    event = Event.objects.get(kind="change.imported", record_id=1)
    assert event.actor is None
    assert event.actor_name
    after = event.after or {}
    assert (after["table"], after["id"], after["decidedBy"]) == (ECN, 1, 3)
    assert [vote["person"] for vote in after["votes"]] == [3]


# --- Again ---------------------------------------------------------------------------


def counts() -> tuple[int, ...]:
    """Rows that a second run must not add."""
    models = (Event, ChangeNotice, Task, LegacyRow, Decision, Assignment, Notification)
    return tuple(model.objects.count() for model in models)


def test_a_second_run_writes_nothing(cast: Cast, old_folder: Path) -> None:
    old = damaged(old_folder)
    take_over(old)
    before = counts()
    assert take_over(old).run.written == 0
    assert counts() == before


def test_a_run_that_was_killed_goes_on(
    cast: Cast, old_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = damaged(old_folder)
    whole = writing.save
    killed = 0
    for allowed in range(1, 60):
        left = iter(range(allowed))

        def cut(built: Any, world: Any, left: Any = left) -> int:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return whole(built, world)

        for module in (writing, running):
            monkeypatch.setattr(module, "save", cut)
        try:
            take_over(old, chunk=3)
            break
        except KeyboardInterrupt:
            killed += 1
    assert killed > 5
    assert LegacyRun.objects.count() == 1
    assert LegacyRow.objects.count() == row_count(old)
    assert "invariants hold" in checks()


def test_a_delta_brings_what_changed(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    take_over(old)
    old.change(ECN, 2, Engineering="Ganti lagi")
    old.add(
        ITEM,
        EngineeringDetailProblemId=1,
        ExtItemId=1003,
        UpdatedAt=MADE.replace(year=2027),
    )
    new = old.add(ECN, CreatedAt=MADE.replace(year=2027))
    old.close()
    take_over(old, since_last=True)
    assert ChangeNotice.objects.get(pk=2).engineering == "Ganti lagi"
    assert ChangeNotice.objects.get(pk=1).items.count() == 2
    assert ChangeNotice.objects.filter(pk=new).exists()
    assert Event.objects.filter(kind="change.reimported").count() == 2
    assert "invariants hold" in checks()


def test_what_ems_has_touched_is_a_conflict_and_never_overwritten(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    edit_change(change_id=2, by=cast.hendi, fields={"engineering": "dari EMS"})
    old.change(ECN, 2, Engineering="dari sistem lama")
    take_over(old, since_last=True)
    assert ChangeNotice.objects.get(pk=2).engineering == "dari EMS"
    assert list(LegacyRow.objects.conflicts().values_list("table", "source_id")) == [
        (ECN, 2)
    ]


@pytest.mark.parametrize("table", [VOTE, CHARGE])
def test_a_changed_child_brings_its_whole_aggregate(
    cast: Cast, old_folder: Path, table: str
) -> None:
    old = usual(old_folder)
    take_over(old)
    old.change(table, 1, ExtUserId=7)
    take_over(old, since_last=True)
    assert Event.objects.filter(kind__endswith=".reimported").exists()
    assert "invariants hold" in checks()


# --- The command -------------------------------------------------------------------------


def test_exit_codes_and_report(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    folder = old_folder / "report"
    assert (
        run_command(old.address, "--files", str(old.files), "--report", str(folder))
        == 0
    )
    assert {path.name for path in folder.iterdir()} == {
        "report.json",
        "report.html",
        "report.xlsx",
    }
    assert ECN in (folder / "report.html").read_text()


def test_something_in_quarantine_ends_in_1(cast: Cast, old_folder: Path) -> None:
    assert run_command(damaged(old_folder).address) == 1


def test_status_names_runs_and_what_became_of_rows(
    cast: Cast, old_folder: Path
) -> None:
    take_over(usual(old_folder))
    said = StringIO()
    call_command("legacy_status", stdout=said)
    assert "imported" in said.getvalue()
    assert "finished" in said.getvalue()


def test_newer_schema_is_kept_as_marks(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    old.line.execute(f"ALTER TABLE `{ECN}` ADD COLUMN `Warna`")
    old.line.execute(f"UPDATE `{ECN}` SET `Warna` = 'merah' WHERE `Id` = 1")  # noqa: S608
    old.close()
    take_over(old)
    event = Event.objects.get(kind="change.imported", record_id=1)
    assert (event.after or {})["old"] == {"Warna": "merah"}


def test_old_migrations_lack_one_column(cast: Cast, old_folder: Path) -> None:
    old = usual(old_folder)
    old.line.execute(f"ALTER TABLE `{ECN}` DROP COLUMN `HasPo`")
    old.close()
    take_over(old)
    assert ChangeNotice.objects.get(pk=1).has_po is None


# --- Where it cannot be ---------------------------------------------------------------------


def test_wrong_addresses_are_refused_in_a_sentence(
    cast: Cast, old_folder: Path
) -> None:
    assert "mysql://" in refusal("postgres://here/x")
    assert "127.0.0.1:1 " in refusal("mysql://root@127.0.0.1:1/x")
    assert "nowhere" in refusal(f"sqlite://{old_folder}/nowhere")


def test_another_schema_is_refused_with_what_is_missing(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    old.line.execute("DROP TABLE `Tasks`")
    old.line.execute(f"ALTER TABLE `{ECN}` DROP COLUMN `Engineering`")
    old.close()
    said = refusal(old.address)
    assert "Tasks" in said
    assert f"{ECN}.Engineering" in said


def test_an_empty_database_is_refused(cast: Cast, old_folder: Path) -> None:
    assert "tidak berisi" in refusal(OldDatabase(old_folder).close().address)


def test_a_folder_that_is_not_there_is_refused(cast: Cast, old_folder: Path) -> None:
    assert "/nowhere" in refusal(usual(old_folder).address, "--files", "/nowhere")


def test_nobody_is_taken_for_a_leaver_while_the_directory_is_away(
    cast: Cast, old_folder: Path, settings: Any
) -> None:
    settings.AUTH_SERVER_URL = settings.MEETING_URL = "http://127.0.0.1:9"
    upstreams.reset()
    old = usual(old_folder)
    assert "--without-directory" in refusal(old.address)
    assert run_command(old.address, "--without-directory") == 0
    assert User.objects.get(ext_id=12).is_active


def test_records_of_its_own_are_not_mixed_with_old_ids(
    cast: Cast, old_folder: Path
) -> None:
    raise_change(by=cast.rina, fields={"engineering": "baru", "kind": 0})
    with (
        open_source(usual(old_folder).address) as source,
        pytest.raises(DomainError, match="Tidak ada yang ditulis"),
    ):
        begin(source)
    assert not LegacyRow.objects.exists()


def test_the_sentence_when_the_driver_is_missing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    assert "requirements-import.lock" in refusal("mysql://root@127.0.0.1/x")
