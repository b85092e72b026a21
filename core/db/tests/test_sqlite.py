"""The wait for SQLite's one writer."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3.base import SQLiteCursorWrapper as Plain
from django.db.utils import ConnectionHandler

from core.db.sqlite import base

pytestmark = pytest.mark.django_db
ENGINE = "core.db.sqlite"
ADD = "INSERT INTO numbers VALUES (1)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a table of numbers."""
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE numbers (number INTEGER)")
        made.execute("INSERT INTO numbers VALUES (0), (0)")
        made.commit()
    return tmp_path / "x.sqlite3"


def connect(file: Path, **options: Any) -> base.DatabaseWrapper:
    """A connection with these options."""
    options |= {"transaction_mode": "IMMEDIATE"}
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


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """One more for each time that SQLite was asked for the writer's place."""
    made, ask = threading.Semaphore(0), Plain.execute

    def counted(self: Plain, query: str, params: Any = None) -> Any:
        if query.startswith(("BEGIN", "INSERT")):
            made.release()
        return ask(self, query, params)

    monkeypatch.setattr(Plain, "execute", counted)
    return made


def begin(connection: base.DatabaseWrapper) -> None:
    connection.set_autocommit(
        False, force_begin_transaction_with_broken_autocommit=True
    )


def add(connection: base.DatabaseWrapper) -> None:
    """A statement outside of one."""
    with connection.cursor() as cursor:
        cursor.execute(ADD)


def busy_timeout(connection: base.DatabaseWrapper) -> int:
    """Milliseconds that any other statement would wait."""
    with connection.cursor() as cursor:
        found: int = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    return found


@pytest.mark.parametrize("act", [begin, add])
def test_its_turn_comes_when_the_writer_has_ended(
    file: Path,
    writer: sqlite3.Connection,
    tries: threading.Semaphore,
    act: Callable[[base.DatabaseWrapper], None],
) -> None:
    connection = connect(file, timeout=8)

    def end_after_three_refusals() -> None:
        for _each in range(3):
            tries.acquire()
        writer.execute("COMMIT")

    thread = threading.Thread(target=end_after_three_refusals, daemon=True)
    thread.start()
    act(connection)
    thread.join()
    assert busy_timeout(connection) == 8_000
    connection.close()


@pytest.mark.parametrize("act", [begin, add])
@pytest.mark.usefixtures("writer")
def test_it_gives_up_after_the_timeout(
    file: Path, act: Callable[[base.DatabaseWrapper], None]
) -> None:
    connection = connect(file, timeout=0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        act(connection)
    assert busy_timeout(connection) == 50
    connection.close()


def test_without_a_timeout_it_waits_as_long_as_python_does(file: Path) -> None:
    connection = connect(file)
    begin(connection)
    assert busy_timeout(connection) == 5_000
    connection.close()


def test_another_fault_is_not_waited_for(
    file: Path, tries: threading.Semaphore
) -> None:
    connection = connect(file, timeout=30)
    begin(connection)
    with pytest.raises(OperationalError, match="within a transaction"):
        begin(connection)
    assert [tries.acquire(blocking=False) for _each in range(3)] == [True, True, False]
    connection.close()


def test_a_view_that_is_too_old_is_not_waited_for(
    file: Path, tries: threading.Semaphore
) -> None:
    connection = connect(file, timeout=8)
    reader = connection.cursor().execute("SELECT number FROM numbers")
    assert reader.fetchone() == (0,)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(ADD)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(connection)
    assert [tries.acquire(blocking=False) for _each in range(2)] == [True, False]
    connection.close()
