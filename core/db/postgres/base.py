"""Django's PostgreSQL, but one that cannot be reached keeps nobody waiting.

A web server that is cut off from its database would else let every request wait three seconds for
the pool before it says so. The balancer in front, which then asks another web server, can do so at
once.
"""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper as Plain

PAUSE = 1.0  # seconds between two questions whether it is back
PATIENCE = 2  # seconds for one of them


class Absence:
    """Whether the database is away, as a thread of its own finds out.

    A pool that has no connection left is no sign of it: the thread asks for one outside of the pool.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_known(self) -> bool:
        """Whether nobody needs to ask."""
        return self._gone.is_set()

    def suspect(self, reach: Callable[[], None], came_back: Callable[[], None]) -> None:
        """Look, unless somebody does.

        ``reach`` raises psycopg's OperationalError while it is away; ``came_back`` is called once
        it is not any more.
        """
        with self._lock:
            if self._thread and self._thread.is_alive():
                return
            self._thread = threading.Thread(
                target=self._watch, args=(reach, came_back), daemon=True
            )
            self._thread.start()

    def _watch(self, reach: Callable[[], None], came_back: Callable[[], None]) -> None:
        pause = threading.Event()
        while not _works(reach):
            self._gone.set()
            pause.wait(PAUSE)
        if self.is_known:
            came_back()
            self._gone.clear()


def _works(reach: Callable[[], None]) -> bool:
    try:
        reach()
    except psycopg.OperationalError:
        return False
    return True


absence = Absence()  # of this process


class DatabaseWrapper(Plain):
    """The same, but it gives up at once while the database is known to be away."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """Raises psycopg's OperationalError."""
        if absence.is_known:
            raise psycopg.OperationalError("the database cannot be reached")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            absence.suspect(lambda: self._reach(conn_params), self._forget_pool)
            raise

    def _reach(self, conn_params: Any) -> None:
        psycopg.connect(**(conn_params | {"connect_timeout": PATIENCE})).close()

    def _forget_pool(self) -> None:
        """The pool waits longer each time that it tries: a new one begins at once."""
        self.close_pool()
