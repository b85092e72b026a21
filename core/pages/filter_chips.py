"""The filter chips of a list page: what each is set to, what it may be set to, its addresses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from core.text.formatting import day

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a chip's menu."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: ``word`` says what it is set to, ``remove`` is the address without it.

    ``options`` are lines to choose from; ``choices`` fill a select; without both the value is
    typed (``is_date``: a day). ``others`` are the rest of the query, which a typed value must not
    lose. A switch has one option, which it is set to or not.
    """

    name: str
    label: str
    value: str
    word: str
    remove: str
    options: list[Option]
    choices: list[Pair]
    others: list[Pair]
    errors: list[str]
    is_date: bool = False
    is_switch: bool = False


def chips(query: QueryDict, chosen: Any, names: Sequence[str]) -> list[Chip]:
    """The chips of these filters of a ``FilterSet``, each a menu, in this order."""
    fields = chosen.form.fields
    return chips_of(query, chosen, {name: fields[name].choices for name in names})


def chips_of(
    query: QueryDict,
    chosen: Any,
    given: Mapping[str, Iterable[tuple[Any, Any]]],
    selects: frozenset[str] = frozenset(),
) -> list[Chip]:
    """The chips of these filters of a ``FilterSet``, with the (value, label) pairs of each.

    Without pairs a value is typed; those named in ``selects`` are too many for a menu.
    """
    return [
        _chip(query, chosen, name, pairs, is_menu=name not in selects)
        for name, pairs in given.items()
    ]


def _chip(
    query: QueryDict,
    chosen: Any,
    name: str,
    pairs: Iterable[tuple[Any, Any]],
    *,
    is_menu: bool,
) -> Chip:
    value = query.get(name, "").strip()
    words = {str(key): str(label) for key, label in pairs if key not in {"", None}}
    options = [
        Option(label, address(query, name, key), key == value)
        for key, label in words.items()
    ]
    return Chip(
        name=name,
        label=str(chosen.filters[name].label),
        value=value,
        word=words.get(value) or _spelled(chosen.form, name, value),
        remove=address(query, name, ""),
        options=options if is_menu else [],
        choices=[] if is_menu else list(words.items()),
        others=others(query, name),
        errors=[str(each) for each in chosen.form.errors.get(name, [])],
        is_date=isinstance(chosen.form.fields[name], forms.DateField),
    )


def _spelled(form: forms.Form, name: str, value: str) -> str:
    """A typed value as people write it: a day with the name of its month."""
    cleaned = getattr(form, "cleaned_data", {}).get(name)
    return day(cleaned) if isinstance(cleaned, date) else value


def others(query: QueryDict, *names: str) -> list[Pair]:
    """The query without these names, without its page and without what was just done."""
    return [
        (key, str(value))
        for key, value in query.items()
        if value and key not in {*names, "page", "done"}
    ]


def address(query: QueryDict, name: str, value: str) -> str:
    """The same list with this filter set to ``value``, or without it; from the first page."""
    kept = QueryDict(mutable=True)
    kept.update(dict(others(query, name)))
    if value:
        kept[name] = value
    return f"?{kept.urlencode()}"
