"""Kill -9 at random moments of one import of the old system's database.

    python -m tests.chaos.import_kills mysql://root@127.0.0.1:3306/old --kills 50 --seed 1

``DATABASE_URL`` names an SQLite file, or a PostgreSQL database to which nobody is connected, with the
tables of EMS and no records; it is copied and left as it is. One copy is filled without a kill, the other is killed until it was killed so many times, then
left to end. Both must hold the same numbers of rows in every table, and the second the invariants.
"""

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SHORTEST = 1.5  # seconds: Python has to start


def main() -> int:
    """Print what was found; 0 where nothing was lost and nothing doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=6.0, help="seconds until a kill"
    )
    parser.add_argument("--chunk", default="100")
    options = parser.parse_args()
    empty = os.environ["DATABASE_URL"]
    with (
        tempfile.TemporaryDirectory() as folder,
        copied(empty, Path(folder), "whole") as whole,
        copied(empty, Path(folder), "killed") as killed,
    ):
        run(whole, options)
        kills = kill_on(killed, options)
        faults = differences(whole, killed)
        faults += [
            check
            for check in ("ledger_verify", "ems_invariants")
            if command(killed, check)
        ]
    print(f"{kills} kills; {faults or 'nothing lost, nothing double, invariants hold'}")
    return bool(faults)


@dataclass(frozen=True, slots=True)
class Target:
    """A copy to import into: its database and its files."""

    url: str
    media: Path


@contextmanager
def copied(empty: str, folder: Path, name: str) -> Iterator[Target]:
    """A copy of the empty database, which goes at the end."""
    media = folder / f"{name}.media"
    if empty.startswith("sqlite:///"):
        file = folder / f"{name}.sqlite3"
        shutil.copy(empty.removeprefix("sqlite:///"), file)
        yield Target(f"sqlite:///{file}", media)
        return
    server, _slash, source = empty.rpartition("/")
    copy = f"{source}_{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        again = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(copy))
        line.execute(again)
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        line.execute(words.format(sql.Identifier(copy), sql.Identifier(source)))
        try:
            yield Target(f"{server}/{copy}", media)
        finally:
            line.execute(again)


def kill_on(target: Target, options: argparse.Namespace) -> int:
    """Kill imports into one database at random moments; the last one ends by itself."""
    dice, kills = random.Random(options.seed), 0
    while kills < options.kills:
        process = subprocess.Popen(
            words(options), env=place(target), stdout=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(SHORTEST, options.longest))
        if process.poll() is not None:
            print(f"it ended after {kills} kills; take a smaller --chunk or --longest")
            break
        process.kill()
        process.wait()
        kills += 1
    run(target, options)
    return kills


def words(options: argparse.Namespace) -> list[str]:
    """The import's own command."""
    return [
        sys.executable,
        "manage.py",
        "import_legacy",
        options.source,
        "--chunk",
        options.chunk,
    ]


def run(target: Target, options: argparse.Namespace) -> None:
    """An import that nobody kills."""
    done = subprocess.run(
        words(options), env=place(target), stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode in {0, 1}, "the import did not come through"


def place(target: Target) -> dict[str, str]:
    """The environment with another database."""
    return os.environ | {
        "DATABASE_URL": target.url,
        "MEDIA_ROOT": str(target.media),
    }


def command(target: Target, name: str) -> int:
    """Exit code of a check."""
    done = subprocess.run(
        [sys.executable, "manage.py", name], env=place(target), check=False
    )
    return done.returncode


def differences(whole: Target, killed: Target) -> list[str]:
    """Tables whose numbers of rows differ; of runs there are as many as began."""
    first, second = counts(whole), counts(killed)
    return [
        f"{table}: {first[table]} and {second[table]}"
        for table in first
        if first[table] != second[table] and table != "legacy_legacyrun"
    ]


def counts(target: Target) -> dict[str, int]:
    """Rows of each table."""
    if target.url.startswith("sqlite:///"):
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        line: Any = sqlite3.connect(target.url.removeprefix("sqlite:///"))
    else:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        line = psycopg.connect(target.url)
    with closing(line):
        tables = [
            name
            for (name,) in line.execute(names).fetchall()
            if "_fts" not in name and not name.startswith("sqlite_")
        ]
        return {
            table: line.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in tables
        }


if __name__ == "__main__":
    sys.exit(main())
