"""A dry run from end to end: the command and the worker's, in a process and a database of its own."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings as now
from django.core.files.storage import default_storage
from django.core.management import call_command

from core.ledger.models import Event
from engineering.models import ChangeNotice
from launcher.launch import UPSTREAMS
from legacy.dry_run import run_dry
from legacy.models import LegacyRow, LegacyRun
from legacy.services import start_run
from legacy.services.execution import carry_out
from legacy.tests.damage import damaged
from legacy.tests.old_database import OldDatabase, row_count, usual
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
# The other process takes longer than PostgreSQL lets a transaction wait.
outside_a_transaction = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch, _running_sandbox: Any) -> None:
    """A process of its own finds the stand-ins by its environment."""
    monkeypatch.setenv("ALLOW_PLAIN_UPSTREAMS", "true")
    for name, part in UPSTREAMS.items():
        monkeypatch.setenv(name, _running_sandbox.urls[part])


def dry_run(old: OldDatabase, report: Path) -> subprocess.CompletedProcess[str]:
    """``import_legacy --dry-run`` as an administrator types it."""
    words = ["import_legacy", old.address, "--files", str(old.files)]
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *words, "--dry-run", "--report", str(report)],
        cwd=now.BASE_DIR,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


@outside_a_transaction
def test_the_command_reports_and_leaves_nothing(
    cast: Cast, old_folder: Path, tmp_path: Path
) -> None:
    old, report = damaged(old_folder), tmp_path / "report"
    done = dry_run(old, report)
    assert done.returncode == 1, done.stdout + done.stderr
    found = orjson.loads((report / "report.json").read_bytes())
    treated = sum(
        row[name]
        for row in found["tables"]
        for name in ("imported", "merged", "quarantined", "dropped")
    )
    assert treated == row_count(old)
    assert found["quarantined"] > 8
    assert "invariants hold" in done.stdout
    assert not LegacyRow.objects.exists()
    assert not ChangeNotice.objects.exists()


@outside_a_transaction
def test_the_worker_keeps_its_report_and_nothing_else(
    cast: Cast, old_folder: Path, settings: Any
) -> None:
    old = usual(old_folder)
    settings.LEGACY_DATABASE_URL, settings.LEGACY_FILES = old.address, str(old.files)
    run = start_run(kind=LegacyRun.Kind.DRY_RUN, by=cast.admin)
    events = Event.objects.count()
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (LegacyRun.State.DONE, "")
    assert run.read == run.total == row_count(old)
    assert run.result["quarantined"] == 0
    assert default_storage.size(run.workbook) > 1000
    assert Event.objects.count() == events
    assert not LegacyRow.objects.exists()
    assert not ChangeNotice.objects.exists()


@outside_a_transaction
def test_the_worker_says_why_it_could_not(
    cast: Cast, old_folder: Path, settings: Any
) -> None:
    settings.LEGACY_DATABASE_URL = OldDatabase(old_folder).close().address
    run = start_run(kind=LegacyRun.Kind.DRY_RUN, by=cast.admin)
    carry_out.call(run.pk)
    run.refresh_from_db()
    assert run.state == LegacyRun.State.STOPPED
    assert "tidak berisi" in run.problem


def test_another_database_is_refused_before_tables_are_made(
    cast: Cast, old_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = usual(old_folder)
    old.line.execute("DROP TABLE `Tasks`")
    old.close()
    monkeypatch.setattr("legacy.dry_run._call", lambda *_words: pytest.fail("begun"))
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_legacy", old.address, "--dry-run", stderr=said)
    assert ended.value.code == 2
    assert "Tasks" in said.getvalue()


@pytest.mark.parametrize(
    ("codes", "ends"),
    [
        ([0, 0, 0, 0], 0),
        ([0, 1, 0, 0], 1),
        ([0, 2], 2),
        ([0, 0, 1], 2),
        ([0, 0, 0, 1], 2),
    ],
)
def test_it_ends_with_what_import_and_checks_say(
    old_folder: Path, monkeypatch: pytest.MonkeyPatch, codes: list[int], ends: int
) -> None:
    left = iter(codes)
    monkeypatch.setattr("legacy.dry_run._call", lambda *_words: next(left))
    assert run_dry([], print, address=usual(old_folder).address) == ends
    assert list(left) == []
