"""The old database: read only, in one consistent snapshot, a bounded number of rows at a time.

MySQL or MariaDB through PyMySQL, or a recorded copy in an SQLite file with the same tables.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from core.errors import DomainError
from legacy.schema import OPTIONAL, TABLES, TIMES

Row = dict[str, Any]
SECONDS_TO_CONNECT = 10
# A statement that takes longer than this has lost its server.
SECONDS_TO_ANSWER = 300
WITHOUT_DRIVER = "python -m pip install --require-hashes -r requirements-import.lock"
ACCESS_DENIED, NO_DATABASE = {1044, 1045, 1698}, 1049


class Rows(Protocol):
    """Where rows come from: a database, or an API in the shape of its tables."""

    def roots(self, table: str, after: int, limit: int) -> list[Row]:
        """The next rows of a table by id."""

    def children(
        self, table: str, key: str, parents: Sequence[int]
    ) -> dict[int, list[Row]]:
        """Rows of a table by the parent that they name, each list by id."""

    def ids(self, table: str, column: str) -> set[int]:
        """The different whole numbers in a column."""


class Source:
    """A connection to the old database; closed at the end of ``with``."""

    def __init__(self, address: str, line: Any, mark: str) -> None:
        """``line`` is a connection of PEP 249, ``mark`` how it spells a parameter."""
        self.address, self._line, self._mark = address, line, mark
        self.tables: dict[str, list[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(Exception):
            self._line.close()

    def rows(self, sql: str, params: Iterable[Any] = ()) -> list[Row]:
        """The rows of a statement; raises DomainError ``unavailable`` when the server has gone."""
        try:
            cursor = self._line.cursor()
            cursor.execute(sql.replace("%s", self._mark), tuple(params))
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        except _line_errors() as error:
            raise DomainError(
                _(
                    "The old database does not answer any more (%s). What was written stays;"
                    " start the import again and it goes on from there."
                )
                % _reason(error),
                "unavailable",
            ) from None
        return [self._row(names, values) for values in found]

    def _row(self, names: Sequence[str], values: Sequence[Any]) -> Row:
        row = dict(zip(names, values, strict=True))
        for name in TIMES & row.keys():
            row[name] = _moment(row[name])
        return row

    def roots(self, table: str, after: int, limit: int) -> list[Row]:
        """The next rows of a table by id."""
        where = f"SELECT * FROM `{table}` WHERE `Id` > %s ORDER BY `Id` LIMIT {limit:d}"  # noqa: S608
        return self.rows(where, [after])

    def children(
        self, table: str, key: str, parents: Sequence[int]
    ) -> dict[int, list[Row]]:
        """Rows of a table by the parent that they name, each list by id."""
        found: dict[int, list[Row]] = {}
        for first in range(0, len(parents), 500):
            part = list(parents[first : first + 500])
            marks = ", ".join(["%s"] * len(part))
            sql = f"SELECT * FROM `{table}` WHERE `{key}` IN ({marks}) ORDER BY `Id`"  # noqa: S608
            for row in self.rows(sql, part):
                found.setdefault(row[key], []).append(row)
        return found

    def orphans(self, table: str, key: str, parent: str) -> list[Row]:
        """Rows whose parent is not named, or not there."""
        sql = (
            f"SELECT c.* FROM `{table}` c LEFT JOIN `{parent}` p ON p.`Id` = c.`{key}`"  # noqa: S608
            " WHERE p.`Id` IS NULL ORDER BY c.`Id`"
        )
        return self.rows(sql)

    def count(self, table: str) -> int:
        """Number of rows of a table."""
        return int(self.rows(f"SELECT COUNT(*) n FROM `{table}`")[0]["n"])  # noqa: S608

    def last_id(self, table: str) -> int:
        """The largest id of a table; 0 without rows."""
        return int(self.rows(f"SELECT MAX(`Id`) n FROM `{table}`")[0]["n"] or 0)  # noqa: S608

    def all_ids(self, table: str) -> Iterator[int]:
        """Every id of a table, in order, a bounded number at a time."""
        after, limit = -1, 10_000
        sql = f"SELECT `Id` n FROM `{table}` WHERE `Id` > %s ORDER BY `Id` LIMIT {limit:d}"  # noqa: S608
        while found := [int(row["n"]) for row in self.rows(sql, [after])]:
            yield from found
            after = found[-1]

    def ids(self, table: str, column: str) -> set[int]:
        """The different whole numbers in a column."""
        sql = (
            f"SELECT DISTINCT `{column}` n FROM `{table}` WHERE `{column}` IS NOT NULL"  # noqa: S608
        )
        return {int(row["n"]) for row in self.rows(sql)}


def open_source(address: str) -> Source:
    """Connect and look at the tables; raises DomainError with what is wrong and what to do."""
    source = _sqlite(address) if address.startswith("sqlite:") else _mysql(address)
    try:
        _require_tables(source)
    except BaseException:
        source.__exit__(None, None, None)
        raise
    return source


def given_address(address: str) -> str:
    """The address; raises DomainError ``invalid`` where there is none."""
    if not address:
        raise DomainError(
            _("Say where the old database is, or set LEGACY_DATABASE_URL."), "invalid"
        )
    return address


def shown_address(address: str) -> str:
    """The address without its password."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return address
    place = f"{parts.hostname}:{parts.port or 3306}{parts.path}"
    return f"{parts.scheme}://{parts.username or ''}@{place}"


