"""The form of an answer: one JSON object a line, each checked before anybody sees it.

A model, the offline analyzer and a test all speak this form, so that text can be shown while it is
produced. A line that does not keep to the form is set aside and not shown (docs/threats.md#t55).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from core.text.cleaning import strip_invisible

KINDS = ("fact", "point", "question")
MAX_LINE = 4_000
MAX_LINES = 400
MAX_TEXT = 700
MAX_NAME = 60
MAX_QUOTE = 400
MAX_PAGE = 100_000
REFERENCE = re.compile(r"\[\^[^\]\n]{0,20}\]:?")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One statement. ``name`` says which fact it is, ``panel`` of which panel; ``page`` is 0 where none is given."""

    kind: str
    text: str
    name: str = ""
    page: int = 0
    quote: str = ""
    panel: str = ""

    def spelled(self) -> str:
        """The line as it travels."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_line(raw: str) -> AnswerLine | None:
    """The line that this text holds, or None when it does not keep to the form."""
    text = raw.strip().rstrip(",")
    if not text.startswith("{") or len(text) > MAX_LINE:
        return None
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _line(row) if isinstance(row, dict) else None


def _line(row: dict[str, object]) -> AnswerLine | None:
    kind, text = row.get("kind"), _text(row.get("text"), MAX_TEXT)
    page = row.get("page", 0)
    if kind not in KINDS or not text:
        return None
    return AnswerLine(
        kind=str(kind),
        text=text,
        name=_text(row.get("name"), MAX_NAME),
        page=_page(page),
        quote=_text(row.get("quote"), MAX_QUOTE),
        panel=_text(row.get("panel"), MAX_NAME),
    )


def _page(value: object) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value <= MAX_PAGE else 0  # type: ignore[operator,return-value]


def _text(value: object, limit: int) -> str:
    """One line of text: nothing unseen, and no references but those that we set ourselves."""
    if not isinstance(value, str):
        return ""
    return " ".join(REFERENCE.sub("", strip_invisible(value)).split())[:limit]


class LineReader:
    """Cuts a stream of text into lines; ``set_aside`` counts what did not keep to the form."""

    def __init__(self) -> None:
        self.set_aside = 0
        self.taken = 0
        self._rest = ""

    def take(self, piece: str) -> Iterator[AnswerLine]:
        """The lines that are complete with this piece."""
        *whole, self._rest = (self._rest + piece).split("\n")
        if len(self._rest) > MAX_LINE:
            whole, self._rest = [*whole, self._rest], ""
        yield from self._read(whole)

    def rest(self) -> Iterator[AnswerLine]:
        """The last line, which has no end."""
        yield from self._read([self._rest])
        self._rest = ""

    def _read(self, lines: list[str]) -> Iterator[AnswerLine]:
        for raw in lines:
            if not raw.strip().strip("`[]").removeprefix("json").strip():
                continue  # empty, or the fence that models like to put around
            line = read_line(raw)
            if line is None or self.taken >= MAX_LINES:
                self.set_aside += 1
            else:
                self.taken += 1
                yield line
