"""The history of a change as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.ledger.models import Event
from core.ledger.queries import events_about
from engineering.models import ChangeNotice

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
LABELS = {
    "kind": gettext_noop("Type"),
    "direction": gettext_noop("Addition or reduction"),
    "date": gettext_noop("Date"),
    "po_number": gettext_noop("PO number"),
    "customer": gettext_noop("Customer"),
    "project_name": gettext_noop("Project"),
    "product_name": gettext_noop("Product"),
    "engineering": gettext_noop("The change"),
    "detail_problem": gettext_noop("Reason"),
    "ext_job_id": gettext_noop("Job"),
    "ext_purchase_order_id": gettext_noop("Purchase order"),
    "ext_panel_code_id": gettext_noop("Product"),
    "ext_user_id": gettext_noop("Requested by"),
    "has_po": gettext_noop("PO received?"),
    "margin_before": gettext_noop("Margin before (%)"),
    "margin_after": gettext_noop("Margin after (%)"),
    "priority": gettext_noop("Priority"),
    "justification": gettext_noop("Business or technical justification"),
    "impact_without": gettext_noop("Impact of not making the change"),
    "impact_risk": gettext_noop("Impact on project risk"),
    "impact_schedule": gettext_noop("Impact on schedule"),
    "customer_pays": gettext_noop("Will the customer pay?"),
    "customer_reference": gettext_noop("Customer reference"),
    "internal_cause": gettext_noop("Internal cause"),
    "qty": gettext_noop("qty"),
    "snapshot_price": gettext_noop("price"),
}
CHOICES = {
    "kind": dict(ChangeNotice.Kind.choices),
    "direction": dict(ChangeNotice.Direction.choices),
    "priority": dict(ChangeNotice.Priority.choices),
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
            _(LABELS[name]), _shown(name, was.get(name)), _shown(name, now.get(name))
        )
        for name in LABELS
        if name in was or name in now
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
        Difference(f"{label} {_(LABELS[name])}", _number(was[name]), _number(now[name]))
        for name in ("qty", "snapshot_price")
        if was[name] != now[name]
    ]


def _line_text(line: Mapping[str, Any] | None) -> Value:
    return f"{line['part']} x {_number(line['qty'])}" if line else None


def _number(value: Any) -> Value:
    if value is None:
        return None
    text = f"{Decimal(str(value)):,}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def _shown(name: str, value: Any) -> Value:
    if name in CHOICES:
        return str(CHOICES[name].get(value, "")) or None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return None if value in {None, ""} else str(value)
