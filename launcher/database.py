"""Brings the database up to date: once, under a lock, however many start together."""

import contextlib
import fcntl
import logging
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from launcher.refusals import Refusal

# Any number; the same for all of us, and no other program's.
ADVISORY_LOCK = 0x454D53
PATIENCE = 600.0
PAUSE = 0.2


def make_ready(*, is_seeded: bool) -> None:
    """Migrate and, when asked, fill an empty database; says what it does."""
    require_database()
    try:
        _make_ready(is_seeded=is_seeded)
    except DatabaseError as error:
        raise Refusal(f"DATABASE_URL: {_first_line(error)}") from error
    finally:
        # The server's processes open their own; a pool has threads besides.
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]


def _make_ready(*, is_seeded: bool) -> None:
    if not is_behind() and not (is_seeded and is_empty()):
        return
    with start_lock():
        if is_behind():
            back_up_sqlite()
            say("Bringing the database up to date ...")
            call_command("migrate", verbosity=0, interactive=False)
        if is_seeded and is_empty():
            say("Filling it with a small company to try things on ...")
            with quiet():
                call_command("seed_demo")


def say(sentence: str) -> None:
    """Tell at once: what follows takes seconds."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Leave out what is no news while the first people and papers are made."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(before)


def require_database() -> None:
    """Refuse, within seconds and by name, a database that does not answer."""
    given = connection.settings_dict
    try:
        if connection.vendor == "postgresql":
            psycopg.connect(**_parameters(given)).close()
        else:
            connection.ensure_connection()
    except (psycopg.Error, DatabaseError) as error:
        where = given["HOST"] or given["NAME"]
        sentence = f"DATABASE_URL: the database at {where} cannot be reached"
        raise Refusal(f"{sentence}: {_first_line(error)}") from error


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    names |= {"HOST": "host", "PORT": "port"}
    found = {theirs: given[ours] for ours, theirs in names.items() if given[ours]}
    return {name: v for name, v in given["OPTIONS"].items() if name != "pool"} | found


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def is_behind() -> bool:
    """Whether a migration waits."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_empty() -> bool:
    """Whether nobody has ever been here."""
    return not get_user_model().objects.exists()


def start_lock() -> contextlib.AbstractContextManager[None]:
    """Wait until no other start works on this database."""
    return _alone_postgres() if connection.vendor == "postgresql" else _alone_sqlite()


@contextlib.contextmanager
def _alone_sqlite() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    with Path(f"{name}.lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _alone_postgres() -> Iterator[None]:
    """A lock of the session: PostgreSQL lets go of it when we die."""
    ends = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while not _try_lock(cursor):
            if time.monotonic() > ends:
                raise Refusal("Another start has been migrating for ten minutes.")
            time.sleep(PAUSE)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _try_lock(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
    return bool(cursor.fetchone()[0])


def back_up_sqlite() -> None:
    """Before a SQLite file with data is migrated: a copy beside it, by the backup API."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or not connection.introspection.table_names():
        return
    copy_sqlite(name, f"{name}.before-{time.strftime('%Y%m%d-%H%M%S')}")


def copy_sqlite(source: str, target: str) -> None:
    """Copy a SQLite file that may be in use, at one moment, by the backup API."""
    with (
        contextlib.closing(sqlite3.connect(source)) as given,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        given.backup(copy)
