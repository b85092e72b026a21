"""JSON from outside, and single values out of it, each checked before it is believed."""

import json
import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

import orjson

from core.text.ids import as_id

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Row = Mapping[str, Any]

MAX_DEPTH = 64
# Each object costs some 100 bytes here and only two there; so they are counted.
MAX_CONTAINERS = 400_000
TEXT_CAP = 2_000
LARGEST_ID = 2**63 - 1
# One more than the largest has: a longer text stays too large when cut here.
ID_DIGITS = 20
LARGEST_AMOUNT = Decimal(10) ** 15
BOM = b"\xef\xbb\xbf"
SURROGATE = re.compile("[\ud800-\udfff\x00]")


class UnreadableAnswer(ValueError):  # noqa: N818 - a verdict on their data
    """A value is not what it should be."""


class TooDeep(UnreadableAnswer):
    """Nested deeper than anything real; perhaps it contains itself."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """An accepted answer. rows: how many it has; set_aside: wrong rows left out."""

    value: T
    rows: int
    set_aside: int = 0


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        nodes = [node for node in level if isinstance(node, dict | list)]
        if not nodes:
            return False
        level = [
            child
            for node in nodes
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return True


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return SURROGATE.sub("", value)
    if isinstance(value, list):
        return [_scrub(each) for each in value]
    if isinstance(value, dict):
        return {_scrub(key): _scrub(each) for key, each in value.items()}
    return value


def _refuse(constant: str) -> Any:
    raise UnreadableAnswer(f"{constant} is not JSON")


def _load_leniently(body: bytes, **options: Any) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse, **options)
    except RecursionError:
        raise TooDeep("nested too deeply") from None


def load_json(body: bytes) -> Any:
    """The JSON in those bytes; ValueError if it is none, too deep or too many parts.

    NUL and lone surrogates are taken out of all strings, since neither database nor
    browser can hold them, and one of them must not cost the whole list.
    """
    body = body.removeprefix(BOM)
    if body.count(b"{") + body.count(b"[") > MAX_CONTAINERS:
        raise UnreadableAnswer("too many parts")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):
            raise TooDeep("nested too deeply") from None
        if b"\\ud" not in body.lower():
            raise
        value = _load_leniently(body)
    if _depth_exceeds(value, MAX_DEPTH):
        raise TooDeep("nested too deeply")
    return _scrub(value) if b"\\u" in body else value


def load_exact(body: bytes) -> Any:
    """Like ``load_json``, with each fraction as an exact Decimal (money)."""
    load_json(body)
    value = _load_leniently(body.removeprefix(BOM), parse_float=Decimal)
    return _scrub(value) if b"\\u" in body else value


def rows_of(value: Any, *envelopes: str) -> list[Any]:
    """The list itself, or the one under one of those names; ValueError if neither."""
    if isinstance(value, dict):
        value = next((value[name] for name in envelopes if name in value), None)
    if not isinstance(value, list):
        raise UnreadableAnswer("a list was expected")
    return value


def several(rows: Iterable[Any], make: Callable[[Row], T]) -> tuple[list[T], int]:
    """The rows that could be read, and the number of wrong ones."""
    good: list[T] = []
    set_aside = 0
    for row in rows:
        try:
            good.append(make(as_row(row)))
        except ValueError:
            set_aside += 1
    return good, set_aside


def index(
    rows: Iterable[Any], make: Callable[[Row], T], key: Callable[[T], K]
) -> Parsed[Mapping[K, T]]:
    """The rows by key; of two with the same key the last wins.

    ValueError when there are rows and not one of them is right: then the shape has
    changed, and an old list is worth more than an empty one.
    """
    good, set_aside = several(rows, make)
    if set_aside and not good:
        raise UnreadableAnswer("not one row is right")
    return Parsed({key(each): each for each in good}, len(good), set_aside)


def as_row(value: Any) -> Row:
    """The JSON object; ValueError if it is none."""
    if not isinstance(value, dict):
        raise UnreadableAnswer("an object was expected")
    return value


def must(row: Row, name: str) -> Any:
    """The member, which may be null but not absent: absent means a changed shape."""
    if name not in row:
        raise UnreadableAnswer(f"{name} is missing")
    return row[name]


def ext_id(value: Any) -> int:
    """An upstream's id: a positive integer, or one in a string (protobuf JSON)."""
    if isinstance(value, str):
        value = as_id(value.strip()[:ID_DIGITS], ID_DIGITS) or 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableAnswer("an id is an integer")
    if not 0 < value <= LARGEST_ID:
        raise UnreadableAnswer("an id is positive and fits 63 bits")
    return value


def ext_id_or_none(value: Any) -> int | None:
    """The same, where null, empty and 0 mean that there is none."""
    return None if value in (None, "", 0, "0") else ext_id(value)


def text(value: Any, cap: int = TEXT_CAP) -> str:
    """A stripped string of at most ``cap`` characters; null is "", a number its digits."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise UnreadableAnswer("a text was expected")
    return SURROGATE.sub("", value).strip()[:cap]


def text_or_none(value: Any) -> str | None:
    """The same, with None for null and for nothing but space."""
    return text(value) or None


def required_text(value: Any) -> str:
    """The same, where nothing is not enough."""
    found = text(value)
    if not found:
        raise UnreadableAnswer("a text is empty")
    return found


def amount_or_none(value: Any) -> Decimal | None:
    """An amount of money in IDR, not negative and below 10^15; None for null and ""."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise UnreadableAnswer("an amount is a number")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise UnreadableAnswer("an amount is a number") from None
    if not amount.is_finite() or not 0 <= amount < LARGEST_AMOUNT:
        raise UnreadableAnswer("an amount is neither negative nor endless")
    return amount


def minutes(value: Any) -> float:
    """A span in minutes, 0 for null."""
    if isinstance(value, str):
        value = float(value or 0)
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableAnswer("minutes are a number")
    if not math.isfinite(value) or value < 0:
        raise UnreadableAnswer("minutes are neither negative nor endless")
    return float(value)


def moment_or_none(value: Any) -> datetime | None:
    """An ISO moment as UTC (without a zone it is taken as UTC); None when unreadable."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def date_or_none(value: Any) -> date | None:
    """The date that an ISO date or moment names; None when unreadable."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
