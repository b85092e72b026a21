"""Fill a change and its lines from what was sent and from what the upstreams know."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import DomainError, invalid
from core.integrations.crm import PurchaseOrder
from core.integrations.ppic import Job
from engineering.models import ChangeItem, ChangeNotice
from engineering.queries.upstream_names import UpstreamNames
from engineering.services.content import SIGNED_FIELDS

ITEM_FIELDS = (
    "ext_item_id",
    "qty",
    "snapshot_price",
    "snapshot_date",
    "direction",
    "part_number",
)
REQUIRED = {"kind": ChangeNotice.Kind.ECN, "priority": ChangeNotice.Priority.MEDIUM}
PART_FACTS = ("part_number", "part_name", "part_description", "manufacturer", "unit")


NAMES_BEHIND_IDS = {
    "ext_purchase_order_id": ("po_number", "customer"),
    "ext_job_id": ("project_name",),
    "ext_panel_code_id": ("product_name",),
    "ext_user_id": ("requester_name",),
}


def apply_header(change: ChangeNotice, fields: Mapping[str, Any], by: User) -> None:
    """Copy what was sent; a name that belongs to another id than before is forgotten."""
    for name, followers in NAMES_BEHIND_IDS.items():
        if name in fields and fields[name] != getattr(change, name):
            for follower in followers:
                setattr(change, follower, "")
    for name in SIGNED_FIELDS:
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
WIRE = {
    "qty": "qty",
    "snapshot_price": "snapshotPrice",
    "kind": "typeEcnCcn",
    "direction": "type",
    "priority": "priority",
}


def _require_choice(change: ChangeNotice, name: str) -> None:
    value = getattr(change, name)
    choices = CHOICES[name]
    if value is not None and value not in choices:
        allowed = ", ".join(f"{key} ({label})" for key, label in choices.items())
        raise invalid(WIRE[name], _("One of: %s.") % allowed)


def require_content(change: ChangeNotice, items: Iterable[Mapping[str, Any]]) -> None:
    """A change says what is changed, or why, or which parts: nobody decides on a bare number."""
    is_said = change.engineering.strip() or change.detail_problem.strip()
    if not (is_said or any(not data.get("deleted_at") for data in items)):
        sentence = _("Say what is to be changed, or why.")
        raise DomainError(
            sentence,
            "invalid",
            errors={"engineering": [sentence], "detailProblem": [sentence]},
        )


def fill_names(
    change: ChangeNotice, facts: UpstreamNames, stored: Mapping[str, Any] | None = None
) -> None:
    """Copy the names behind the ids, so that a list needs no upstream.

    An id that stands as in ``stored`` is not judged: it may have left its upstream since. Raises
    DomainError ``invalid`` for another one that its upstream does not know.
    """
    before = stored or {}
    order = facts.orders.get(change.ext_purchase_order_id or 0)
    job = facts.jobs.get(change.ext_job_id or 0)
    person = facts.people.get(change.ext_user_id or 0)
    change.po_number = change.po_number or (order.number if order else "")
    change.customer = change.customer or _customer(order)
    change.project_name = change.project_name or (job.name if job else "")
    change.product_name = change.product_name or _panel_name(
        job, change.ext_panel_code_id
    )
    if change.ext_job_id != before.get("ext_job_id"):
        facts.require_job(change.ext_job_id)
    if person or change.requester:
        change.requester_name = person.name if person else str(change.requester)
    elif facts.people and change.ext_user_id not in {None, before.get("ext_user_id")}:
        raise invalid("extUserId", _("The directory knows no such person."))


def _customer(order: PurchaseOrder | None) -> str:
    return order.account.name if order and order.account else ""


def _panel_name(job: Job | None, panel_id: int | None) -> str:
    panels = job.panel_codes if job else ()
    return next((f"{p.kind}: {p.name}" for p in panels if p.ext_id == panel_id), "")


def new_line(
    change: ChangeNotice, data: Mapping[str, Any], facts: UpstreamNames
) -> ChangeItem:
    """A line that is not saved yet; its quantity is 1 unless ``data`` says otherwise."""
    line = ChangeItem(change=change)
    return _apply_line(line, {"qty": 1, **data}, facts)


def _apply_line(
    line: ChangeItem, data: Mapping[str, Any], facts: UpstreamNames
) -> ChangeItem:
    old_price, old_item = line.snapshot_price, line.ext_item_id
    for name in ITEM_FIELDS:
        if name in data:
            setattr(line, name, _line_value(name, data[name]))
    if line.direction not in ChangeItem.Direction.values:
        raise invalid(
            "items.typeIncreaseDecrease", _("One of: 0 (increase), 1 (decrease).")
        )
    # The old date belongs to the old price.
    if line.snapshot_price != old_price and not data.get("snapshot_date"):
        line.snapshot_date = timezone.now()
    # An item that stands as before is not judged: PPIC may have dropped it since.
    if line.ext_item_id != old_item:
        facts.require_item(line.ext_item_id)
    _name_by_hand(line, data)
    _complete_line(line, facts)
    return line


def _name_by_hand(line: ChangeItem, data: Mapping[str, Any]) -> None:
    """A part that PPIC does not know is called by a typed name and unit; a new one needs both."""
    if line.ext_item_id or not line.part_number:
        return
    for name, length in (("part_name", 300), ("unit", 40)):
        if data.get(name) is not None:
            setattr(line, name, str(data[name]).strip()[:length])
    if line._state.adding:
        for name, wire in (("part_name", "partName"), ("unit", "unit")):
            if not getattr(line, name):
                raise invalid(
                    f"items.{wire}",
                    _("PPIC does not know this part: give its name and its unit."),
                )


PLACES = {"qty": 4, "snapshot_price": 2}
DIGITS = 15  # what SQLite and JSON readers keep
LINE_DEFAULTS = {
    "qty": 0,
    "direction": ChangeItem.Direction.INCREASE,
    "part_number": "",
}


def _line_value(name: str, value: Any) -> Any:
    """The value as the column holds it, so that sums and digests are exact before saving."""
    if value is None:
        value = LINE_DEFAULTS.get(name)
    if name not in PLACES or value is None:
        return value
    number = Decimal(str(value))
    if number.copy_abs() >= Decimal(10) ** (DIGITS - PLACES[name]):
        raise invalid(f"items.{WIRE[name]}", _("The number is too large."))
    return round(number, PLACES[name])


def _complete_line(line: ChangeItem, facts: UpstreamNames) -> None:
    item = facts.items.get(line.ext_item_id or 0)
    if item is None:
        return
    line.part_number, line.part_name = item.part_number[:200], item.part_name[:300]
    line.part_description = (item.part_description or item.part_name)[:500]
    line.manufacturer, line.unit = item.manufacturer[:200], item.unit[:40]


def merge_lines(
    change: ChangeNotice,
    stored: list[ChangeItem],
    items: Sequence[Mapping[str, Any]],
    facts: UpstreamNames,
) -> list[ChangeItem]:
    """The stored lines with what was sent of them, and the new ones; absent lines stay.

    See docs/contract.md#writing. Raises DomainError ``invalid`` for a line of another change.
    """
    by_id = {line.pk: line for line in stored}
    added: list[ChangeItem] = []
    for data in items:
        if not data.get("id"):
            if not data.get("deleted_at"):
                added.append(new_line(change, data, facts))
        elif line := by_id.get(data["id"]):
            line.deleted_at = _removal(data)
            _apply_line(line, data, facts)
        # A line that was removed before comes back with an old page and is left out in silence; one
        # of another change refuses the whole request (docs/threats.md#t28b).
        elif not change.items.filter(pk=data["id"]).exists():
            raise invalid(
                "items.id", _("Line %s belongs to another record.") % data["id"]
            )
    return stored + added


def _removal(data: Mapping[str, Any]) -> datetime | None:
    return timezone.now() if data.get("deleted_at") else None
