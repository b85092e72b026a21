"""Raise, edit, withdraw a change (decisions.md 4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.common.errors import DomainError, invalid
from core.common.locking import locked
from core.integrations.crm import PurchaseOrder
from core.integrations.ppic import Job
from core.ledger.services import record
from engineering.models import ChangeItem, ChangeNotice, NumberSequence
from engineering.permissions import require_editor
from engineering.queries.approval import open_deciders
from engineering.queries.catalogue import Catalogue, catalogue
from engineering.services.content import (
    HEADER,
    Snapshot,
    content_digest,
    difference,
    search_text,
    snapshot,
    totals,
)
from engineering.services.files import NamedFile, add_files, kept_files
from engineering.signals import change_edited, change_submitted, change_withdrawn

MAX_ITEMS = 500
PREFIX = {
    ChangeNotice.Kind.ECN: "ECN",
    ChangeNotice.Kind.CCN: "CCN",
    ChangeNotice.Kind.OTHERS: "OTH",
    ChangeNotice.Kind.FAB: "FAB",
}
ITEM_FIELDS = (
    "ext_item_id",
    "qty",
    "snapshot_price",
    "snapshot_date",
    "direction",
    "part_number",
)
REQUIRED = {"kind": ChangeNotice.Kind.ECN, "priority": ChangeNotice.Priority.MEDIUM}


def raise_change(
    *,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]] = (),
    files: Sequence[NamedFile] = (),
    facts: Catalogue | None = None,
) -> ChangeNotice:
    """Raise a change, with its lines and files; it stands open for decision at once.

    ``fields`` holds column values (unknown names are ignored), ``items`` a mapping per line.
    Missing facts (customer, PO number, project, part names) come from ``facts``; without it
    the upstreams' caches are read, which must not happen inside a transaction.
    Raises DomainError ``invalid`` with wire names.
    """
    require(by, "raise_change")
    known = facts or catalogue(with_jobs=True)
    with kept_files(files) as kept, transaction.atomic():
        change = _insert(by, fields, items, known)
        add_files(change, kept, by)
    return change


def _insert(
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    facts: Catalogue,
) -> ChangeNotice:
    change = ChangeNotice(created_by=by)
    _apply_header(change, {"ext_user_id": by.ext_id, **_sent(fields)}, by)
    _complete(change, facts)
    change.number = _number(change, str(fields.get("number") or "").strip())
    lines = [_line(change, data, facts) for data in items if not data.get("deleted_at")]
    _refuse_many(lines)
    _settle(change, lines, snapshot(change, _numbered(lines)))
    change.save(force_insert=True)
    ChangeItem.objects.bulk_create(lines)
    event = record(
        change,
        "change.submitted",
        by=by,
        after={"number": change.number, "net": change.net, "items": len(lines)},
        revision=change.revision,
        digest=change.digest,
    )
    change_submitted.send(
        ChangeNotice, change=change, by=by, event=event, deciders=open_deciders(change)
    )
    return change


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A null requester means the person who raises it."""
    return {
        name: value for name, value in fields.items() if name != "ext_user_id" or value
    }


def _numbered(lines: Sequence[ChangeItem]) -> list[ChangeItem]:
    """Unsaved lines all lack an id; number them so that none hides another in the snapshot."""
    for place, line in enumerate(lines, 1):
        line.pk = -place
    return list(lines)


def _number(change: ChangeNotice, wanted: str) -> str:
    """The typed number if it is free, else the next one of its kind and year."""
    if wanted:
        if ChangeNotice.objects.filter(number=wanted).exists():
            raise invalid(
                "no", _("This number is used already. Leave it empty for a new one.")
            )
        return wanted[:40]
    place = {
        "prefix": PREFIX[ChangeNotice.Kind(change.kind)],
        "year": timezone.localdate().year,
    }
    NumberSequence.objects.bulk_create([NumberSequence(**place)], ignore_conflicts=True)
    rows = NumberSequence.objects.filter(**place)
    while True:
        rows.update(
            last=F("last") + 1
        )  # the row lock of this UPDATE serialises the takers
        number = str(rows.get())
        if not ChangeNotice.objects.filter(number=number).exists():
            return number


def edit_change(
    *,
    change_id: int,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]] = (),
    files: Sequence[NamedFile] = (),
    if_match: str = "",
    revision: int | None = None,
    facts: Catalogue | None = None,
) -> ChangeNotice:
    """Change what was sent; a changed content is a new revision and voids its decisions.

    Lines: without ``id`` added, with ``id`` updated, with ``deleted_at`` removed, absent ones
    stay. Nothing changed is no event and no revision. Raises DomainError ``not_found``,
    ``forbidden``, ``illegal_transition`` (decided), ``precondition_failed`` (``if_match`` lost),
    ``stale_revision`` (``revision`` is what the form showed).
    """
    known = facts or catalogue(with_jobs=True)
    with kept_files(files) as kept, transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        _require_tag(change, if_match)
        _require_revision(change, revision)
        edited = _update(change, by, fields, items, known)
        add_files(edited, kept, by)
    return edited


