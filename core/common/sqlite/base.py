"""Django's SQLite, with a fair wait for the one writer.

SQLite's own busy handler sleeps longer each time it is refused (1, 2, 5 … 100 ms), so that whoever
has waited longest is the least likely to be next: of six people who decide at once the unluckiest
waited for half a second. Here everyone asks again every millisecond.
"""

import time
from sqlite3 import OperationalError as Refused

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

PAUSE = 0.001  # seconds
BUSY = "database is locked"


class DatabaseWrapper(base.DatabaseWrapper):
    """The same, but for how a transaction begins."""

    def _start_transaction_under_autocommit(self) -> None:
        """BEGIN IMMEDIATE within the ``timeout`` of the settings, in seconds; raises
        OperationalError when it ran out."""
        end = time.monotonic() + self.settings_dict["OPTIONS"]["timeout"]
        self._wait_at_most(0)
        try:
            while not self._began():
                if time.monotonic() > end:
                    raise OperationalError(BUSY)
                time.sleep(PAUSE)
        finally:
            self._wait_at_most(self.settings_dict["OPTIONS"]["timeout"])

    def _began(self) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except OperationalError as error:
            if isinstance(error.__cause__, Refused) and BUSY in str(error):
                return False
            raise
        return True

    def _wait_at_most(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
