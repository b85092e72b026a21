"""The old system's files: found by their names, kept under names that their digest gives."""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.files.archives import ArchiveError
from core.files.filetypes import TYPES
from core.files.judging import judge

UPLOADS, CHANGE_FILES = "uploads", "files"
ANY_TYPE = "application/octet-stream"
MAX_EXTENSION = 10
PROGRAMS = frozenset(
    {"exe", "dll", "com", "bat", "cmd", "msi", "scr", "ps1", "vbs", "js", "jar", "sh"}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store."""

    stored_name: str
    extension: str
    content_type: str
    size: int
    sha256: str


@dataclass(slots=True)
class OldFiles:
    """The folder with ``uploads/`` and ``files/``; without one, no file is found."""

    folder: Path | None = None
    _uploads: dict[str, Path] = field(default_factory=dict)
    _folded: dict[str, list[Path]] = field(default_factory=dict)
    _used: set[Path] = field(default_factory=set)

    @classmethod
    def in_folder(cls, folder: Path | None) -> Self:
        """The files below a folder; raises DomainError ``not_found`` where it is none."""
        if folder is not None and not folder.is_dir():
            raise DomainError(
                _("There is no folder %s. Nothing was written.") % folder, "not_found"
            )
        return cls(folder)

    def __post_init__(self) -> None:
        for path in self._listed(UPLOADS):
            self._uploads[path.name] = path
            self._folded.setdefault(_folded(path.name), []).append(path)

    def _listed(self, below: str) -> Iterator[Path]:
        place = self.folder / below if self.folder else None
        if place is not None and place.is_dir():
            # No link leads out of the folder.
            yield from sorted(
                path
                for path in place.iterdir()
                if path.is_file() and not path.is_symlink()
            )

    def upload(self, name: str) -> tuple[Path | None, bool]:
        """The file of a stored name, and whether only its letter case differs."""
        found = self._uploads.get(name)
        if found is not None:
            self._used.add(found)
            return found, False
        near = self._folded.get(_folded(name), [])
        if len(near) != 1:
            return None, False
        self._used.add(near[0])
        return near[0], True

    def of_change(self, change_id: int) -> Path | None:
        """The approval document of a change."""
        if self.folder is None:
            return None
        path = self.folder / CHANGE_FILES / f"ecn_doc_{change_id}"
        return path if path.is_file() and not path.is_symlink() else None

    def nobodys(self) -> Iterator[Path]:
        """Uploads that no row named, after all rows were read."""
        return (path for path in self._uploads.values() if path not in self._used)


def keep(path: Path, folder: str, owner: int, extension: str = "") -> Kept:
    """Copy a file into the store, under a name that its digest and its owner give.

    The same file of the same owner is there already after an import that was killed: it stays.
    """
    sha256 = digest_of(path)
    ending = extension or by_content(path) or "bin"
    name = f"{folder}/old-{owner}-{sha256[:32]}.{ending}"
    size = path.stat().st_size
    if not default_storage.exists(name) or default_storage.size(name) != size:
        with path.open("rb") as content:
            default_storage.delete(name)
            default_storage.save(name, File(content))
    return Kept(name, ending, TYPES.get(ending, ANY_TYPE), size, sha256)


def extension_in(name: str) -> str:
    """The ending of a name, where it is one: a few letters or figures."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    is_one = ending.isascii() and ending.isalnum() and len(ending) <= MAX_EXTENSION
    return ending if is_one else ""


def by_content(path: Path) -> str:
    """The ending that fits what a file holds; "" for what nobody knows."""
    with path.open("rb") as content:
        try:
            kind = judge(content).kind
        except ArchiveError:
            kind = "zip"
    return {"text": "txt"}.get(kind, kind if kind in TYPES or kind in PROGRAMS else "")


def _folded(name: str) -> str:
    """A name without regard to letter case; the micro sign and the letter mu are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
