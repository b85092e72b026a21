"""A cache that keeps text only: a person who can write into Redis must not run code here.

Django's own cache keeps pickles, and reading a pickle may run anything.
"""

import json
from decimal import Decimal
from typing import Any

import orjson

PLAIN = (str, bool, int, float, type(None))


class JsonSerializer:
    """For Django's Redis cache: what cannot be read counts as not kept."""

    def dumps(self, value: object) -> int | str:
        """Numbers stay numbers, which Redis can count with."""
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: bytes) -> Any:
        """Never raises: an older version may have left something else."""
        try:
            return orjson.loads(data)
        except ValueError:
            return None


def to_text(value: object) -> str:
    """One text for numbers, texts, Decimals, and lists, tuples and dicts of them."""
    return orjson.dumps(_marked(value)).decode()


def from_text(text: str) -> Any:
    """The value that ``to_text`` was given, in the same types."""
    return _unmarked(orjson.loads(text))


def _marked(value: object) -> object:
    if type(value) in PLAIN:
        return value
    # Exactly these: what is more than a dict would come back as less than it was.
    if type(value) is Decimal:
        return {"n": str(value)}
    if type(value) is list:
        return [_marked(each) for each in value]
    if type(value) is tuple:
        return {"t": [_marked(each) for each in value]}
    if type(value) is dict:
        return {"d": [[_marked(key), _marked(each)] for key, each in value.items()]}
    raise TypeError(f"{type(value).__name__} is not kept in the cache.")


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "n":
        return Decimal(inner)
    if kind == "t":
        return tuple(_unmarked(each) for each in inner)
    return {_unmarked(key): _unmarked(each) for key, each in inner}