def _require_revision(change: ChangeNotice, shown: int | None) -> None:
    if shown not in {None, change.revision}:
        raise DomainError(
            _(
                "Somebody changed %(number)s while you typed: it is at revision %(revision)d now."
            )
            % {"number": change, "revision": change.revision},
            "stale_revision",
            extra={"currentRevision": change.revision, "currentDigest": change.digest},
        )


def _require_tag(change: ChangeNotice, if_match: str) -> None:
    if if_match and if_match.strip() not in {"*", entity_tag(change)}:
        raise DomainError(
            _("Somebody changed this record in the meantime. Load it again."),
            "precondition_failed",
            extra={"currentRevision": change.revision},
        )


def entity_tag(change: ChangeNotice) -> str:
    """Names this state of the record: content, decision and files."""
    return f'"{change.pk}-{change.revision}-{change.updated_at.timestamp():.6f}"'


def _update(
    change: ChangeNotice,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    facts: Catalogue,
) -> ChangeNotice:
    stored = list(change.items.alive())
    before = snapshot(change, stored)
    _apply_header(change, fields, by)
    _complete(change, facts)
    lines = _merge_lines(change, stored, items, facts)
    added = [line for line in lines if line._state.adding]
    _numbered(added)
    after = snapshot(change, lines)
    if content_digest(after) == change.digest:
        return ChangeNotice.objects.get(pk=change.pk)
    require_editor(by, change)
    _refuse_many([line for line in lines if line.deleted_at is None])
    _save_revision(change, by, lines, added, before, after)
    return change


def _save_revision(
    change: ChangeNotice,
    by: User,
    lines: list[ChangeItem],
    added: list[ChangeItem],
    before: Snapshot,
    after: Snapshot,
) -> None:
    now = timezone.now()
    change.revision += 1
    _settle(change, lines, after)
    change.save()
    for line in lines:
        if not line._state.adding:
            line.save(
                update_fields=[*ITEM_FIELDS, *PART_FACTS, "deleted_at", "updated_at"]
            )
    ChangeItem.objects.bulk_create(added)
    voided = change.decisions.filter(voided_at=None).update(voided_at=now)
    was, is_now = difference(before, after)
    event = record(
        change,
        "change.edited",
        by=by,
        before=was,
        after={**is_now, "voided": voided},
        revision=change.revision,
        digest=change.digest,
    )
    change_edited.send(
        ChangeNotice, change=change, by=by, event=event, deciders=open_deciders(change)
    )


def withdraw_change(*, change_id: int, by: User) -> ChangeNotice:
    """Take a pending change back; it stays in the history. Who may edit may withdraw."""
    with transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        require_editor(by, change)
        change.deleted_at = timezone.now()
        change.save(update_fields=["deleted_at", "updated_at"])
        event = record(change, "change.withdrawn", by=by, revision=change.revision)
        change_withdrawn.send(ChangeNotice, change=change, by=by, event=event)
    return change


# --- Filling in ---------------------------------------------------------------

PART_FACTS = ("part_number", "part_name", "part_description", "manufacturer", "unit")


FOLLOWS = {
    "ext_purchase_order_id": ("po_number", "customer"),
    "ext_job_id": ("project_name",),
    "ext_panel_code_id": ("product_name",),
}


def _apply_header(change: ChangeNotice, fields: Mapping[str, Any], by: User) -> None:
    """Copy what was sent; a name that belongs to another id than before is forgotten."""
    for name, followers in FOLLOWS.items():
        if name in fields and fields[name] != getattr(change, name):
            for follower in followers:
                setattr(change, follower, "")
    for name in HEADER:
        if name in fields:
            value = fields[name]
            setattr(
                change,
                name,
                REQUIRED.get(name) if value is None and name in REQUIRED else value,
            )
    if not getattr(change, "date", None):
        change.date = timezone.localdate()
    for name in ("kind", "priority", "direction"):
        _require_choice(change, name)
    change.requester = (
        by
        if change.ext_user_id == by.ext_id
        else User.objects.filter(ext_id=change.ext_user_id or 0).first()
    )


