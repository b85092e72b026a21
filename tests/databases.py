"""A migrated SQLite file for the programs that tests start; conftest.py loads this as a plugin.

To migrate takes ten seconds, to copy the file none.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def _fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("databases") / "migrated.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, _fresh_file: Path) -> None:
    """Before any test: a test that commits leaves the tables without the rows of migrations."""
    from django.db import connection  # noqa: PLC0415 - after the environment

    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        with (
            closing(sqlite3.connect(name)) as source,
            closing(sqlite3.connect(_fresh_file)) as copy,
        ):
            source.backup(copy)


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, _fresh_file: Path) -> Path:
    """The file, to be copied; only where the tests themselves run on SQLite."""
    # By name: what asks for it does not touch the database of the tests.
    request.getfixturevalue("django_db_setup")
    assert _fresh_file.exists(), "the tests run on another database"
    if not _has_tables(_fresh_file):
        # No test of this run uses a database itself, so that pytest-django made none.
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0"],
            cwd=ROOT,
            env=os.environ
            | {"DATABASE_URL": f"sqlite:///{_fresh_file}"}
            | {"DJANGO_SETTINGS_MODULE": "ems.settings"},
            check=True,
        )
    return _fresh_file


def _has_tables(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as found:
        return bool(found.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())
