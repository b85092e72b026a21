"""Writes JSON as the wire has it: exact numbers, UTC with Z."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rest_framework.renderers import BaseRenderer

from core.text.wire_json import to_bytes


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
