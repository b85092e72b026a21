"""The filter chips of a list page: what each is set to, what it may be set to, its addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a chip's menu."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: ``word`` says what it is set to, ``remove`` is the address without it."""

    name: str
    label: str
    value: str
    word: str
    remove: str
    options: list[Option]
    errors: list[str]


def chips(query: QueryDict, chosen: Any, names: Sequence[str]) -> list[Chip]:
    """The chips of these filters of a ``FilterSet``, in this order."""
    return [_chip(query, chosen, name) for name in names]


def _chip(query: QueryDict, chosen: Any, name: str) -> Chip:
    value = query.get(name, "").strip()
    pairs = chosen.form.fields[name].choices
    words = {str(key): str(label) for key, label in pairs if key not in {"", None}}
    return Chip(
        name=name,
        label=str(chosen.filters[name].label),
        value=value,
        word=words.get(value, value),
        remove=_address(query, name, ""),
        options=[
            Option(label, _address(query, name, key), key == value)
            for key, label in words.items()
        ],
        errors=[str(each) for each in chosen.form.errors.get(name, [])],
    )


def others(query: QueryDict, *names: str) -> list[Pair]:
    """The query without these names and without its page."""
    return [
        (key, str(value))
        for key, value in query.items()
        if value and key not in {*names, "page"}
    ]


def _address(query: QueryDict, name: str, value: str) -> str:
    kept = QueryDict(mutable=True)
    kept.update(dict(others(query, name)))
    if value:
        kept[name] = value
    return f"?{kept.urlencode()}"
