"""The filter chips of the list: what each is set to, what it may be set to, and its addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from engineering.filters import ChangeFilter

YEARS = 6
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

    ``options`` are lines to choose from; without them the value is typed. ``others`` are the rest
    of the query, which a typed value must not lose.
    """

    name: str
    label: str
    value: str
    word: str
    remove: str
    options: list[Option]
    others: list[Pair]
    errors: list[str]


def chips(query: QueryDict, chosen: ChangeFilter) -> list[Chip]:
    """All chips, in the order of the page."""
    form = chosen.form
    given: dict[str, Iterable[tuple[Any, Any]]] = {
        "status": form.fields["status"].choices,
        "kind": form.fields["kind"].choices,
        "year": _years(),
        "customer": (),
        "requester": (),
        "above": (),
        "mine": form.fields["mine"].choices,
    }
    # Reports lead here with a period; nobody types one here.
    given |= {name: () for name in ("since", "until") if query.get(name)}
    return [_chip(query, chosen, name, pairs) for name, pairs in given.items()]


def _years() -> list[Pair]:
    this = timezone.localdate().year
    return [(str(year), str(year)) for year in range(this, this - YEARS, -1)]


def _chip(
    query: QueryDict,
    chosen: ChangeFilter,
    name: str,
    pairs: Iterable[tuple[Any, Any]],
) -> Chip:
    value = query.get(name, "").strip()
    words = {str(key): str(label) for key, label in pairs if key not in {"", None}}
    options = [
        Option(label, _address(query, name, key), key == value)
        for key, label in words.items()
    ]
    if name == "above":
        options = [Option(_("Yes"), _address(query, name, "true"), bool(value))]
    errors = [str(each) for each in chosen.form.errors.get(name, [])]
    return Chip(
        name=name,
        label=str(chosen.filters[name].label),
        value=value,
        word=words.get(value, value),
        remove=_address(query, name, ""),
        options=options,
        others=others(query, name),
        errors=errors,
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
