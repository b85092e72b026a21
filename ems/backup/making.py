"""Make a backup.

The database is read first and the files after it: a file is in the store before a row names it, and a row
that is removed leaves its file for hours. So every file that the copy of the database names is there to be
copied. Files never change, so that each is copied once into the target's pool, however many
backups name it; a backup that was cut off goes on where it was.
"""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import orjson
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from core.files.uploaded import read_through
from core.ledger.models import Event, PeriodicJob
from ems.backup import BACKUP
from ems.backup.databases import NAMES, dump
from ems.backup.manifest import FILES, LISTING, NAME, Manifest, Part, signed
from ems.backup.restoring import backups_of, listed
from ems.backup.stored_files import stored_files
from ems.backup.targets import Target
from ems.version import version

Say = Callable[[str], None]


class BackupError(Exception):
    """What was written is not what was read; the text says what."""


def make_backup(target: Target, say: Say = lambda _line: None) -> str:
    """Write the database, the files and the manifest; returns the backup's name.

    Raises BackupError, DumpError, OSError: then there is no manifest, and so no backup.
    """
    at = timezone.now()
    name = f"{at:%Y%m%d-%H%M%S-%f}"
    with tempfile.TemporaryDirectory() as folder:
        ledger = _newest_event()
        database = _put_database(target, name, Path(folder))
        say(f"database: {database.size:,} bytes")
        parts, listing = _put_files(target, name, Path(folder), say)
    manifest = Manifest(
        at=at.isoformat(),
        version=version(),
        engine=connection.vendor,
        database=database,
        listing=listing,
        files=parts[0],
        bytes=parts[1],
        ledger=ledger,
    )
    # Last of all: what has no manifest is no backup.
    target.put(f"{name}/{NAME}", io.BytesIO(signed(manifest)))
    PeriodicJob.objects.update_or_create(name=BACKUP, defaults={"ran_at": at})
    return name


def _newest_event() -> dict[str, object]:
    """The restored history must hold at least this."""
    event = Event.objects.order_by("-pk").first()
    return {"id": event.pk, "hash": event.hash} if event else {}


def _put_database(target: Target, name: str, folder: Path) -> Part:
    file = folder / NAMES[connection.vendor]
    dump(file)
    part = _put(target, f"{name}/{file.name}", file)
    file.unlink()
    return part


def _put(target: Target, name: str, file: Path) -> Part:
    with file.open("rb") as content:
        size, sha256 = read_through(content)
        target.put(name, content)
    _require_same(target, Part(name, size, sha256))
    return Part(name, size, sha256)


def _require_same(target: Target, part: Part) -> None:
    """Read again what was written: a disk that lies is found now and not at the restore."""
    with target.open(part.name) as written:
        if read_through(written) != (part.size, part.sha256):
            raise BackupError(f"{part.name} was written, and reads otherwise.")


def _put_files(
    target: Target, name: str, folder: Path, say: Say
) -> tuple[tuple[int, int], Part]:
    """Files that are new to the pool, and the list of all; counts files and bytes."""
    known, count, total, copied = _known(target), 0, 0, 0
    file = folder / LISTING
    with file.open("wb") as listing:
        for stored in stored_files():
            part = known.get(stored)
            if part is None or target.size(f"{FILES}/{stored}") != part.size:
                part = _copied(target, stored)
                copied += 1
            if part is None:  # removed since it was listed
                continue
            listing.write(orjson.dumps([part.name, part.size, part.sha256]) + b"\n")
            count, total = count + 1, total + part.size
    say(f"files: {count:,} with {total:,} bytes, {copied:,} of them new")
    return (count, total), _put(target, f"{name}/{LISTING}", file)


def _known(target: Target) -> dict[str, Part]:
    """Files of the newest backup: they lie in the pool, and never change."""
    names = backups_of(target)
    with suppress(OSError):
        return {part.name: part for part in _parts(target, names[-1:])}
    return {}


def _parts(target: Target, names: list[str]) -> Iterator[Part]:
    for name in names:
        yield from listed(target, name)


def _copied(target: Target, stored: str) -> Part | None:
    try:
        with default_storage.open(stored) as content:
            source: IO[bytes] = content
            size, sha256 = read_through(source)
            target.put(f"{FILES}/{stored}", source)
    except FileNotFoundError:
        return None
    _require_same(target, Part(f"{FILES}/{stored}", size, sha256))
    return Part(stored, size, sha256)


def keep_newest(target: Target, number: int) -> list[str]:
    """Remove all but the newest backups; the pool of files stays. Returns the removed names."""
    removed = backups_of(target)[:-number] if number > 0 else []
    for name in removed:
        target.remove(name)
    return removed
