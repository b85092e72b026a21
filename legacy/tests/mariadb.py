"""An old database in a real MariaDB on loopback, where one answers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from legacy.schema import TABLES
from legacy.tests.old_database import OldDatabase

PLACE: dict[str, Any] = {"host": "127.0.0.1", "user": "root", "charset": "utf8mb4"}
SQL = {
    "int": "int",
    "text": "longtext",
    "time": "datetime(6)",
    "double": "double",
    "bool": "tinyint(1)",
}


def connected(**others: Any) -> Any:
    """A line of root's; skips with a sentence where no MariaDB answers."""
    pymysql = pytest.importorskip(
        "pymysql", reason="requirements-import.txt is not installed"
    )
    try:
        return pymysql.connect(**PLACE, autocommit=True, connect_timeout=3, **others)
    except (pymysql.Error, OSError):
        pytest.skip(
            "no MariaDB answers on 127.0.0.1:3306; the SQLite copy covers the logic"
        )


@contextmanager
def copied(old: OldDatabase, name: str) -> Iterator[str]:
    """The same rows there; the address of the database."""
    with closing(connected()) as line, line.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
        cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        for table, columns in TABLES.items():
            _copy(old, cursor, f"`{name}`.`{table}`", table, columns)
        try:
            yield f"mysql://root@127.0.0.1:3306/{name}"
        finally:
            cursor.execute(f"DROP DATABASE `{name}`")


def _copy(
    old: OldDatabase, cursor: Any, place: str, table: str, columns: dict[str, str]
) -> None:
    inside = ", ".join(f"`{name}` {SQL[kind]}" for name, kind in columns.items())
    cursor.execute(f"CREATE TABLE {place} ({inside}, PRIMARY KEY (`Id`))")
    rows = old.line.execute(f"SELECT * FROM `{table}`").fetchall()  # noqa: S608
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {place} VALUES ({marks})", rows)  # noqa: S608


def kill_lines_to(name: str) -> int:
    """End every connection that works in this database; how many there were."""
    with closing(connected()) as line, line.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist WHERE db = %s", [name]
        )
        ids = [row[0] for row in cursor.fetchall()]
        for each in ids:
            cursor.execute(f"KILL {each:d}")
        return len(ids)
