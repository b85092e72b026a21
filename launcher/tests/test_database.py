"""The database is made ready once, and what is wrong with it is said."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from launcher import database
from launcher.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_migrated_database_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(database, "call_command", lambda name, **_: calls.append(name))
    database.make_ready(is_seeded=False)
    assert calls == []


def test_an_empty_one_is_filled_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(database, "call_command", lambda name, **_: calls.append(name))
    monkeypatch.setattr(database, "is_behind", lambda: True)
    monkeypatch.setattr(database, "back_up_sqlite", lambda: calls.append("copy"))
    database.make_ready(is_seeded=True)
    assert calls == ["copy", "migrate", "seed_demo"]
    assert "Bringing the database up to date" in capsys.readouterr().out


def test_of_two_that_start_together_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    most: list[int] = []

    def start() -> None:
        with database.start_lock():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.2)
            inside.pop()
        connection.close()

    monkeypatch.setattr(database, "PAUSE", 0.02)
    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1]


def test_waiting_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file lock is let go of with the process")
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    monkeypatch.setattr(database, "_try_lock", lambda _cursor: False)
    with pytest.raises(Refusal, match="ten minutes"), database.start_lock():
        pass


def test_a_migration_has_no_limit_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such limit")
    seen: list[str] = []

    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    real = MigrationExecutor.migrate

    def migrate(*args: Any, **options: Any) -> Any:
        seen.append(limit())
        return real(*args, **options)

    monkeypatch.setattr(MigrationExecutor, "migrate", migrate)
    before = limit()
    call_command("migrate", verbosity=0)
    assert [before, *seen, limit()] == ["15s", "0", "15s"]


def test_a_copy_is_kept_before_a_migration() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is backed up by the archive")
    name = Path(connection.settings_dict["NAME"])
    database.back_up_sqlite()
    (copy,) = name.parent.glob(f"{name.name}.before-*")
    with sqlite3.connect(copy) as found:
        assert (
            found.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 10
        )
    found.close()
    copy.unlink()


def test_what_the_database_says_is_said_in_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**_: bool) -> None:
        raise OperationalError("disk I/O error\nmore")

    monkeypatch.setattr(database, "_make_ready", fail)
    with pytest.raises(Refusal, match=r"^DATABASE_URL: disk I/O error$"):
        database.make_ready(is_seeded=False)


def test_an_absent_server_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = {
        "NAME": "ems",
        "USER": "ems",
        "PASSWORD": "hush",
        "HOST": "127.0.0.1",
        "PORT": "9",
        "OPTIONS": {"pool": {}, "sslmode": "disable"},
    }
    for name, value in absent.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    monkeypatch.setattr(connection, "vendor", "postgresql", raising=False)
    with pytest.raises(Refusal, match=r"^DATABASE_URL: .*127\.0\.0\.1") as refusal:
        database.require_database()
    assert "hush" not in str(refusal.value)
