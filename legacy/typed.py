"""Values of an old row as a person reads and types them, and back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text.numbers import read_number
from legacy.schema import FILLED, TABLES
from legacy.source import Row

LARGEST = 2**31 - 1


def values_of(table: str, raw: Mapping[str, Any]) -> Row:
    """A kept row (``LegacyRow.raw``) as the source would give it."""
    return dict.fromkeys(TABLES[table]) | {
        name: _value(TABLES[table].get(name, "text"), value)
        for name, value in raw.items()
    }


def typed_values(table: str, typed: Mapping[str, str]) -> Row:
    """What a person typed into columns, by their types; empty is none.

    Raises DomainError ``invalid`` with a sentence for each column that cannot hold it.
    """
    found, errors = {}, {}
    for name, text in typed.items():
        try:
            found[name] = _typed(table, name, text.strip())
        except ValueError:
            errors[name] = [str(WRONG[TABLES[table][name]]())]
    if errors:
        raise DomainError(_("Some values cannot be read."), "invalid", errors=errors)
    return found


def _typed(table: str, name: str, text: str) -> Any:
    """A column's value; raises ValueError where it cannot be that, or must not be empty."""
    kind = TABLES[table][name]
    if text:
        return _value(kind, text)
    if name not in FILLED.get(table, ()):
        return None
    if kind != "text":
        raise ValueError(name)
    return text


def _value(kind: str, value: Any) -> Any:
    return value if value is None else READ[kind](str(value))


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text)
    return number


def _truth(text: str) -> int:
    words = {"0": 0, "1": 1, "false": 0, "true": 1}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError(text)
    return found


def _fraction(text: str) -> float:
    """As the old database has it, or as people type numbers."""
    try:
        return float(text)
    except ValueError:
        return float(read_number(text))


READ: dict[str, Callable[[str], Any]] = {
    "int": _whole, "bool": _truth, "double": _fraction, "time": _moment, "text": str,
}  # fmt: skip
WRONG: dict[str, Callable[[], str]] = {
    "int": lambda: _("A whole number."),
    "bool": lambda: _("0 or 1."),
    "double": lambda: _("A number."),
    "time": lambda: _("A day and a time, such as 2026-03-02 07:00."),
}
