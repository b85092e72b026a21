"""Reads JSON and refuses what would hurt later (security-and-faults.md D.3)."""

import json
import re
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from core.common.errors import DomainError

MAX_DEPTH = 64
NUL = re.compile(rb"\\u0000", re.IGNORECASE)
TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"?')
BRACKET = re.compile(rb"[\[\]{}]")


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
        return parse_json(
            _bounded(stream, settings.JSON_MAX_BYTES, settings.JSON_MAX_BYTES)
        )


def parse_json(body: bytes) -> object:
    """Decode a request body; raises ParseError.

    orjson itself refuses NaN, Infinity, lone surrogates, bad UTF-8 and more than 1,024 levels.
    """
    _refuse_deep(body)
    if b"\x00" in body or NUL.search(body):
        raise ParseError(_("A NUL character is not allowed in JSON."))
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(_("The JSON cannot be read: %s") % error) from None
    # orjson lets the last of two equal names win without a word (attack T69).
    json.loads(body, object_pairs_hook=_refuse_doubled, parse_int=str, parse_float=str)
    return value


def _refuse_doubled(pairs: list[tuple[str, object]]) -> None:
    names = [name for name, _value in pairs]
    if len(set(names)) < len(names):
        doubled = next(name for name in names if names.count(name) > 1)
        raise ParseError(
            _("The name “%s” is given twice in one object.") % doubled[:100]
        )


def _refuse_deep(body: bytes) -> None:
    """Count open brackets outside of strings; orjson's own limit would be far too deep for us."""
    depth = 0
    for bracket in BRACKET.findall(TEXT.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise ParseError(
                _("JSON may be nested %d levels deep, not more.") % MAX_DEPTH
            )


class PhotoJSONParser(LimitedJSONParser):
    """JSON that may carry one file as base64: a third larger than the file, plus the rest."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        """Return the value; raises ParseError (400), or DomainError ``too_large`` (413)."""
        return parse_json(
            _bounded(
                stream,
                settings.ATTACHMENT_MAX_BYTES * 4 // 3 + 65_536,
                settings.ATTACHMENT_MAX_BYTES,
            )
        )


def _bounded(stream: IO[bytes], limit: int, shown: int) -> bytes:
    """The body, if it is not larger than ``limit`` bytes; the sentence names ``shown``."""
    body = stream.read(limit + 1)
    if len(body) > limit:
        sentence = _("It is larger than %d MB.") % (shown // 2**20)
        raise DomainError(sentence, "too_large")
    return body
