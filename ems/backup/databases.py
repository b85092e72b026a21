"""The database as one file, at one moment, while everybody goes on working; and back again."""

import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from launcher.database import copy_sqlite

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAMES = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}
WAIT_SECONDS = 10.0


class DumpError(Exception):
    """The database could not be written or read; the text says why and what to do."""


def dump(file: Path) -> None:
    """Write the whole database to a file: SQLite's own copy of a running system, or ``pg_dump``."""
    if connection.vendor == SQLITE:
        _copy(str(connection.settings_dict["NAME"]), str(file))
        _require_whole(file)
    else:
        _run("pg_dump", "--format=custom", f"--file={file}", "--no-owner")
        _run("pg_restore", "--list", str(file))


def _copy(source: str, target: str) -> None:
    try:
        copy_sqlite(source, target)
    except sqlite3.Error as error:
        raise DumpError(f"SQLite: {error}") from error


def _require_whole(file: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(file)) as found:
            said = found.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise DumpError(f"The copy of the database is damaged: {error}") from error
    if said != "ok":
        raise DumpError(f"The copy of the database is damaged: {said}")


def load(file: Path) -> None:
    """Put a file that ``dump`` wrote in the place of the database. Raises DumpError."""
    connection.close()
    if connection.vendor == SQLITE:
        _require_whole(file)
        _replace(Path(str(connection.settings_dict["NAME"])), file)
    else:
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            "--dbname",
            str(connection.settings_dict["NAME"]),
            str(file),
        )


def _replace(place: Path, file: Path) -> None:
    """Rename a whole copy onto the file, so that nobody meets half of it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _require_alone(place)
    draft = place.with_name(f".{place.name}.restored")
    _copy(str(file), str(draft))
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    draft.replace(place)


def _require_alone(place: Path) -> None:
    """Nobody has the old file open for writing: what they wrote would be lost with it."""
    if not place.exists():
        return
    try:
        with contextlib.closing(
            sqlite3.connect(place, timeout=WAIT_SECONDS, isolation_level=None)
        ) as found:
            found.execute("PRAGMA locking_mode=EXCLUSIVE")
            found.execute("BEGIN EXCLUSIVE")
            found.execute("COMMIT")
            # The last one out folds the log into the file; while somebody else is in, it cannot.
            busy = found.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        raise DumpError(f"{place} is in use ({error}). Stop EMS first.") from error
    if busy:
        raise DumpError(f"{place} is in use. Stop EMS first.")


def is_empty() -> bool:
    """Whether there is nothing in the database that a restore would cover."""
    tables = connection.introspection.table_names()
    if "accounts_user" not in tables:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM accounts_user")
        return not cursor.fetchone()[0]


def _run(program: str, *options: str) -> None:
    """A program of PostgreSQL's with this database; the password goes by the environment, unseen."""
    place = connection.settings_dict
    named = {
        "PGHOST": place["HOST"],
        "PGPORT": place["PORT"],
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
    }
    given = {name: str(value) for name, value in named.items() if value}
    _finish([program, *options], os.environ | given)


def _finish(command: Sequence[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            command, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise DumpError(
            f"{command[0]} is not installed. It comes with PostgreSQL's client programs."
        ) from error
    if done.returncode:
        raise DumpError(f"{command[0]}: {done.stderr.strip()[-2000:]}")
