"""Parts of the schema that every path has."""

from typing import Any

ERROR = {
    "type": "object",
    "required": ["message", "code", "errors", "requestId"],
    "properties": {
        "message": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "requestId": {"type": "string"},
    },
}
PARTIAL, SHAPES = "Patched", "#/components/schemas/"
SENTENCES = {
    "400": "Malformed or invalid",
    "401": "Not logged in",
    "403": "Your role does not allow it",
    "404": "Unknown",
    "409": "The state or revision is another one",
    "412": "The record is no longer what If-Match says",
    "413": "Too large",
    "415": "Not a content type that is read here",
    "422": "The Idempotency-Key was used for another request",
    "429": "Too often",
    "502": "An upstream answered nonsense",
    "503": "Busy or an upstream is away",
}


def only_given_paths(endpoints: list[Any]) -> list[Any]:
    """Each path once: the twin with a trailing slash is served, not listed."""
    return [row for row in endpoints if not row[0].endswith("/")]


def with_error_shape(result: dict[str, Any], **_ignored: Any) -> dict[str, Any]:
    """Every operation may answer with the one error shape (docs/contract.md#errors)."""
    result = _renamed(result)
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            for status, sentence in SENTENCES.items():
                operation["responses"].setdefault(status, _answer(sentence))
    return result


def _renamed(value: Any) -> Any:
    """``ChangeItem`` and not ``PatchedChangeItem``: every shape of ours is partial."""
    if isinstance(value, dict):
        return {
            _renamed(key) if str(key).startswith(PARTIAL) else key: _renamed(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    is_name = isinstance(value, str) and value.startswith((PARTIAL, SHAPES + PARTIAL))
    return value.replace(PARTIAL, "", 1) if is_name else value


def _answer(sentence: str) -> dict[str, Any]:
    reference = {"$ref": f"{SHAPES}Error"}
    return {
        "description": sentence,
        "content": {"application/json": {"schema": reference}},
    }
