"""Back up while people work, restore elsewhere, and prove each restore.

    python -m tests.chaos.drills --database sqlite:////tmp/drill.sqlite3 --drills 100
    python -m tests.chaos.drills --database postgres://… --drills 100

Writers put BOMs up, decide, raise changes with files and upload documents without a pause. Each drill is
``manage.py backup``, then ``manage.py restore`` into a database and a store of its own, which ends
with the files, the chains and the invariants checked. ``--sabotage`` spoils one thing of each
backup from outside; no restore may then pass.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.chaos.kill9 import close_pools, make_people, put_up, set_up, shown

SABOTAGE = ("none", "file", "database", "manifest")
WRITERS = 2
PATIENCE = 60.0  # seconds
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def main() -> None:
    """Run the drills, print one JSON object, end with 0 when every restore passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--drills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=SABOTAGE, default="none")
    options = parser.parse_args()
    set_up(options.database)
    with tempfile.TemporaryDirectory() as folder, working(options.seed):
        found = run(options, Path(folder))
    print(json.dumps(found))
    sys.exit(0 if found["clean"] else 1)


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All drills, then the counts."""
    dice, began = random.Random(options.seed), time.monotonic()
    passed, events, problem = 0, 0, ""
    target = folder / "backups"
    wait_for_files()
    for number in range(options.drills):
        command("backup", str(target), "--keep", "3")
        spoil(options.sabotage, target, dice)
        place = folder / f"restored-{number}"
        code, said = restored(options.database, target, place)
        passed += code == 0
        problem = problem or ("" if code == 0 else said[-300:])
        events = max(events, counted(said))
        shutil.rmtree(place, ignore_errors=True)
    return {
        "drills": options.drills,
        "passed": passed,
        "events": events,
        "files": sum(path.is_file() for path in (target / "files").rglob("*")),
        "seconds": round(time.monotonic() - began, 1),
        "problem": problem,
        "clean": passed == options.drills,
    }


def wait_for_files() -> None:
    """Until the writers have uploaded something: a backup without files proves little."""
    store, end = Path(os.environ["MEDIA_ROOT"]), time.monotonic() + PATIENCE
    while not any(store.glob("documents/*")) and time.monotonic() < end:
        time.sleep(0.05)


def counted(said: str) -> int:
    """How many events the restored history has: ``123 events hold.``"""
    words = said.split()
    return int(words[words.index("events") - 1]) if "events" in words else 0


def command(*words: str, **environment: str) -> tuple[int, str]:
    """One command of manage.py; its code and all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def restored(database: str, target: Path, place: Path) -> tuple[int, str]:
    """Restore the newest backup into a database and a store of its own."""
    place.mkdir()
    with another(database, place) as address:
        return command(
            "restore",
            str(target),
            DATABASE_URL=address,
            MEDIA_ROOT=str(place / "media"),
        )


@contextmanager
def another(database: str, place: Path) -> Iterator[str]:
    """An empty database beside the one of the drill."""
    if database.startswith("sqlite"):
        yield f"sqlite:///{place / 'ems.sqlite3'}"
        return
    from django.db import connection

    name = f"{connection.settings_dict['NAME']}_restored"
    for words in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
        with connection.cursor() as cursor:
            cursor.execute(words)
    yield f"{database.rpartition('/')[0]}/{name}"


def spoil(sabotage: str, target: Path, dice: random.Random) -> None:
    """Change one byte of a part of the newest backup."""
    if sabotage == "none":
        return
    newest = max(path.parent for path in target.glob("*/manifest.json"))
    files = {
        "file": lambda: sorted(p for p in (target / "files").rglob("*") if p.is_file()),
        "database": lambda: sorted(newest.glob("database.*")),
        "manifest": lambda: [newest / "manifest.json"],
    }[sabotage]()
    path = dice.choice(files)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


# --- People who go on working ---------------------------------------------------------


@contextmanager
def working(seed: int) -> Iterator[None]:
    """Writers in processes of their own, until the drills are over."""
    from django.db import connections

    people = make_people()
    connections.close_all()
    close_pools()
    children = [_fork(people, seed + number, number) for number in range(WRITERS)]
    try:
        yield
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _fork(people: list[Any], seed: int, number: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            write(people, seed, number)
        finally:
            os._exit(1)
    return child


def write(people: list[Any], seed: int, number: int) -> None:
    """One verb after the other, for ever; a refusal or a busy database is part of the day."""
    from django.db import OperationalError

    from core.errors import DomainError

    dice, verbs = random.Random(seed), (_bom, _change, _document)
    turn = 0
    while True:
        turn += 1
        with suppress(DomainError, OperationalError):
            dice.choice(verbs)(people, dice, 50_000 * (number + 1) + turn)


def _bom(people: list[Any], dice: random.Random, key: int) -> None:
    from bom.services import decide_bom

    pics = people[: dice.randint(2, 4)]
    put_up(key, pics)
    revision, digest = shown(key)
    for person in pics:
        decide_bom(
            ext_bom_id=key, by=person, status=1, revision=revision, digest=digest
        )


def _change(people: list[Any], dice: random.Random, key: int) -> None:
    from engineering.services import attach_file, raise_change

    by = dice.choice(people)
    fields = {"engineering": f"Ganti {key}", "detail_problem": "Arus naik."}
    change = raise_change(by=by, fields=fields, items=[])
    attach_file(change_id=change.pk, by=by, name="a.pdf", content=BytesIO(PDF))


def _document(people: list[Any], dice: random.Random, key: int) -> None:
    from supportdocs.services import upload_document

    upload_document(
        by=dice.choice(people),
        name=f"Gambar {key}",
        file_name="a.pdf",
        content=BytesIO(PDF + str(key).encode()),
    )


if __name__ == "__main__":
    main()