def _mysql(address: str) -> Source:
    try:
        parts = urlsplit(address)
        port = parts.port or 3306
    except ValueError:
        raise _bad_address() from None
    if parts.scheme != "mysql" or not parts.hostname or not parts.path.strip("/"):
        raise _bad_address()
    try:
        import pymysql  # noqa: PLC0415 - needed for the switch only
    except ImportError:
        raise DomainError(
            _("The driver for MySQL is not installed here. Install it: %s")
            % WITHOUT_DRIVER,
            "unavailable",
        ) from None
    try:
        line = pymysql.connect(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=unquote(parts.path.strip("/")),
            charset="utf8mb4",
            connect_timeout=SECONDS_TO_CONNECT,
            read_timeout=SECONDS_TO_ANSWER,
        )
        # One moment of the database for the whole import; and nothing can be written by mistake.
        with line.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    except (pymysql.Error, OSError) as error:
        raise _no_connection(error, parts.hostname, port) from None
    return Source(shown_address(address), line, "%s")


def _bad_address() -> DomainError:
    return DomainError(
        _("The address must be mysql://user:password@host:port/database."), "invalid"
    )


def _no_connection(error: Exception, host: str, port: int) -> DomainError:
    code = error.args[0] if error.args else 0
    if code in ACCESS_DENIED:
        return DomainError(
            _("The old database at %(host)s refuses this user or password.")
            % {"host": host},
            "forbidden",
        )
    if code == NO_DATABASE:
        return DomainError(
            _("There is no database of this name at %(host)s.") % {"host": host},
            "not_found",
        )
    return DomainError(
        _(
            "No MySQL answers at %(host)s:%(port)d (%(reason)s). Check the address and the firewall."
        )
        % {"host": host, "port": port, "reason": _reason(error)},
        "unavailable",
    )


def _sqlite(address: str) -> Source:
    path = Path(address.removeprefix("sqlite://"))
    if not path.is_file():
        raise DomainError(_("There is no file %s.") % path, "not_found")
    line = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    line.execute("BEGIN")
    return Source(address, line, "?")


def _require_tables(source: Source) -> None:
    missing = []
    for table, columns in TABLES.items():
        try:
            names = _columns(source, table)
        except DomainError:
            missing.append(table)
            continue
        source.tables[table] = names
        missing += [
            f"{table}.{name}"
            for name in columns
            if name not in names and (table, name) not in OPTIONAL
        ]
    if missing:
        more = len(missing) - 8
        named = ", ".join(missing[:8]) + (f" (+{more})" if more > 0 else "")
        raise DomainError(
            _(
                "This is not the old system's database: it lacks %s. Nothing was written."
            )
            % named,
            "invalid",
        )


def _columns(source: Source, table: str) -> list[str]:
    if source.address.startswith("sqlite:"):
        return [row["name"] for row in source.rows(f"PRAGMA table_info(`{table}`)")]
    return [row["Field"] for row in source.rows(f"SHOW COLUMNS FROM `{table}`")]


def _moment(value: Any) -> datetime | None:
    """A time of a row; what no calendar has is none."""
    if isinstance(value, datetime) or value is None:
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _line_errors() -> tuple[type[Exception], ...]:
    try:
        import pymysql  # noqa: PLC0415 - needed for the switch only
    except ImportError:
        return (sqlite3.Error,)
    return (sqlite3.Error, pymysql.Error, OSError)


def _reason(error: Exception) -> str:
    return str(error.args[-1] if error.args else error)[:200]
