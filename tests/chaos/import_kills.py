"""Kill -9 at random moments of one import of the old system's database.

    python -m tests.chaos.import_kills mysql://root@127.0.0.1:3306/old --kills 50 --seed 1

``DATABASE_URL`` names an SQLite file with the tables of EMS and no records; it is copied and left as
it is. One copy is filled without a kill, the other is killed until it was killed so many times, then
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
from contextlib import closing
from pathlib import Path

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
    empty = Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder) / "whole.sqlite3", Path(folder) / "killed.sqlite3"
        for copy in (whole, killed):
            shutil.copy(empty, copy)
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


def kill_on(target: Path, options: argparse.Namespace) -> int:
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


def run(target: Path, options: argparse.Namespace) -> None:
    """An import that nobody kills."""
    done = subprocess.run(
        words(options), env=place(target), stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode in {0, 1}, "the import did not come through"


def place(target: Path) -> dict[str, str]:
    """The environment with another database."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{target}",
        "MEDIA_ROOT": f"{target}.media",
    }


def command(target: Path, name: str) -> int:
    """Exit code of a check."""
    done = subprocess.run(
        [sys.executable, "manage.py", name], env=place(target), check=False
    )
    return done.returncode


def differences(whole: Path, killed: Path) -> list[str]:
    """Tables whose numbers of rows differ; of runs there are as many as began."""
    first, second = counts(whole), counts(killed)
    return [
        f"{table}: {first[table]} and {second[table]}"
        for table in first
        if first[table] != second[table] and table != "legacy_legacyrun"
    ]


def counts(file: Path) -> dict[str, int]:
    """Rows of each table."""
    with closing(sqlite3.connect(file)) as line:
        names = line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [
            name
            for (name,) in names
            if "_fts" not in name and not name.startswith("sqlite_")
        ]
        return {
            table: line.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in tables
        }


if __name__ == "__main__":
    sys.exit(main())
