"""Results and limits of a reader. Plain Python without Django: the child uses it."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "encrypted", "broken", "unsupported", "too_large", "time", "memory", "empty"
]
Table = tuple[tuple[str, ...], ...]
# Versions of the readers, by kind: one higher, and what it read before is read again, in the
# background. 2: everything that the usual program shows (docs/decisions/0006-documents.md#reading). 3: words of scripts
# without spaces.
VERSIONS = {
    "pdf": 3, "docx": 3, "pptx": 3, "xlsx": 3, "xlsb": 3, "txt": 3, "csv": 3,
    "dxf": 3, "zip": 2, "png": 3, "jpg": 3, "jpeg": 3, "doc": 3, "xls": 3, "ppt": 3,
    "rtf": 3, "msg": 3, "eml": 3, "rar": 3, "gif": 3, "bmp": 3, "webp": 3, "tif": 3,
    "tiff": 3, "heic": 3,
}  # fmt: skip
PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic")
EXTENSIONS = tuple(VERSIONS)


# A word on a picture and its place, in shares of the page as it is shown: left, top, width, height.
PlacedWord = tuple[str, float, float, float, float]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page, slide or sheet. number: from 1; is_ocr: the text was recognised on a picture, where its
    ``words`` stand."""

    number: int
    text: str
    tables: tuple[Table, ...] = ()
    is_ocr: bool = False
    words: tuple[PlacedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Limits of a reader.

    seconds: time on the clock and on the processor, each; then the child is killed.
    memory_bytes: address space of the child, and of each process that it starts.
    pages: pages, slides or sheets that are read; the rest is left out with a note.
    characters: of text and of tables together that are kept; the rest is left out with a note.
    """

    seconds: int = 30
    memory_bytes: int = 512 << 20
    pages: int = 500
    characters: int = 2_000_000


DEFAULT = ReaderLimits()


class ReadError(Exception):
    """A reader cannot go on; the parent says why in a sentence."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
