"""The form of an answer: a JSON object for each statement, each checked before anybody sees it.

A model, the offline analyzer and a test all speak this form, so that text can be shown while it is
produced. An object that does not keep to the form is set aside and counted (docs/threats.md#t55); what
stands around the objects is kept as free text.
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
MAX_FREE = 60_000  # characters
# Of an object without another one in it: its strings, where it ends, and where another one begins.
PART = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<open>")|(?P<end>[{}])', re.DOTALL)
# What parts objects, and the fence that models like to put around them.
GLUE = re.compile(r"^\s*(?:`{3,}\s*\w*|~{3,}\s*\w*|[\[\]{},\s]*)\s*$")
# The beginning of an object around the lines.
FRAME = re.compile(r'\{\s*"[^"]{0,40}"\s*:\s*\[?\s*')
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
        row = json.loads(text, strict=False)
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
    """Takes a stream of text apart into the objects in it, wherever they stand: one a line, in a list, in
    an object around them, in a code fence. ``set_aside`` counts those that did not keep to the form."""

    def __init__(self) -> None:
        self.set_aside = 0
        self.taken = 0
        self._rest = ""
        self._at = 0  # up to where the object that is open has been looked through
        self._free: list[str] = []
        self._free_size = 0

    @property
    def free_text(self) -> str:
        """What stood around the objects, without fences, brackets and commas."""
        lines = "".join(self._free).splitlines()
        kept = (line for line in lines if not line.strip() or not GLUE.match(line))
        return "\n".join(kept).strip()

    def take(self, piece: str) -> Iterator[AnswerLine]:
        """The lines that are complete with this piece."""
        self._rest += piece
        while self._rest:
            start = self._rest.find("{")
            if start:
                self._keep_free(start if start > 0 else len(self._rest))
                continue
            part = self._next_part()
            if part is None and len(self._rest) <= MAX_LINE:
                return  # it goes on with the next piece
            if part is None:
                self._keep_free(1)
            elif part["end"] == "{":
                self._leave_frame(part.start())
            else:
                yield from self._read(part.end())

    def rest(self) -> Iterator[AnswerLine]:
        """At the end: an object that is not closed is free text."""
        yield from self.take("")
        self._keep_free(len(self._rest))

    def _keep_free(self, size: int) -> None:
        """The next characters are no object."""
        if self._free_size < MAX_FREE:
            self._free.append(self._rest[:size])
            self._free_size += size
        self._rest, self._at = self._rest[size:], 0

    def _next_part(self) -> re.Match[str] | None:
        """Where the object that begins here ends, or another one begins in it; None while it is open."""
        for part in PART.finditer(self._rest, max(self._at, 1)):
            if part["end"]:
                return part
            if part["open"]:
                return None
            self._at = part.end()
        return None

    def _leave_frame(self, size: int) -> None:
        """An object around others is nothing by itself; other words are free text."""
        if FRAME.fullmatch(self._rest, 0, size):
            self._rest, self._at = self._rest[size:], 0
        else:
            self._keep_free(size)

    def _read(self, size: int) -> Iterator[AnswerLine]:
        raw = self._rest[:size]
        line = read_line(raw)
        if line is not None and self.taken < MAX_LINES:
            self._rest, self._at = self._rest[size:], 0
            self.taken += 1
            yield line
            return
        self.set_aside += '"' in raw  # other brackets stand in a sentence
        self._keep_free(size)
