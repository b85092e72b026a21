"""Django's SQLite, with a fair wait for the one writer.

SQLite's own busy handler sleeps longer each time it is refused (1, 2, 5 … 100 ms). The longest
waiting is then the least likely to be next: of six people who decided at once the unluckiest waited
for half a second. Here every connection asks again each millisecond, to begin a transaction and for a
single statement outside of one. Both must do it: the one that slept longer would never be next.
"""

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base

from core.text.normal_form import plain_text

PAUSE = 0.001  # seconds
READS = ("SELECT", "PRAGMA")  # have nobody to wait for (WAL)


class Cursor(base.SQLiteCursorWrapper):
    """The same, but for how a statement waits that takes the place of the writer."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Within the connection's ``timeout``; raises sqlite3.OperationalError when it ran out."""
        line = self.connection
        if line.in_transaction or query.startswith(READS):
            return super().execute(query, params)
        patience: int = line.execute("PRAGMA busy_timeout").fetchone()[0]
        end = time.monotonic() + patience / 1000
        line.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    return super().execute(query, params)
                except sqlite3.OperationalError as error:
                    if not _is_busy(error) or time.monotonic() > end:
                        raise
                time.sleep(PAUSE)
        finally:
            line.execute(f"PRAGMA busy_timeout = {patience}")


def _plain(text: str | None) -> str | None:
    return None if text is None else plain_text(text)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether somebody else writes; a view that is too old to write from stays so."""
    code = getattr(error, "sqlite_errorcode", 0)
    is_old = code == sqlite3.SQLITE_BUSY_SNAPSHOT
    return code & 0xFF == sqlite3.SQLITE_BUSY and not is_old


class DatabaseWrapper(base.DatabaseWrapper):
    """The same, with that cursor, and with the normal form of texts as a function."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection that knows EMS_PLAIN (``core.text.normal_form``)."""
        made = super().get_new_connection(conn_params)
        made.create_function("EMS_PLAIN", 1, _plain, deterministic=True)
        return made

    def create_cursor(self, name: str | None = None) -> Cursor:
        """One that waits fairly."""
        found: Cursor = self.connection.cursor(factory=Cursor)
        return found
