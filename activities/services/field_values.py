"""Values that were sent become columns; an invalid value is refused with the field's name."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Activity, InCharge, Task
from activities.queries.lookups import Facts
from core.errors import invalid
from core.text.canonical_json import plain

HEADER = (
    "pic",
    "customer",
    "description",
    "date",
    "kind",
    "ext_engineering_detail_problem_id",
    "ext_job_id",
    "ext_inquiry_id",
    "ext_panel_code_id",
    "ext_purchase_order_id",
    "support_table_id",
)
# One of these says what an activity is about.
SUBJECT = (
    "description",
    "customer",
    "ext_engineering_detail_problem_id",
    "ext_job_id",
    "ext_inquiry_id",
    "ext_panel_code_id",
    "ext_purchase_order_id",
    "support_table_id",
)
PLANNED = (
    "description",
    "starts_at",
    "ends_at",
    "hours",
    "remark",
    "ext_panel_code_id",
    "position",
)
# What is said of the work once it is done; it may still change when the task is complete.
SAID = ("hours_spent", "late_reason", "late_note")
TASK = (*PLANNED, *SAID)
MAX_TASKS = 500
MAX_PEOPLE = 50
MAX_HOURS = Decimal(100_000)
MAX_CUSTOMER = 200
MAX_PLACE = 1_000_000
Data = Mapping[str, Any]


def apply_header(activity: Activity, data: Data) -> None:
    """Write the members that were sent onto the activity."""
    for name in HEADER:
        if name in data:
            setattr(activity, name, _clean(name, data[name]))
    if activity.kind not in Activity.Kind.values:
        raise invalid("type", _("One of: PrePO, PostPO, Others."))
    if len(activity.customer) > MAX_CUSTOMER:
        raise invalid("customer", _("At most %d characters.") % MAX_CUSTOMER)


def require_subject(activity: Activity, tasks: Iterable[Data]) -> None:
    """A type alone is no activity: it says what it is about, or has a task."""
    is_about = any(
        str(getattr(activity, name) or "").strip() for name in SUBJECT
    ) or any(
        str(task.get("description") or "").strip() and not task.get("deleted_at")
        for task in tasks
    )
    if not is_about:
        raise invalid("description", _("Say what is to be done."))


def apply_task(task: Task, data: Data, place: str = "") -> None:
    """Write the members that were sent onto the task; ``place`` (``tasks[3].``) names the field."""
    for name in PLANNED:
        if name in data:
            setattr(task, name, _clean(name, data[name]))
    _require_dates(task.starts_at, task.ends_at, place)
    _require_hours(task.hours, f"{place}hours")
    apply_said(task, data, place)
    task.position = min(task.position, MAX_PLACE)


def apply_said(task: Task, data: Data, place: str = "") -> None:
    """Write what was said of the work: the hours that it took, and why it is late."""
    for name in SAID:
        if name in data:
            setattr(task, name, _clean(name, data[name]))
    _require_hours(task.hours_spent, f"{place}hoursSpent")
    if task.late_reason not in {None, *Task.LateReason.values}:
        raise invalid(f"{place}lateReason", _("There is no such reason."))


def _require_hours(hours: Decimal | None, field: str) -> None:
    if hours is not None and not 0 <= hours < MAX_HOURS:
        raise invalid(field, _("Hours are between 0 and %d.") % MAX_HOURS)


def _clean(name: str, value: Any) -> Any:
    """Texts are never null; a place in the list neither."""
    if value is None and name in {
        "pic",
        "customer",
        "description",
        "remark",
        "late_note",
    }:
        return ""
    if name in {"hours", "hours_spent"} and value is not None:
        return Decimal(str(value))
    return 0 if value is None and name in {"kind", "position"} else value


def _require_dates(first: datetime | None, last: datetime | None, place: str) -> None:
    if first and last and last < first:
        raise invalid(f"{place}to", _("The end is before the start."))


def people_of(data: Data, present: Iterable[InCharge], place: str) -> frozenset[int]:
    """The people in charge after this: ``people`` is everybody; ``in_charges`` adds and removes."""
    if "people" in data:
        return frozenset(data["people"] or ())
    rows = {row.pk: row.ext_user_id for row in present}
    people = set(rows.values())
    for number, entry in enumerate(data.get("in_charges") or ()):
        field = f"{place}inCharges[{number}]"
        if entry.get("id") and entry["id"] not in rows:
            raise invalid(f"{field}.id", _("It belongs to another task."))
        known = rows.get(entry.get("id") or 0)
        person = entry.get("ext_user_id") or known
        if person is None:
            raise invalid(f"{field}.extUserId", _("Name the person."))
        people.discard(known or 0)
        if entry.get("deleted_at"):
            people.discard(person)
        else:
            people.add(person)
    return frozenset(people)


def require_people(
    people: frozenset[int], new: frozenset[int], facts: Facts, place: str
) -> None:
    """At most fifty, and nobody whom the directory does not know."""
    if len(people) > MAX_PEOPLE:
        raise invalid(
            f"{place}inCharges", _("A task has at most %d people.") % MAX_PEOPLE
        )
    if unknown := facts.unknown(new):
        names = ", ".join(str(key) for key in sorted(unknown)[:5])
        raise invalid(
            f"{place}inCharges", _("The directory knows no person %s.") % names
        )


def refuse_many(count: int) -> None:
    """More tasks than an activity may have; raises DomainError ``invalid``."""
    if count > MAX_TASKS:
        raise invalid("tasks", _("An activity has at most %d tasks.") % MAX_TASKS)


def snapshot(row: Activity | Task, names: Iterable[str]) -> dict[str, Any]:
    """Some columns as the ledger writes them."""
    return {name: plain(getattr(row, name)) for name in names}


def difference(before: Data, after: Data) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what changed, as it was and as it is."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {
        name: after[name] for name in names
    }