CHOICES: dict[str, dict[int, Any]] = {
    "kind": dict(ChangeNotice.Kind.choices),
    "direction": dict(ChangeNotice.Direction.choices),
    "priority": dict(ChangeNotice.Priority.choices),
}
WIRE = {"kind": "typeEcnCcn", "direction": "type", "priority": "priority"}


def _require_choice(change: ChangeNotice, name: str) -> None:
    value = getattr(change, name)
    choices = CHOICES[name]
    if value is not None and value not in choices:
        allowed = ", ".join(f"{key} ({label})" for key, label in choices.items())
        raise invalid(WIRE[name], _("One of: %s.") % allowed)


def _complete(change: ChangeNotice, facts: Catalogue) -> None:
    """Copy the names behind the ids, so that a list needs no upstream."""
    order = facts.orders.get(change.ext_purchase_order_id or 0)
    job = facts.jobs.get(change.ext_job_id or 0)
    person = facts.people.get(change.ext_user_id or 0)
    change.po_number = change.po_number or (order.number if order else "")
    change.customer = change.customer or _customer(order)
    change.project_name = change.project_name or (job.name if job else "")
    change.product_name = change.product_name or _panel_name(
        job, change.ext_panel_code_id
    )
    if person or change.requester:
        change.requester_name = person.name if person else str(change.requester)


def _customer(order: PurchaseOrder | None) -> str:
    return order.account.name if order and order.account else ""


def _panel_name(job: Job | None, panel_id: int | None) -> str:
    panels = job.panel_codes if job else ()
    return next((f"{p.kind}: {p.name}" for p in panels if p.ext_id == panel_id), "")


def _line(
    change: ChangeNotice, data: Mapping[str, Any], facts: Catalogue
) -> ChangeItem:
    line = ChangeItem(change=change)
    return _apply_line(line, {"qty": 1, **data}, facts)


def _apply_line(
    line: ChangeItem, data: Mapping[str, Any], facts: Catalogue
) -> ChangeItem:
    old_price = line.snapshot_price
    for name in ITEM_FIELDS:
        if name in data:
            setattr(line, name, _line_value(name, data[name]))
    if line.direction not in ChangeItem.Direction.values:
        raise invalid(
            "items.typeIncreaseDecrease", _("One of: 0 (increase), 1 (decrease).")
        )
    if line.snapshot_price != old_price and not data.get("snapshot_date"):
        line.snapshot_date = timezone.now()
    _complete_line(line, facts)
    return line


PLACES = {"qty": 4, "snapshot_price": 2}
LINE_DEFAULTS = {
    "qty": 0,
    "direction": ChangeItem.Direction.INCREASE,
    "part_number": "",
}


def _line_value(name: str, value: Any) -> Any:
    """The value as the column holds it, so that sums and digests are exact before saving."""
    if value is None:
        value = LINE_DEFAULTS.get(name)
    is_number = name in PLACES and value is not None
    return round(Decimal(str(value)), PLACES[name]) if is_number else value


def _complete_line(line: ChangeItem, facts: Catalogue) -> None:
    item = facts.items.get(line.ext_item_id or 0)
    if item is None:
        return
    line.part_number, line.part_name = item.part_number[:200], item.part_name[:300]
    line.part_description = (item.part_description or item.part_name)[:500]
    line.manufacturer, line.unit = item.manufacturer[:200], item.unit[:40]


def _merge_lines(
    change: ChangeNotice,
    stored: list[ChangeItem],
    items: Sequence[Mapping[str, Any]],
    facts: Catalogue,
) -> list[ChangeItem]:
    by_id = {line.pk: line for line in stored}
    added: list[ChangeItem] = []
    for data in items:
        if not data.get("id"):
            if not data.get("deleted_at"):
                added.append(_line(change, data, facts))
        elif line := by_id.get(data["id"]):
            line.deleted_at = _removal(data)
            _apply_line(line, data, facts)
        elif not change.items.filter(pk=data["id"]).exists():
            raise invalid(
                "items.id", _("Line %s belongs to another record.") % data["id"]
            )
    return stored + added


def _removal(data: Mapping[str, Any]) -> datetime | None:
    return timezone.now() if data.get("deleted_at") else None


def _refuse_many(lines: Sequence[ChangeItem]) -> None:
    if len(lines) > MAX_ITEMS:
        raise invalid("items", _("A change has at most %d lines.") % MAX_ITEMS)


def _settle(
    change: ChangeNotice, lines: Sequence[ChangeItem], content: Snapshot
) -> None:
    """Sums, digest and search text of the present content; new lines get their id on saving."""
    change.digest = content_digest(content)
    for name, value in totals(lines).items():
        setattr(change, name, value)
    change.search_text = search_text(change, lines)
    for line in lines:
        if line._state.adding:
            line.pk = None
