"""What a file really is: one judge for uploads and for readers, by content and never by name.

Plain Python without Django, so that the child process of ``core.documents`` uses it too.
"""

import codecs
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from core.files import archives
from core.files.filetypes import MAIL, MARKUP, OLE, SIGNATURES

HEAD = 4096
# PDF's own rule: its mark stands within the first 1,024 bytes (ISO 32000-1, annex H, note 13).
PDF_MARK, PDF_WITHIN = b"%PDF-", 1024
# Office wraps a document with a password so.
LOCKED = "EncryptedPackage"
# The stream that makes a compound file what it is; the most telling first.
STREAMS = (
    (LOCKED, "locked"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
    ("__substg1.0_", "msg"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("VisioDocument", "vsd"),
)
SCANNED = 1 << 20
DIRECTORY = 1 << 16
# What no document is; they are named when they are refused.
OTHERS = (
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"AutoCAD Binary DXF", "dxb"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"ID3", "mp3"),
)
BOXES = {
    b"hei": "heic", b"hev": "heic", b"mif": "heic", b"msf": "heic",
    b"avi": "avif", b"qt ": "mov",
}  # fmt: skip
PACKAGE_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
WITH_MACROS = {"docx": "docm", "xlsx": "xlsm", "pptx": "pptm"}
MACROS = ("vbaproject.bin", ".xlm")
BINARY_BOOK = "xl/workbook.bin"
OPEN_DOCUMENT = "content.xml"
# One content, several usual names.
SAME = {"jpeg": "jpg", "tiff": "tif"}
OF_COMPOUND = {"doc", "xls", "ppt", "msg"}
OF_TEXT = {"txt", "csv", "dxf"}
MOSTLY = 0.4


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind: what it is, as an extension, "text", "html", "ole", "locked", or "" for unknown.

    is_mail: a text that begins as an e-mail does.
    """

    kind: str
    is_mail: bool = False

    def fits(self, extension: str) -> bool:
        """Whether a file of this name may hold this."""
        wanted = SAME.get(extension, extension)
        if wanted == "eml":
            return self.is_mail
        if wanted in OF_TEXT:
            return self.kind == "text"
        if wanted in OF_COMPOUND and self.kind == "ole":
            return True
        if wanted == "zip":
            return self.kind in {
                "zip",
                "xlsb",
                "odf",
                *WITH_MACROS,
                *WITH_MACROS.values(),
            }
        return self.kind == wanted


def judge(content: IO[bytes]) -> Verdict:
    """What the content is; left at its beginning. Raises ArchiveError for an unsafe ZIP."""
    content.seek(0)
    head = content.read(HEAD)
    content.seek(0)
    if head.startswith(OLE):
        return Verdict(_compound(content))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Verdict(_package(content))
    if kind := _by_signature(head):
        return Verdict(kind)
    if _is_pdf(head):
        return Verdict("pdf")
    return _text(head)


def _by_signature(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return BOXES.get(head[8:11], "mp4")
    if head.startswith(b"RIFF"):
        return "webp" if head[8:12] == b"WEBP" else "riff"
    for extension, marks in SIGNATURES.items():
        if marks and extension not in {"webp", *OF_COMPOUND} and head.startswith(marks):
            return SAME.get(extension, extension)
    return next((kind for mark, kind in OTHERS if head.startswith(mark)), "")


def _is_pdf(head: bytes) -> bool:
    """Print spoolers and mail gateways put bytes before its mark; a web page is none for all that."""
    place = head[: PDF_WITHIN + len(PDF_MARK)].find(PDF_MARK)
    return place >= 0 and not is_markup(head[:place])


def _text(head: bytes) -> Verdict:
    is_mail = b"\x00" not in head and re.match(MAIL, head) is not None
    words = readable(head)
    if words is None:
        return Verdict("")
    return Verdict("html" if is_markup(words) else "text", is_mail)


def readable(head: bytes) -> bytes | None:
    """The head of a text, one byte a letter; None when it is no text. UTF-16 is text, too."""
    wide = wide_encoding(head)
    if wide:
        head = head[: len(head) & ~1].decode(wide, "replace").encode()
    return None if b"\x00" in head else head


def wide_encoding(head: bytes) -> str:
    """The encoding of a text with two bytes a letter; "" for others.

    With its mark, or by its zeros: in Latin text every other byte is one.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(head) // 2
    if half < 4:
        return ""
    even, odd = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > half * MOSTLY and not even:
        return "utf-16-le"
    return "utf-16-be" if even > half * MOSTLY and not odd else ""


def is_markup(head: bytes) -> bool:
    """Whether a browser would take it for a page."""
    lower = head.lower()
    return any(mark in lower for mark in MARKUP)


# --- Packages ---------------------------------------------------------------------------


def _package(content: IO[bytes]) -> str:
    try:
        names = archives.inspect(content)
    except archives.ArchiveError as error:
        if error.fault == "broken":
            return ""
        raise
    return kind_of_names(names)


def kind_of_names(names: Iterable[str]) -> str:
    """What a ZIP with these names in it is."""
    lower = {name.lower() for name in names}
    has_macros = any(name.endswith(MACROS) for name in lower)
    if BINARY_BOOK in lower:
        return "xlsm" if has_macros else "xlsb"
    if "mimetype" in lower and OPEN_DOCUMENT in lower:
        return "odf"
    for folder, kind in PACKAGE_FOLDERS:
        if any(name.startswith(folder) for name in lower):
            return WITH_MACROS[kind] if has_macros else kind
    return "zip"


# --- Compound files ---------------------------------------------------------------------


def _compound(content: IO[bytes]) -> str:
    """Which program's file it is, by the names of its streams."""
    names = _directory(content) + _beginning(content)
    for name, kind in STREAMS:
        if name.encode("utf-16-le") in names:
            return kind
    return "ole"


def _directory(content: IO[bytes]) -> bytes:
    """The part that lists the streams ([MS-CFB] 2.2: where it begins stands in the head)."""
    content.seek(0)
    head = content.read(512)
    content.seek(0)
    if len(head) < 512:
        return b""
    shift, first = (
        struct.unpack_from("<H", head, 30)[0],
        struct.unpack_from("<I", head, 48)[0],
    )
    if shift not in {9, 12} or first >= 0xFFFFFFFA:
        return b""
    content.seek((first + 1) << shift)
    found = content.read(DIRECTORY)
    content.seek(0)
    return found


def _beginning(content: IO[bytes]) -> bytes:
    content.seek(0)
    found = content.read(SCANNED)
    content.seek(0)
    return found
