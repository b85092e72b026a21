"""The wait for SQLite's one writer."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper as Plain
from django.db.utils import ConnectionHandler

from core.common.sqlite import base

pytestmark = pytest.mark.django_db
ENGINE = "core.common.sqlite"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a table of numbers."""
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE numbers (number INTEGER)")
    return tmp_path / "x.sqlite3"


def connect(file: Path, seconds: float) -> base.DatabaseWrapper:
    """A connection that waits this long for the writer."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": seconds}
    given = {"ENGINE": ENGINE, "NAME": str(file), "OPTIONS": options}
    made = ConnectionHandler({"default": given})["default"]
    assert isinstance(made, base.DatabaseWrapper)
    made.ensure_connection()
    return made


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who is writing."""
    with closing(
        sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    ) as made:
        made.execute("BEGIN IMMEDIATE")
        yield made


def busy_timeout(connection: base.DatabaseWrapper) -> int:
    """Milliseconds that any other statement would wait."""
    with connection.cursor() as cursor:
        found: int = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    return found


def test_it_begins_when_the_writer_has_ended(
    file: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, tries = connect(file, 30), threading.Semaphore(0)
    ask: Callable[[Plain], None] = vars(Plain)["_start_transaction_under_autocommit"]

    def counted(self: Plain) -> None:
        tries.release()
        ask(self)

    monkeypatch.setattr(Plain, "_start_transaction_under_autocommit", counted)

    def end_after_three_refusals() -> None:
        for _each in range(3):
            tries.acquire()
        writer.execute("COMMIT")

    thread = threading.Thread(target=end_after_three_refusals)
    thread.start()
    connection._start_transaction_under_autocommit()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO numbers VALUES (1)")
    connection.connection.execute("COMMIT")
    assert busy_timeout(connection) == 30_000
    connection.close()


@pytest.mark.usefixtures("writer")
def test_it_gives_up_after_the_timeout(file: Path) -> None:
    connection = connect(file, 0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        connection._start_transaction_under_autocommit()
    assert busy_timeout(connection) == 50
    connection.close()


def test_another_fault_is_not_waited_for(file: Path) -> None:
    connection = connect(file, 30)
    connection._start_transaction_under_autocommit()
    with pytest.raises(OperationalError, match="within a transaction"):
        connection._start_transaction_under_autocommit()
    connection.close()
