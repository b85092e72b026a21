"""The page of the document itself, with the place of a passage on it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aianalyzer.models import InquiryAiGeneration, SourcePage
from aianalyzer.policies.citations import PageIndex
from core.files.uploaded import extension_of

# What every browser shows.
SHOWN = {
    "pdf": "pdf",
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "bmp"), "picture"),
}


@dataclass(frozen=True, slots=True)
class PassageBox:
    """A piece of a passage on a picture, in shares of the page: one for each line."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paper:
    """kind: ``pdf``, ``picture``, or nothing that a browser shows; boxes: of the passage, where the page is a picture."""

    kind: str
    page: int
    quote: str
    boxes: Sequence[PassageBox]

    @property
    def mark(self) -> dict[str, Any]:
        """What the frame of a PDF is told."""
        boxes = [[box.left, box.top, box.width, box.height] for box in self.boxes]
        return {"page": self.page, "quote": self.quote, "boxes": boxes}

    @property
    def mark_json(self) -> str:
        """The same as text, for an attribute of the page."""
        return json.dumps(self.mark)


def paper_kind(generation: InquiryAiGeneration) -> str:
    """How the document itself can be shown; empty where only its text can."""
    if not generation.stored_name:
        return ""
    return SHOWN.get(extension_of(generation.file_name), "")


def paper_of(generation: InquiryAiGeneration, page: SourcePage, quote: str) -> Paper:
    """The page as it is shown, with the passage."""
    boxes = boxes_of(page.words, quote) if quote and page.words else []
    return Paper(paper_kind(generation), page.number, quote, boxes)


def boxes_of(words: Sequence[Sequence[Any]], quote: str) -> list[PassageBox]:
    """Where the words of a quotation stand on the picture, put together line by line."""
    text = " ".join(str(word[0]) for word in words)
    span = PageIndex(0, text).span(quote)
    if span is None:
        return []
    at, boxes = 0, []
    for word, *place in words:
        if at < span[1] and at + len(str(word)) > span[0]:
            boxes.append(PassageBox(*place))
        at += len(str(word)) + 1
    return _lines(boxes)


def _lines(boxes: Sequence[PassageBox]) -> list[PassageBox]:
    lines: list[PassageBox] = []
    for box in boxes:
        last = lines[-1] if lines else None
        middle = box.top + box.height / 2
        if last and last.top <= middle <= last.top + last.height:
            right = max(last.left + last.width, box.left + box.width)
            left, top = min(last.left, box.left), min(last.top, box.top)
            low = max(last.top + last.height, box.top + box.height)
            lines[-1] = PassageBox(left, top, right - left, low - top)
        else:
            lines.append(box)
    return lines
