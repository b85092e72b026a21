"""JSON as the wire has it: exact numbers, UTC with Z."""

from decimal import Decimal

import orjson

from core.text.canonical_json import decimal_text

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def to_bytes(value: object) -> bytes:
    """Encode a value for the wire."""
    return orjson.dumps(value, default=_wire_default, option=OPTIONS)


def _wire_default(value: object) -> object:
    """Values of types that orjson cannot write by itself."""
    if isinstance(value, Decimal):
        # A JSON number to the last digit: money does not pass through a float.
        return orjson.Fragment(decimal_text(value))
    return str(value)
