"""A bounded round of each, and each sabotage proven red; the long runs stand in benchmarks/."""

import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.once]
HERE = Path(__file__).resolve().parents[2]
KILLS, BOMS, TASK_KILLS = 12, 10, 13


Play = Callable[..., dict[str, Any]]


@pytest.fixture
def play(tmp_path: Path, migrated: Path) -> Play:
    """Run one of the programs on a fresh SQLite file; what it printed."""
    database = tmp_path / "chaos.sqlite3"
    shutil.copy(migrated, database)
    return functools.partial(_play, database)


def _play(database: Path, kind: str, *arguments: str) -> dict[str, Any]:
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            f"tests.chaos.{kind}",
            "--database",
            f"sqlite:///{database}",
            *arguments,
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith('{"')]
    assert lines, run.stderr[-2000:]
    return dict(json.loads(lines[-1]))


def test_killed_anywhere_nothing_is_lost_or_done_twice(play: Play) -> None:
    found = play("kill9", "--kills", str(KILLS), "--points")
    assert found["clean"], found
    assert found["killed"] > 0


@pytest.mark.parametrize(
    ("sabotage", "count"),
    [
        ("on_commit", "lost_snapshots"),
        pytest.param("key_ignored", "double_effects", marks=pytest.mark.long),
    ],
)
def test_kill9_sees_sabotage(sabotage: str, count: str, play: Play) -> None:
    found = play("kill9", "--kills", "20", "--sabotage", sabotage)
    assert not found["clean"]
    assert found[count] > 0, found


def test_killed_while_signing_no_notice_and_no_work_order_is_lost(
    play: Play,
) -> None:
    found = play("kill9_tasks", "--kills", str(TASK_KILLS), "--points")
    assert found["clean"], found
    assert found["killed"] > TASK_KILLS // 2


@pytest.mark.parametrize(
    ("sabotage", "count"),
    [
        ("notices_later", "lost_notices"),
        pytest.param("orders_later", "lost_orders", marks=pytest.mark.long),
        pytest.param("key_ignored", "double_orders", marks=pytest.mark.long),
    ],
)
def test_kill9_of_tasks_sees_sabotage(sabotage: str, count: str, play: Play) -> None:
    rounds = ("--kills", str(TASK_KILLS), "--points")
    found = play("kill9_tasks", *rounds, "--sabotage", sabotage)
    assert not found["clean"]
    assert found[count] > 0, found


def test_six_processes_at_once_break_nothing(play: Play) -> None:
    found = play("race", "--boms", str(BOMS))
    assert found["clean"], found
    assert found["outcomes"]["done"] > 0


def test_six_processes_over_http_break_nothing(play: Play) -> None:
    found = play("race", "--boms", str(BOMS), "--http")
    assert found["clean"], found
    assert found["outcomes"]["done"] > 0


@pytest.mark.parametrize(
    "sabotage",
    [
        "no_lock",
        pytest.param("no_unique", marks=pytest.mark.long),
        pytest.param("no_revision", marks=pytest.mark.long),
    ],
)
def test_the_race_sees_sabotage(sabotage: str, play: Play) -> None:
    found = play("race", "--boms", "20", "--sabotage", sabotage)
    assert not found["clean"], found


def test_what_is_backed_up_under_load_is_restored_whole(play: Play) -> None:
    found = play("drills", "--drills", "2")
    assert found["clean"], found
    assert found["events"] > 0
    assert found["files"] > 0


@pytest.mark.parametrize(
    "sabotage",
    [
        "file",
        pytest.param("database", marks=pytest.mark.long),
        pytest.param("manifest", marks=pytest.mark.long),
    ],
)
def test_a_spoilt_backup_is_never_restored(sabotage: str, play: Play) -> None:
    found = play("drills", "--drills", "1", "--sabotage", sabotage)
    assert (found["passed"], found["clean"]) == (0, False), found
