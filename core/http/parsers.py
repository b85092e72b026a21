"""Reads JSON and refuses what would hurt later: depth, size, NUL (docs/threats.md#t64)."""

import json
import re
from typing import IO, Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from core.errors import DomainError
from core.http.json_limits import names_within, too_deep, walk

NUL = re.compile(rb"\\u0000", re.IGNORECASE)
PIECE = 1 << 18
# A login and the news of an upstream: nothing there is longer.
SMALL = 16 << 10
LENGTH_DIGITS = 15
# In a larger body nobody looks for which name it was.
NAMED = 64 << 10
# A file as base64, slashes escaped or not. Each quote begins one try that ends at the next one.
LONG = re.compile(rb'"[A-Za-z0-9+/=:;,.\-_\\]{32768,}+"')
LIFTED = b'"\\u0001lifted\\u0001"'
MARK = "\x01lifted\x01"


class LimitedJSONParser(BaseParser):
    """JSON of bounded size and depth, without NUL, lone surrogates, NaN or doubled keys."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return the value; raises ParseError (400) with a sentence that names the reason."""
        return parse_json(read_bounded(stream, settings.JSON_MAX_BYTES))


class SmallJSONParser(LimitedJSONParser):
    """The same where a stranger may send it, and nothing needs room."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return the value; raises ParseError (400), or DomainError ``too_large`` (413)."""
        return parse_json(read_bounded(stream, SMALL))


def require_small(request: HttpRequest | Request) -> None:
    """Before all of it is read: refuse a longer body than ``SmallJSONParser`` takes."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > LENGTH_DIGITS or int(length) > SMALL:
        raise _too_large(SMALL)


def parse_json(body: bytes | bytearray) -> object:
    """Decode a request body; raises ParseError.

    orjson itself refuses NaN, Infinity, lone surrogates, bad UTF-8 and more than 1,024 levels.
    """
    if b"\x00" in body or NUL.search(body):
        raise ParseError(_("A NUL character is not allowed in JSON."))
    names = names_within(bytes(body))
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):
            raise too_deep() from None
        raise ParseError(_("The JSON cannot be read: %s") % error) from None
    # orjson silently takes the last of two equal names (docs/threats.md#t69).
    if walk(value) < names:
        raise ParseError(
            _("The name “%s” is given twice in one object.") % _doubled_in(body)
        )
    return value


def _doubled_in(body: bytes | bytearray) -> str:
    """The first name that is given twice; none is looked for in a long body."""
    found: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                found.append(name)
            seen.add(name)

    if len(body) <= NAMED:
        json.loads(body, object_pairs_hook=look, parse_int=str, parse_float=str)
    return found[0][:100] if found else "…"


class PhotoJSONParser(LimitedJSONParser):
    """JSON that may carry one file as base64: a third larger than the file, plus the rest.

    The file's text is lifted out before the rest is judged and read, so that it is in memory
    twice at most: as it came and as a text.
    """

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return the value; raises ParseError (400), or DomainError ``too_large`` (413)."""
        most = settings.ATTACHMENT_MAX_BYTES
        # A sender may write each slash with a backslash: one character of 32 on average.
        body = read_bounded(stream, most * 4 // 3 * 33 // 32 + 65_536, most)
        text = _lift(body)
        value = parse_json(_no_larger(body, settings.JSON_MAX_BYTES))
        return value if text is None else _put_back(value, text)


def _lift(body: bytearray) -> str | None:
    """Take the first long text without spaces out, and leave a mark in its place."""
    found = LONG.search(body)
    if found is None:
        return None
    first, end = found.span()
    # Or the body could not be shortened.
    del found
    with memoryview(body) as view:
        text = str(view[first + 1 : end - 1], "ascii")
    if text.count("\\") != text.count("\\/"):
        return None
    body[first:end] = LIFTED
    return text.replace("\\/", "/") if "\\" in text else text


def _put_back(value: object, text: str) -> object:
    """The lifted text where it was: the value of one member of the object."""
    if value == MARK:
        return text
    if isinstance(value, dict):
        held = [name for name, each in value.items() if each == MARK]
        if len(held) == 1:
            return value | {held[0]: text}
    raise ParseError(_("Send the file as base64 in one member of one object."))


def read_bounded(stream: IO[bytes], limit: int, shown: int = 0) -> bytearray:
    """The body, if it is not larger than ``limit`` bytes; the sentence names ``shown``.

    Read piece by piece: a stream that is asked for all of it at once holds it three times.
    """
    body = bytearray()
    while len(body) <= limit and (piece := stream.read(PIECE)):
        body += piece
    return _no_larger(body, limit, shown)


def _no_larger(body: bytearray, limit: int, shown: int = 0) -> bytearray:
    if len(body) <= limit:
        return body
    raise _too_large(shown or limit)


def _too_large(limit: int) -> DomainError:
    if limit < 2**20:
        sentence = _("It is larger than %d kB.") % (limit // 2**10)
    else:
        sentence = _("It is larger than %d MB.") % (limit // 2**20)
    return DomainError(sentence, "too_large")
