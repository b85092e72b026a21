"""One spelling of a record as JSON, and its digest.

The spelling is RFC 8785 in spirit: sorted keys, no white space, UTF-8. Numbers
that can carry a fraction are written as strings, so that 1, 1.0 and 1.00 spell the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(value: object) -> "Json":
    """Turn dates, decimals and nested containers into canonical JSON values."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def decimal_text(value: Decimal) -> str:
    """Spell a decimal without exponent and without trailing zeros: ``1.50`` -> ``1.5``."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def canonical(value: object) -> bytes:
    """The canonical JSON bytes of a value."""
    return orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
