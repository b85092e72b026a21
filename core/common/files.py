"""Uploaded files: their name, their type by content, where they lie, and how they go out."""

import base64
import binascii
import hashlib
import re
import unicodedata
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

import puremagic
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from core.common.errors import DomainError, invalid

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "dwg": "application/acad",
    "dxf": "application/dxf",
    "zip": "application/zip",
    "txt": "text/plain",
    "csv": "text/csv",
}
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "dwg": (b"AC10",),
}
# A ZIP with this folder in it.
FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "zip": ""}
PLAIN = {"txt", "csv", "dxf"}
MAX_NAME = 120
HEAD = 4096
UNSAFE = re.compile(r"[^\w .()\-]")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: what it is called for people, where it lies, and what it holds."""

    name: str
    stored_name: str
    content_type: str
    size: int
    sha256: str


def clean_name(name: str) -> str:
    """A display name without path, control or bidirectional characters.

    Raises DomainError ``invalid`` for such characters, ``unsupported_type`` for other types.
    """
    text = unicodedata.normalize("NFC", name or "")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in text):
        raise invalid("file", _("The file name holds characters that cannot be shown."))
    base = UNSAFE.sub("_", re.split(r"[/\\]", text)[-1]).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or not stem or extension.lower() not in TYPES:
        raise _wrong_type(_("Files of this type are not accepted."))
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"


def _wrong_type(sentence: str) -> DomainError:
    allowed = _("Accepted are: %s.") % ", ".join(sorted(TYPES))
    return DomainError(f"{sentence} {allowed}", "unsupported_type")


def store(name: str, content: IO[bytes], limit: int) -> StoredFile:
    """Check and keep a file; ``limit`` is in bytes.

    The extension must be on the list and the content must be of that type. Raises DomainError
    ``unsupported_type``, ``too_large`` or ``invalid`` (empty); ``storage_full`` when the disk is.
    """
    shown = clean_name(name)
    extension = shown.rpartition(".")[2].lower()
    size, sha256 = _measure(content, limit)
    _require_type(extension, content)
    stored = f"{uuid.uuid4().hex}.{extension}"
    try:
        kept = default_storage.save(f"attachments/{stored}", File(content))
    except OSError:
        raise DomainError(
            _("There is no room for the file. Nothing was saved; tell IT."),
            "storage_full",
        ) from None
    return StoredFile(shown, kept, TYPES[extension], size, sha256)


def _measure(content: IO[bytes], limit: int) -> tuple[int, str]:
    sha, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(1 << 16):
        size += len(piece)
        if size > limit:
            raise DomainError(
                _("The file is larger than %d MB.") % (limit // 2**20), "too_large"
            )
        sha.update(piece)
    if not size:
        raise invalid("file", _("The file is empty."))
    content.seek(0)
    return size, sha.hexdigest()


def _head(content: IO[bytes]) -> bytes:
    head = content.read(HEAD)
    content.seek(0)
    return head


def _require_type(extension: str, content: IO[bytes]) -> None:
    head, signatures = _head(content), SIGNATURES.get(extension, (b"",))
    is_fine = head.startswith(signatures)
    if extension in PLAIN:
        is_fine = b"\x00" not in head and not _looks_like_markup(head)
    elif extension in FOLDERS:
        is_fine = is_fine and _is_package(content, FOLDERS[extension])
    if not is_fine:
        raise _wrong_type(_("The content is not what the name says."))


def _is_package(content: IO[bytes], folder: str) -> bool:
    """A ZIP whose directory can be read, and holds that folder; nothing is unpacked."""
    try:
        with zipfile.ZipFile(content) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return False
    finally:
        content.seek(0)
    return not folder or any(name.startswith(folder) for name in names)


def _looks_like_markup(head: bytes) -> bool:
    return (
        b"<html" in head.lower()
        or b"<script" in head.lower()
        or b"<svg" in head.lower()
    )


def decode_base64(text: str) -> ContentFile[bytes]:
    """Bytes of a base64 text, with or without ``data:…;base64,`` (legacy-api #22)."""
    payload = (
        text.split(",", 2)[1] if text.startswith("data:") and "," in text else text
    )
    try:
        return ContentFile(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError):
        raise invalid("photo", _("The photo is not valid base64.")) from None


def name_by_content(content: IO[bytes], stem: str) -> str:
    """A name for a file that came without one, by what it holds."""
    head = _head(content)
    for extension, signatures in SIGNATURES.items():
        if head.startswith(signatures) and extension not in {"docx", "xlsx", "pptx"}:
            return f"{stem}.{extension}"
    try:
        guess = puremagic.from_string(head).lstrip(".")
    except (puremagic.PureError, ValueError):
        guess = ""
    return f"{stem}.{guess or 'txt'}"


def download(name: str, stored_name: str, content_type: str) -> FileResponse:
    """A stored file as a download that no browser runs (attack T37)."""
    try:
        handle = default_storage.open(stored_name)
    except FileNotFoundError:
        raise DomainError(
            _("The file is missing from the store. Tell IT."), "not_found"
        ) from None
    response = FileResponse(
        handle, as_attachment=True, filename=name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def extension_of(name: str) -> str:
    """The extension in lower case, without the dot."""
    return PurePath(name).suffix.lstrip(".").lower()
