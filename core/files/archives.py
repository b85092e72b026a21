"""Check of archives: their size when unpacked, read from the directory alone.

Plain Python without Django, so that the child process of ``core.documents`` uses it too.
"""

import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Literal

Fault = Literal[
    "broken", "encrypted", "too_big", "overlap", "entries", "nested", "dtd", "zip64"
]

PACKED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst", ".jar")
OFFICE = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".pptm")
# What is smaller is looked into in memory.
IN_MEMORY = 1 << 20
MARKED_UP = (".xml", ".rels")
OFFICIAL = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED_FLAG = 0x1
XML_HEAD = 1 << 16
DTD_MARKS = ("<!DOCTYPE", "<!ENTITY")
ELEMENT = re.compile(r"<[^!?]")
ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']""")
EBCDIC = "<?xm".encode("cp037")
LARGEST_DIRECTORY = 4 << 20
# What reading a package raises whose bytes are not what its directory says.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
)
END_OF_DIRECTORY = b"PK\x05\x06"
END_SIZE = 22
# Stands right before it, and leads to a second end that ``zipfile`` believes instead.
ZIP64_LOCATOR = b"PK\x06\x07"
LOCATOR_SIZE = 20


class ArchiveError(Exception):
    """An archive that nobody should unpack; says which rule it breaks."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Limits of an archive by what it would cost: bytes unpacked, number of entries, depth.

    How much smaller it is packed says nothing: a large sheet of equal rows shrinks by a thousand.
    """

    unpacked: int = 200 << 20
    entries: int = 2000
    depth: int = 1


DEFAULT = Ceilings()


def inspect(content: IO[bytes], ceilings: Ceilings = DEFAULT) -> list[str]:
    """The names in a ZIP, when unpacking it would do no harm; nothing is unpacked to disk.

    Raises ArchiveError: broken, encrypted, too big when unpacked, entries that share bytes,
    too many of them, or an archive in an archive (office documents are opened one level deep).
    """
    try:
        return _inspect(content, ceilings, _Budget(ceilings.unpacked), ceilings.depth)
    except UNREADABLE:
        raise ArchiveError("broken") from None
    finally:
        content.seek(0)


@dataclass(slots=True)
class _Budget:
    left: int

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ArchiveError("too_big")


def _inspect(
    content: IO[bytes], ceilings: Ceilings, budget: _Budget, depth: int
) -> list[str]:
    _require_small_directory(content, ceilings)
    with zipfile.ZipFile(content) as package:
        entries = package.infolist()
        if len(entries) > ceilings.entries:
            raise ArchiveError("entries")
        for entry in entries:
            _require_harmless(entry, budget)
        _require_apart(entries)
        for entry in entries:
            _look_inside(package, entry, ceilings, budget, depth)
        return [entry.filename for entry in entries]


def _require_small_directory(content: IO[bytes], ceilings: Ceilings) -> None:
    """``zipfile`` reads the whole directory into memory: refuse a huge one before that."""
    size = content.seek(0, 2)
    content.seek(max(0, size - (1 << 16) - END_SIZE - LOCATOR_SIZE))
    tail = content.read()
    content.seek(0)
    found = tail.rfind(END_OF_DIRECTORY)
    if found < 0 or len(tail) < found + END_SIZE:
        raise ArchiveError("broken")
    if tail[max(0, found - LOCATOR_SIZE) : found].startswith(ZIP64_LOCATOR):
        raise ArchiveError("zip64")
    count, length = struct.unpack_from("<HI", tail, found + 10)
    if length > LARGEST_DIRECTORY or count > ceilings.entries:
        raise ArchiveError("entries")


def _require_harmless(entry: zipfile.ZipInfo, budget: _Budget) -> None:
    if entry.flag_bits & ENCRYPTED_FLAG:
        raise ArchiveError("encrypted")
    budget.take(entry.file_size)


def _require_apart(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes make a bomb out of a few kilobytes."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise ArchiveError("overlap")
        end = entry.header_offset + 30 + entry.compress_size


def _look_inside(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    ceilings: Ceilings,
    budget: _Budget,
    depth: int,
) -> None:
    name = entry.filename.lower()
    if name.endswith(PACKED):
        raise ArchiveError("nested")
    if name.endswith((*OFFICE, *MARKED_UP)) and entry.compress_type not in OFFICIAL:
        # Of these, four kilobytes become a hundred megabytes at once, and no office writes them.
        raise ArchiveError("broken")
    if name.endswith(OFFICE):
        _open_office(package, entry, ceilings, budget, depth)
    elif name.endswith(MARKED_UP):
        _require_no_dtd(package, entry)


def _open_office(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    ceilings: Ceilings,
    budget: _Budget,
    depth: int,
) -> None:
    """A drawing list in a ZIP, a sheet in a presentation: fine, one level deep."""
    if not depth:
        raise ArchiveError("nested")
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as inner:
        with package.open(entry) as packed:
            left = entry.file_size
            while left > 0 and (piece := packed.read(min(left, 1 << 16))):
                inner.write(piece)
                left -= len(piece)
        _inspect(inner, ceilings, budget, depth - 1)


def _require_no_dtd(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """No office program writes a document type; only an attack on the reader does."""
    with package.open(entry) as part:
        head = part.read(XML_HEAD)
    if any(mark in text for text in _readings(head) for mark in DTD_MARKS):
        raise ArchiveError("dtd")
    # It stands before the first element, which no program puts so far behind a comment.
    if len(head) == XML_HEAD and not any(ELEMENT.search(t) for t in _readings(head)):
        raise ArchiveError("dtd")


def _readings(head: bytes) -> Iterator[str]:
    """The beginning of an XML part as a reader might take it, whatever it declares."""
    # Two and four bytes a character, in either order: of what we look for, every other byte is 0.
    yield head.replace(b"\0", b"").decode("latin-1")
    if head.startswith(EBCDIC):
        yield head.decode("cp037", "replace")
    declared = ENCODING.search(head[:200].replace(b"\0", b""))
    with suppress(LookupError, ValueError):
        yield head.decode(declared[1].decode() if declared else "utf-8", "replace")
