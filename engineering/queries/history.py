"""The history of a change as people read it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.db.models import field_label
from core.ledger.history import Difference, Entry, entry_of, history_of, kind_of
from core.ledger.models import Event
from engineering.models import ChangeItem, ChangeNotice

BY_AUTHOR = {
    "change.approved": gettext_noop("approved it, as one of its authors"),
    "change.rejected": gettext_noop("rejected it, as one of its authors"),
}
Value = str | None


def timeline(change: ChangeNotice) -> list[Entry]:
    """Newest first; a decision on an older revision is marked as void."""
    return history_of(change, lambda event: _entry(event, change))


def _entry(event: Event, change: ChangeNotice) -> Entry:
    kind, after = kind_of(event.kind), event.after or {}
    by_author = BY_AUTHOR.get(event.kind, "") if after.get("byAuthor") else ""
    entry = entry_of(
        event,
        what=by_author and _(by_author),
        changes=_differences(event) if kind.is_edit else (),
        is_void=kind.is_decision and event.revision != change.revision,
    )
    # A file has no remark; its name stands there.
    return replace(entry, note=event.note or str(after.get("name", "")))


def _differences(event: Event) -> list[Difference]:
    was, now = event.before or {}, event.after or {}
    header = [
        Difference(
            str(field_label(ChangeNotice, field.name)),
            _shown(field, was.get(field.name)),
            _shown(field, now.get(field.name)),
        )
        for field in ChangeNotice._meta.fields
        if field.name in was or field.name in now
    ]
    lines = _line_differences(was.get("items", {}), now.get("items", {}))
    return header + lines + _file_differences(was.get("files"), now.get("files"))


def _file_differences(was: Any, now: Any) -> list[Difference]:
    gone = [Difference(_("File"), row["name"], None) for row in (was or {}).values()]
    return gone + [
        Difference(_("File"), None, row["name"]) for row in (now or {}).values()
    ]


def _line_differences(
    was: Mapping[str, Any], now: Mapping[str, Any]
) -> list[Difference]:
    keys = sorted(was.keys() | now.keys(), key=lambda key: (key.startswith("-"), key))
    return [each for key in keys for each in _one_line(was.get(key), now.get(key))]


def _one_line(
    was: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> list[Difference]:
    if was is None or now is None:
        part = (was or now or {}).get("part", "")
        return [Difference(_("Line"), _line_text(was), _line_text(now))] if part else []
    label, part = now.get("part", ""), field_label(ChangeItem, "part_name")
    moved = [Difference(str(part), was.get("part"), label)]
    return (moved if was.get("part") != label else []) + [
        Difference(
            f"{label} {_line_word(name)}", shown(was.get(name)), shown(now.get(name))
        )
        for name, shown in LINE_VALUES.items()
        if was.get(name) != now.get(name)
    ]


def _line_word(name: str) -> str:
    field: Any = ChangeItem._meta.get_field(name)
    return str(field.verbose_name)


def _line_text(line: Mapping[str, Any] | None) -> Value:
    return f"{line['part']} x {_number(line['qty'])}" if line else None


def _number(value: Any) -> Value:
    if value is None:
        return None
    text = f"{Decimal(str(value)):,}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def _direction(value: Any) -> Value:
    field: Any = ChangeItem._meta.get_field("direction")
    return _shown(field, value)


# All that is signed of a line besides its part, and how a value of it reads.
LINE_VALUES: dict[str, Callable[[Any], Value]] = {
    "qty": _number,
    "snapshot_price": _number,
    "direction": _direction,
    "part_name": lambda value: value or None,
    "unit": lambda value: value or None,
}


def _shown(field: models.Field[Any, Any], value: Any) -> Value:
    if field.choices:
        return str(dict(field.flatchoices).get(value, "")) or None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return None if value in {None, ""} else str(value)
