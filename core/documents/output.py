"""Output of a reader: counts its pages, keeps to the limits, hands them on."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from core.documents.model import PlacedWord, ReaderLimits, ReadError, Table

# Seconds before the end at which a reader stops by itself, with what it has.
RESERVE = 3
# On one picture; more is no page that a person reads.
MOST_WORDS = 4_000


class ReaderOutput:
    """The pages of one document on their way to the parent."""

    def __init__(
        self, limits: ReaderLimits, say: Callable[[dict[str, Any]], None]
    ) -> None:
        self.limits = limits
        self.notes: list[dict[str, Any]] = []
        self._say = say
        self._left = limits.characters
        self._end = time.monotonic() + max(limits.seconds - RESERVE, 1)
        self._has_text = False
        self._without_text: list[int] = []
        self._beside: list[int] = []
        self._why = "pictures"

    @property
    def seconds_left(self) -> float:
        """Until a reader should stop by itself."""
        return self._end - time.monotonic()

    @property
    def characters_left(self) -> int:
        """How much text still fits."""
        return max(self._left, 0)

    def count(self, total: int) -> int:
        """Number of pages to read out of so many."""
        if total > self.limits.pages:
            self.note("pages", shown=self.limits.pages, total=total)
        return min(total, self.limits.pages)

    def is_full(self, number: int, total: int) -> bool:
        """Whether to stop before this page, with a note of what is left out."""
        if self._left <= 0:
            self.note("characters", number=number, total=total)
            return True
        if self.seconds_left <= 0:
            self.note("time", number=number, total=total)
            return True
        return False

    def note(self, code: str, **facts: Any) -> None:
        """Something that the person should know about the reading."""
        self.notes.append({"code": code, **facts})

    def page_without_text(self, number: int, *, is_blind: bool) -> None:
        """A page that is a picture whose text was not recognised; ``is_blind``: nothing here could."""
        self._without_text.append(number)
        self._why = "blind" if is_blind else self._why

    def picture_beside(self, number: int) -> None:
        """A page whose text was read, and not the words on its picture."""
        self._beside.append(number)

    def put(
        self,
        number: int,
        total: int,
        text: str,
        *,
        tables: Iterable[Table] = (),
        is_ocr: bool = False,
        words: Iterable[PlacedWord] = (),
    ) -> None:
        """A page is read; ``total`` pages will be."""
        kept = clean(text)[: max(self._left, 0)]
        self._left -= len(kept)
        self._has_text = self._has_text or bool(kept.strip())
        page = {
            "number": number,
            "text": kept,
            "tables": self._fit(tables),
            "ocr": is_ocr,
            "words": [
                (clean(text), *place) for text, *place in islice(words, MOST_WORDS)
            ],
        }
        self._say({"is": "page", "total": total, "page": page})

    def _fit(self, tables: Iterable[Table]) -> list[list[list[str]]]:
        fitting = []
        for table in tables:
            rows = [[clean(cell) for cell in row] for row in table]
            size = sum(len(cell) for row in rows for cell in row)
            if size > self._left:
                break
            self._left -= size
            fitting.append(rows)
        return fitting

    def require_something(self) -> None:
        """Raises ReadError ``empty`` for a document without text and without pictures."""
        if self._without_text:
            self.note(self._why, numbers=self._without_text[:20])
        elif not self._has_text:
            raise ReadError("empty")
        if self._beside:
            self.note("beside", numbers=self._beside[:20])


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no lone surrogates, one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")
