"""Results and limits of a reader. Plain Python without Django: the child uses it."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "encrypted", "broken", "unsupported", "too_large", "time", "memory", "empty"
]
Table = tuple[tuple[str, ...], ...]
TEXT_PAGES = ("pdf", "docx", "pptx", "xlsx", "txt", "csv", "dxf", "zip")
PICTURES = ("png", "jpg", "jpeg")
EXTENSIONS = TEXT_PAGES + PICTURES


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page, slide or sheet. number: from 1; is_ocr: the text was recognised on a picture."""

    number: int
    text: str
    tables: tuple[Table, ...] = ()
    is_ocr: bool = False


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
