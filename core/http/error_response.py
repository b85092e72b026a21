"""The one shape of an error on the wire (docs/contract.md#errors)."""

from collections.abc import Mapping, Sequence

import orjson
import structlog
from django.http import HttpResponse


def request_id() -> str:
    """The id of the request being served, as the log has it."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def error_body(
    sentence: str,
    code: str,
    errors: Mapping[str, Sequence[str]] | None = None,
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Message, code, errors by field, request id; ``extra`` adds facts such as the revision."""
    return {
        "message": sentence,
        "code": code,
        "errors": {name: list(words) for name, words in (errors or {}).items()},
        "requestId": request_id(),
        **(extra or {}),
    }


def error_response(
    status: int,
    sentence: str,
    code: str,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """An error outside of any API view, in the same shape."""
    body = orjson.dumps(error_body(sentence, code, errors))
    return HttpResponse(
        body,
        content_type="application/json",
        status=status,
        headers={"Cache-Control": "no-store, private"},
    )
