"""The filter chips of the list: what each is set to, what it may be set to, and its addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.filters import ActivityFilter
from activities.queries.people import everybody
from core.common.chips import Option, Pair, others


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: ``word`` says what it is set to, ``remove`` is the address without it.

    ``options`` are lines to choose from; ``choices`` fill a select; without both a day is typed.
    ``others`` are the rest of the query, which a typed value must not lose.
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


def chips(query: QueryDict, chosen: ActivityFilter) -> list[Chip]:
    """All chips, in the order of the page."""
    people = everybody()
    departments = {str(f.department_id): f.department_name for f in people}
    departments.pop("None", None)
    given: dict[str, tuple[Iterable[tuple[Any, Any]], bool]] = {
        "status": (chosen.form.fields["status"].choices, True),
        "kind": (chosen.form.fields["kind"].choices, True),
        "mine": (chosen.form.fields["mine"].choices, True),
        "department": (
            sorted(departments.items(), key=lambda pair: pair[1].casefold()),
            False,
        ),
        "person": ([(str(f.ext_id), _titled(f)) for f in people], False),
        "first": ((), False),
        "last": ((), False),
    }
    return [
        _chip(query, chosen, name, pairs, is_menu=is_menu)
        for name, (pairs, is_menu) in given.items()
    ]


def _titled(face: Any) -> str:
    return (
        f"{face.name} ({face.department_name})" if face.department_name else face.name
    )


def _chip(
    query: QueryDict,
    chosen: ActivityFilter,
    name: str,
    pairs: Iterable[tuple[Any, Any]],
    *,
    is_menu: bool,
) -> Chip:
    value = query.get(name, "").strip()
    words = {str(key): str(label) for key, label in pairs if key not in {"", None}}
    options = [
        Option(label, _address(query, name, key), key == value)
        for key, label in words.items()
    ]
    return Chip(
        name=name,
        label=str(chosen.filters[name].label),
        value=value,
        word=words.get(value, value),
        remove=_address(query, name, ""),
        options=options if is_menu else [],
        choices=[] if is_menu else list(words.items()),
        others=others(query, name),
        errors=[str(each) for each in chosen.form.errors.get(name, [])],
    )


def _address(query: QueryDict, name: str, value: str) -> str:
    kept = QueryDict(mutable=True)
    kept.update(dict(others(query, name)))
    if value:
        kept[name] = value
    return f"?{kept.urlencode()}"


def tabs_of(active: str) -> list[dict[str, Any]]:
    """The views of planned work side by side."""
    names = {
        "activity_list": _("List"),
        "calendar": _("Calendar"),
        "gantt": _("Gantt"),
        "workload": _("Workload"),
        "manpower": _("Dashboard MP"),
    }
    return [
        {
            "label": label,
            "url": reverse(f"activities:{name}"),
            "active": name == active,
        }
        for name, label in names.items()
    ]
