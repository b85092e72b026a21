"""What may be said, by whom and until when; pure functions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from core.talk.models import Comment

MAX_TEXT = 4_000
MAX_MENTIONS = 20
MAX_FILES = 5
MAX_REASON = 300
EDIT_FOR = timedelta(minutes=10)
EXCERPT = 200
MARKS = re.compile(r"\*\*|`|^[ \t]*(?:#{1,6}|>|[-*])[ \t]+", re.MULTILINE)


def editable_until(comment: Comment) -> datetime:
    """Until when its author may change it."""
    return comment.created_at + EDIT_FOR


def is_editable(comment: Comment, now: datetime, *, is_answered: bool) -> bool:
    """For ten minutes, unless somebody has answered it or it was struck."""
    return (
        now <= editable_until(comment)
        and not is_answered
        and comment.struck_at is None
        and comment.closed_at is None
    )


def cleaned(text: str) -> str:
    """The text as it is kept: one kind of line end, no NUL, nothing around it."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip()


def excerpt(text: str) -> str:
    """The beginning of a text in one line, without the marks of Markdown."""
    line = " ".join(MARKS.sub("", text).split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"


def mentions(text: str, people: Mapping[str, Iterable[int]]) -> list[int]:
    """User ids of each ``@Name`` of a text, in its order and as often as it stands there.

    people: user ids by the name in small letters. Of two names the longer counts: ``@Ani Yudhoyono``
    is not Ani. A name ends where its letters end: ``@Anita`` is not Ani either, nor is ``a@ani`` a mention.
    """
    # The same number of characters as the text, which casefold() would not promise.
    small = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    by_start: dict[str, list[str]] = {}
    for name in people:
        by_start.setdefault(name[:1], []).append(name)
    for names in by_start.values():
        names.sort(key=len, reverse=True)
    return [
        person
        for start in _marks(small)
        for name in _first(small, start, by_start.get(small[start : start + 1], ()))
        for person in people[name]
    ]


def _marks(text: str) -> Iterator[int]:
    """The places behind each ``@`` that does not stand in a word."""
    at = text.find("@")
    while at >= 0:
        if not text[at - 1 : at].isalnum():
            yield at + 1
        at = text.find("@", at + 1)


def _first(text: str, start: int, names: Iterable[str]) -> Iterator[str]:
    """The longest of these names that stands there as a whole."""
    for name in names:
        end = start + len(name)
        if text.startswith(name, start) and not text[end : end + 1].isalnum():
            yield name
            return
