"""The history of a change as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.db.models import field_label
from core.ledger.models import Event
from core.ledger.queries import events_about
from engineering.models import ChangeItem, ChangeNotice

WORDS = {
    "change.submitted": gettext_noop("submitted it"),
    "change.edited": gettext_noop("changed it"),
    "change.approved": gettext_noop("approved it"),
    "change.rejected": gettext_noop("rejected it"),
    "change.withdrawn": gettext_noop("withdrew it"),
    "change.file_attached": gettext_noop("attached a file"),
}
BY_AUTHOR = {
    "change.approved": gettext_noop("approved it, as one of its authors"),
    "change.rejected": gettext_noop("rejected it, as one of its authors"),
}
Value = str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One value as it was and as it is; None where there is none."""

    label: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    actor: str
    words: str
    at: datetime
    kind: str
    revision: int | None
    digest: str
    note: str
    is_void: bool
    differences: list[Difference] = field(default_factory=list)
    voided: int = 0


def timeline(change: ChangeNotice) -> list[Entry]:
    """Newest first; a decision on an older revision is marked as void."""
    return [_entry(event, change) for event in events_about(change).reverse()]


def _entry(event: Event, change: ChangeNotice) -> Entry:
    is_decision = event.kind in {"change.approved", "change.rejected"}
    return Entry(
        actor=event.actor_name,
        words=_(_words(event)),
        at=event.at,
        kind=event.kind,
        revision=event.revision,
        digest=event.digest,
        note=event.note or str((event.after or {}).get("name", "")),
        is_void=is_decision and event.revision != change.revision,
        differences=_differences(event) if event.kind == "change.edited" else [],
        voided=int((event.after or {}).get("voided", 0)),
    )


def _words(event: Event) -> str:
    known = BY_AUTHOR if (event.after or {}).get("byAuthor") else WORDS
    return known.get(event.kind, event.kind)


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
    return header + _line_differences(was.get("items", {}), now.get("items", {}))


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
    label = now.get("part", "")
    return [
        Difference(
            f"{label} {_line_word(name)}", _number(was[name]), _number(now[name])
        )
        for name in ("qty", "snapshot_price")
        if was[name] != now[name]
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


def _shown(field: models.Field[Any, Any], value: Any) -> Value:
    if field.choices:
        return str(dict(field.flatchoices).get(value, "")) or None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return None if value in {None, ""} else str(value)
