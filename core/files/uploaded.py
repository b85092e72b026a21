"""Uploaded files: their name, their type by content, and where they lie."""

import base64
import binascii
import hashlib
import math
import re
import tempfile
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO

import puremagic
import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError, invalid
from core.files import archives
from core.files.clamav import require_clean
from core.files.downloads import pieces_of
from core.files.filetypes import TYPES
from core.files.judging import HEAD, judge
from core.files.kind_words import refusal_of
from core.files.upload_handler import StreamedFile, no_room, too_large

log = structlog.get_logger(__name__)
MAX_NAME = 120
SWEPT_AT_ONCE = 500
IN_MEMORY = 1 << 18
BASE64_PIECE = 1 << 20  # of four characters each
# Beside letters, marks and figures of every script.
KEPT_SIGNS = " ._()-"
# They join letters of one word, where a script has such words (Persian, Hindi).
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: what it is called for people, where it lies, and what it holds."""

    name: str
    stored_name: str
    content_type: str
    size: int
    sha256: str


def clean_name(name: str, types: Collection[str] = TYPES) -> str:
    """A display name without path, control or bidirectional characters.

    Raises DomainError ``invalid`` for such characters, ``unsupported_type`` for other types.
    """
    text = unicodedata.normalize("NFC", name or "")
    bare = _without_joints(text)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in bare):
        raise invalid("file", _("The file name holds characters that cannot be shown."))
    last = re.split(r"[/\\]", text)[-1]
    base = "".join(char if _is_kept(char) else "_" for char in last).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or not stem or extension.lower() not in types:
        raise _wrong_type(_("Files of this type are not accepted."), types)
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"


def _without_joints(text: str) -> str:
    """The text without the joiners that stand where its script has them: between two letters."""
    return "".join(
        char
        for place, char in enumerate(text)
        if char not in JOINERS
        or not (_joins(text[place - 1 : place]) and _joins(text[place + 1 : place + 2]))
    )


def _joins(char: str) -> bool:
    """Whether it is a letter, or the mark of one, of a script that joins."""
    return char > "\u02ff" and unicodedata.category(char)[0] in "LM"


def _is_kept(char: str) -> bool:
    """A letter with its marks, a figure, or a sign that does no harm in a name."""
    return (
        char in KEPT_SIGNS or char in JOINERS or unicodedata.category(char)[0] in "LMN"
    )


def _wrong_type(sentence: str, types: Collection[str]) -> DomainError:
    allowed = _("Accepted are: %s.") % ", ".join(sorted(types))
    return DomainError(f"{sentence} {allowed}", "unsupported_type")


def store(
    name: str,
    content: IO[bytes],
    limit: int,
    *,
    folder: str = "attachments",
    types: Collection[str] = TYPES,
) -> StoredFile:
    """Check and keep a file; ``limit`` is in bytes, ``types`` the extensions that are accepted.

    The extension must be on the list and the content must be of that type; an archive must be
    safe to unpack. Raises DomainError ``unsupported_type``, ``archive_limits``,
    ``infected``, ``too_large`` or ``invalid`` (empty); ``storage_full`` when the disk is.
    """
    shown = clean_name(name, types)
    extension = shown.rpartition(".")[2].lower()
    size, sha256 = _measure(content, limit)
    _require_type(extension, content, types)
    require_clean(content)
    # An id of ours: no name that somebody typed leads out of the store (docs/threats.md#t31).
    stored = f"{folder}/{uuid.uuid4().hex}.{extension}"
    try:
        kept = default_storage.save(stored, _as_file(content))
    except OSError as error:
        log.warning("file_not_stored", reason=str(error))
        raise no_room(error) from None
    return StoredFile(shown, kept, TYPES[extension], size, sha256)


@contextmanager
def discarded_on_failure(file: StoredFile) -> Iterator[StoredFile]:
    """The file stays only when what is done with it succeeds."""
    try:
        yield file
    except BaseException:
        default_storage.delete(file.stored_name)
        raise


def _as_file(content: IO[bytes]) -> File[bytes]:
    return content if isinstance(content, File) else File(content)


def _measure(content: IO[bytes], limit: int) -> tuple[int, str]:
    if isinstance(content, StreamedFile):
        size, digest = int(content.size or 0), content.sha256
    else:
        size, digest = read_through(content, limit)
    if size > limit:
        raise too_large(limit)
    if not size:
        raise invalid("file", _("The file is empty."))
    return size, digest


def read_through(content: IO[bytes], limit: float = math.inf) -> tuple[int, str]:
    """Bytes and SHA-256 of an open file, which is at its beginning afterwards; no further than the limit."""
    sha, size = hashlib.sha256(), 0
    content.seek(0)
    while size <= limit and (piece := content.read(1 << 16)):
        size += len(piece)
        sha.update(piece)
    content.seek(0)
    return size, sha.hexdigest()


def _head(content: IO[bytes]) -> bytes:
    head = content.read(HEAD)
    content.seek(0)
    return head


def _require_type(extension: str, content: IO[bytes], types: Collection[str]) -> None:
    try:
        verdict = judge(content)
    except archives.ArchiveError as error:
        raise DomainError(_archive_sentence(error.fault), "archive_limits") from None
    if not verdict.fits(extension):
        raise _wrong_type(refusal_of(extension, verdict), types)


def _archive_sentence(fault: str) -> str:
    return {
        "encrypted": _(
            "The archive is protected by a password, so nobody can check it. Send it without one."
        ),
        "too_big": _("The archive unpacks to more than 200 MB. Split it."),
        "entries": _("The archive holds more than 2,000 files. Split it."),
        "overlap": _("The archive unpacks to far more than a document would."),
        "nested": _("There is an archive in the archive. Unpack it first."),
        "zip64": _(
            "The archive is of a kind for more than 4 GB (ZIP64). Pack it anew."
        ),
        "dtd": _("The document holds instructions that no office program writes."),
    }[fault]


def decode_base64(text: str) -> File[bytes]:
    """Bytes of a base64 text, with or without ``data:…;base64,`` (docs/contract.md#photo-of-a-change).

    Decoded piece by piece into a file, so that text and bytes are not in memory together.
    """
    first, end = 0, len(text)
    if text.startswith("data:") and "," in text:
        first = text.index(",") + 1
        second = text.find(",", first)
        end = second if second >= 0 else end
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller reads it
    found: File[bytes] = File(spool, name="photo")
    try:
        for at in range(first, end, BASE64_PIECE):
            piece = text[at : min(at + BASE64_PIECE, end)]
            # Padding before the end would be the end for the decoder.
            is_last = at + len(piece) == end
            found.write(
                base64.b64decode(
                    piece if is_last else piece.replace("=", "?"), validate=True
                )
            )
    except (binascii.Error, ValueError):
        found.close()
        raise invalid("photo", _("The photo is not valid base64.")) from None
    found.seek(0)
    return found


def name_by_content(content: IO[bytes], stem: str) -> str:
    """A name for a file that came without one, by what it holds."""
    try:
        kind = judge(content).kind
    except archives.ArchiveError:
        kind = "zip"
    if kind in TYPES:
        return f"{stem}.{kind}"
    try:
        guess = puremagic.from_string(_head(content)).lstrip(".")
    except (puremagic.PureError, ValueError):
        guess = ""
    return f"{stem}.{guess or 'txt'}"


def extension_of(name: str) -> str:
    """The extension in lower case, without the dot."""
    return PurePath(name).suffix.lstrip(".").lower()


def sweep(folder: str, known: Callable[[Sequence[str]], set[str]], hours: float) -> int:
    """Remove the ``orphans`` of a folder; returns how many there were."""
    removed = 0
    for name in orphans(folder, known, hours):
        default_storage.delete(name)
        log.warning("orphan_removed", stored_name=name)
        removed += 1
    return removed


def orphans(
    folder: str, known: Callable[[Sequence[str]], set[str]], hours: float
) -> Iterator[str]:
    """Files of a folder that no record names and that are older than ``hours``.

    ``known`` says which of these stored names a record has. What is younger may belong to a
    request that is still running.
    """
    before = timezone.now() - timedelta(hours=hours)
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for first in range(0, len(names), SWEPT_AT_ONCE):
        stored = [f"{folder}/{name}" for name in names[first : first + SWEPT_AT_ONCE]]
        for name in sorted(set(stored) - known(stored)):
            if _is_older(name, before):
                yield name


def digest_of(stored_name: str) -> str:
    """SHA-256 of what the store holds; "" when it does not hold it."""
    sha = hashlib.sha256()
    try:
        for piece in pieces_of(stored_name):
            sha.update(piece)
    except FileNotFoundError:
        return ""
    return sha.hexdigest()


def _is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except FileNotFoundError:
        return False
