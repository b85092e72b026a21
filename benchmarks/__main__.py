"""Every figure in one command, at several sizes and on each database, as one page.

    python -m benchmarks --postgres postgres://postgres@127.0.0.1/postgres --page PAGE
    python -m benchmarks --sizes 1000 100000 1000000 --parts changes floors

Each part is a program of its own (``python -m benchmarks.changes`` and so on) with a database of its
own, which is filled on the first run and kept in ``--folder``. Where a part is measured at several
sizes, the page compares the largest with the smallest. Floors are measured beside ours in the same run;
everything else is a time, and times of two runs compare only on a machine that does nothing else.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.page import Part, page

# A part's own words; {n} is the size.
PARTS = {
    "changes": "benchmarks.changes --rows {n}",
    "bom": "benchmarks.bom --rows {n} --events {n}",
    "documents": "benchmarks.documents lists --rows {n}",
    "palette": "benchmarks.palette --rows {n}",
    "activities": "benchmarks.activities --rows {n}",
    "approvals": "benchmarks.approvals --assignments {n}",
    "floors": "benchmarks.floors --http",
    "live": "benchmarks.live",
}
# These need what another part has filled, or no rows at all: once, at the largest size.
ONCE = {"floors": "changes", "live": "live"}
SIZES = (1_000, 100_000)


@dataclass(frozen=True, slots=True)
class Database:
    """Where the databases of the parts are made. url: a server for PostgreSQL, a folder for SQLite."""

    vendor: str
    url: str

    def of(self, part: str, size: int) -> str:
        """The address of a part's own, made where it is not there yet."""
        name = f"ems_bench_{part}_{size}"
        if self.vendor == "SQLite":
            return f"sqlite:///{self.url}/{name}.sqlite3"
        server, _, _name = self.url.rpartition("/")
        _create(self.url, name)
        return f"{server}/{name}"


def main() -> None:
    """Measure all that is asked for, and write the page."""
    options = read_options()
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    databases = [Database("SQLite", str(folder.resolve()))]
    if options.postgres:
        databases.append(Database("PostgreSQL", options.postgres))
    began = datetime.now(UTC)
    found = list(measured(databases, options.parts, sorted(options.sizes)))
    text = page(found, machine(), began)
    Path(options.page).write_text(text, "utf-8")
    print(f"{options.page}: {len(found)} runs")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--postgres", help="a server where databases may be made")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--folder", default="var/benchmarks")
    parser.add_argument("--page", default="speed.md")
    return parser.parse_args()


def measured(
    databases: list[Database], parts: list[str], sizes: list[int]
) -> Iterator[Part]:
    """Each part on each database; at each size where rows matter."""
    for name in parts:
        for size in sizes[-1:] if name in ONCE else sizes:
            for database in databases:
                url = database.of(ONCE.get(name, name), size)
                words = PARTS[name].format(n=size)
                yield Part(name, database.vendor, size, run(words, url))


def run(words: str, url: str) -> str:
    """What a part prints; raises SystemExit with its last words when it fails."""
    command = [sys.executable, "-m", *words.split(), "--database", url]
    print(" ".join(command[1:]), f"(load {os.getloadavg()[0]:.1f})", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def machine() -> str:
    """The processor, its cores, the memory, and the versions."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = cpu[1] if cpu else platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.platform()}; "
        f"Python {platform.python_version()}"
    )


def _create(server: str, name: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as line:
        there = line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if there.fetchone() is None:
            line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


if __name__ == "__main__":
    main()
