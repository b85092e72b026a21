"""Verify a backup, and put it back."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from core.files.uploaded import read_through
from ems.backup.databases import NAMES, load
from ems.backup.manifest import (
    FILES,
    LISTING,
    NAME,
    Manifest,
    ManifestError,
    Part,
    read_manifest,
)
from ems.backup.targets import PIECE, Target

Say = Callable[[str], None]


class DamagedError(Exception):
    """A part of a backup is gone or other than it was; the text names it."""


def backups_of(target: Target) -> list[str]:
    """Names of whole backups, the oldest first."""
    return [name for name in target.folders() if target.size(f"{name}/{NAME}")]


def manifest_of(target: Target, name: str, *, any_key: bool = False) -> Manifest:
    """The signed manifest of a backup; raises ManifestError, FileNotFoundError."""
    with target.open(f"{name}/{NAME}") as file:
        return read_manifest(file.read(), any_key=any_key)


def listed(target: Target, name: str) -> Iterator[Part]:
    """The files of a backup as its list has them."""
    with target.open(f"{name}/{LISTING}") as file:
        for line in file:
            yield Part(*orjson.loads(line))


def verify_backup(
    target: Target, name: str, *, any_key: bool = False, files: bool = True
) -> Manifest:
    """Compare every part with its digest; raises DamagedError, ManifestError."""
    manifest = manifest_of(target, name, any_key=any_key)
    for part in (manifest.database, manifest.listing):
        _require_intact(target, part)
    for part in listed(target, name) if files else ():
        _require_intact(target, Part(f"{FILES}/{part.name}", part.size, part.sha256))
    return manifest


def _require_intact(target: Target, part: Part) -> None:
    try:
        with target.open(part.name) as file:
            found = read_through(file)
    except FileNotFoundError:
        raise DamagedError(f"{part.name} is not in the backup.") from None
    if found != (part.size, part.sha256):
        raise DamagedError(f"{part.name} is not what was backed up.")


def restore_backup(
    target: Target,
    name: str,
    *,
    any_key: bool = False,
    say: Say = lambda _line: None,
) -> Manifest:
    """Put back the files, then the database that names them.

    Raises DamagedError and ManifestError before the database is touched, DumpError.
    """
    manifest = verify_backup(target, name, any_key=any_key, files=False)
    if manifest.engine != connection.vendor:
        raise ManifestError(
            f"The backup is of {manifest.engine}, and DATABASE_URL names {connection.vendor}."
        )
    count = sum(_put_back(target, part) for part in listed(target, name))
    say(f"files: {manifest.files:,}, {count:,} of them put back")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAMES[manifest.engine]
        with target.open(manifest.database.name) as source, file.open("wb") as copy:
            shutil.copyfileobj(source, copy, PIECE)
        load(file)
    say(f"database: {manifest.database.size:,} bytes of {manifest.at}")
    return manifest


def _put_back(target: Target, part: Part) -> bool:
    """Whether the file had to be written: one that lies there as it was is left."""
    if default_storage.exists(part.name):
        with default_storage.open(part.name) as file:
            if read_through(file) == (part.size, part.sha256):
                return False
        default_storage.delete(part.name)
    _require_intact(target, Part(f"{FILES}/{part.name}", part.size, part.sha256))
    with target.open(f"{FILES}/{part.name}") as content:
        default_storage.save(part.name, File(content))
    return True
