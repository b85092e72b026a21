"""Writes JSON as the wire has it: exact numbers, UTC with Z."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

from core.text.canonical_json import decimal_text

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def wire_default(value: object) -> object:
    """Values of types that orjson cannot write by itself."""
    if isinstance(value, Decimal):
        # A JSON number to the last digit: money does not pass through a float.
        return orjson.Fragment(decimal_text(value))
    return str(value)


def to_bytes(value: object) -> bytes:
    """Encode a value for the wire."""
    return orjson.dumps(value, default=wire_default, option=OPTIONS)


def utc(value: datetime | None) -> datetime | None:
    """The same instant in UTC, which is how dates go out."""
    return None if value is None else value.astimezone(UTC)


class OrjsonRenderer(BaseRenderer):
    """DRF's answers through orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: object,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Encode; an empty body stays empty (204)."""
        return b"" if data is None and _is_empty(renderer_context) else to_bytes(data)


def _is_empty(context: Mapping[str, Any] | None) -> bool:
    response = (context or {}).get("response")
    return response is not None and response.status_code in {204, 304}
