"""A dry run: the same code, into an SQLite file with every constraint that is thrown away after."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from legacy.source import open_source

MANAGE = Path(settings.BASE_DIR) / "manage.py"
CHECKS = ("ledger_verify", "ems_invariants")


def run_dry(
    arguments: Sequence[str], say: Callable[[str], object], *, address: str
) -> int:
    """Run the import with these arguments there; its exit code, or 2 where a check fails.

    The address goes through the environment: arguments are seen by everybody on the machine.
    Raises DomainError where no old database answers there.
    """
    # At once, and not after the tables are made.
    with open_source(address):
        pass
    with tempfile.TemporaryDirectory(prefix="ems-dry-run-") as folder:
        place = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/ems.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "CHECKPOINT_DIR": "",
            "LEGACY_DATABASE_URL": address,
        }
        _call(place, say, "migrate", "--verbosity", "0")
        code = _call(place, say, "import_legacy", *arguments)
        if code not in {0, 1}:
            return code
        for check in CHECKS:
            if _call(place, say, check):
                return 2
        return code


def _call(place: dict[str, str], say: Callable[[str], object], *words: str) -> int:
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(MANAGE), *words],
        env=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                say(line.rstrip())
        except BaseException:
            with suppress(ProcessLookupError):
                process.terminate()
            raise
    return process.returncode
