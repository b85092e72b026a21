"""Everything that the pages of one activity and one task show."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import STAGES, Activity, Stage, Task
from activities.permissions import may_edit, may_remove, may_sign, may_undo
from activities.queries.invariants import BEGINNINGS
from activities.queries.lookups import Lookups, all_lookups, document_name
from activities.queries.mine import in_charge_by_task, waiting_word
from activities.queries.signers import behalf_by_task
from core.accounts.models import User
from core.accounts.permissions import may
from core.accounts.queries import PersonRef, people_by_id
from core.ledger.history import Difference, Entry, entry_of, kind_of, words_of
from core.ledger.models import Delivery, Event
from core.ledger.queries import deliveries_about, parked_since
from core.text.canonical_json import plain
from core.text.formatting import quantity
from engineering.models import ChangeNotice

LABELS = {
    "description": gettext_noop("Description"),
    "customer": gettext_noop("Customer"),
    "pic": gettext_noop("Contact"),
    "date": gettext_noop("Date"),
    "kind": gettext_noop("Type"),
    "starts_at": gettext_noop("From"),
    "ends_at": gettext_noop("To"),
    "hours": gettext_noop("Hours"),
    "hours_spent": gettext_noop("Hours spent"),
    "remark": gettext_noop("Remark"),
    "people": gettext_noop("In charge"),
    "position": gettext_noop("Place in the list"),
    "late_reason": gettext_noop("Why it is late"),
    "late_note": gettext_noop("Note"),
    "ext_inquiry_id": gettext_noop("Inquiry"),
    "ext_job_id": gettext_noop("Job"),
    "ext_panel_code_id": gettext_noop("Product"),
    "ext_purchase_order_id": gettext_noop("Purchase order"),
    "support_table_id": gettext_noop("Support document"),
    "ext_engineering_detail_problem_id": gettext_noop("For ECN / CCN"),
}
CHOICES: dict[str, dict[Any, Any]] = {
    "kind": dict(Activity.Kind.choices),
    "late_reason": dict(Task.LateReason.choices),
}
HOURS = {"hours", "hours_spent"}
DATES = {"starts_at", "ends_at", "date"}
SIGNED = frozenset(f"task.{stage}_done" for stage in STAGES)
SHOWN_EVENTS = 200


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of a task: its signer and time, or my next action."""

    stage: str
    label: str
    at: datetime | None
    by: PersonRef | None
    other: PersonRef | None
    may_sign: bool
    may_undo: bool
    is_next: bool
    on_behalf_of: User | None = None
    # The old system claims the signature; EMS did not witness it.
    is_claimed: bool = False


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page of its activity shows it."""

    task: Task
    people: list[PersonRef]
    steps: list[StageRow]
    word: str
    is_late: bool

    @property
    def turn(self) -> StageRow | None:
        """The stage that I may sign now."""
        return next((step for step in self.steps if step.may_sign), None)

    @property
    def back(self) -> StageRow | None:
        """The stage that I may take back now."""
        return next((step for step in self.steps if step.may_undo), None)


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """An activity with its tasks, what PPIC was sent, its history, and what I may do with it."""

    activity: Activity
    tasks: list[TaskLine]
    inquiry: str
    job: str
    product: str
    order: str
    change: str
    document: str
    deliveries: list[Delivery]
    history: list[Entry]
    may_edit: bool
    may_remove: bool
    may_resend: bool


def activity_record(activity: Activity, user: User) -> ActivityRecord:
    """Values of an activity's page for this person."""
    tasks = list(activity.tasks.filter(deleted_at=None).order_by("position", "id"))
    lines, names = task_lines(tasks, user), all_lookups()
    is_own = any(user.ext_id == face.ext_id for line in lines for face in line.people)
    return ActivityRecord(
        activity=activity,
        tasks=lines,
        inquiry=names.inquiry(activity),
        job=names.job(activity),
        product=names.product(activity),
        order=names.order(activity),
        change=change_number(activity.ext_engineering_detail_problem_id),
        document=document_name(activity.support_table_id),
        deliveries=list(deliveries_about(activity)),
        history=activity_history(activity),
        may_edit=may_edit(user, activity, is_in_charge=is_own),
        may_remove=may_remove(user, activity),
        may_resend=may(user, "resend_delivery") and bool(parked_since(activity)),
    )


def change_number(change_id: int | None) -> str:
    """The number of an ECN or CCN; empty without one, and for an id of elsewhere."""
    if change_id is None:
        return ""
    found = ChangeNotice.objects.filter(pk=change_id).values_list("number", flat=True)
    return found.first() or ""


def task_lines(tasks: list[Task], user: User) -> list[TaskLine]:
    """Each task with its people and its chain; three queries however many."""
    charges = in_charge_by_task(tasks)
    signers = {task.signed_by(stage) for task in tasks for stage in STAGES}
    signers |= {task.signed_for(stage) for task in tasks for stage in STAGES}
    behalf, claimed = behalf_by_task(tasks, user), claimed_stages(tasks)
    wanted = signers | {person for people in charges.values() for person in people}
    names = people_by_id(person for person in wanted if person)
    return [
        TaskLine(
            task,
            [names[person] for person in sorted(charges[task.pk])],
            steps_of(
                task,
                user,
                names,
                is_in_charge=user.ext_id in charges[task.pk],
                behalf=behalf.get(task.pk),
                claimed=claimed.get(task.pk, ()),
            ),
            waiting_word(task),
            task.is_late,
        )
        for task in tasks
    ]


def claimed_stages(tasks: list[Task]) -> dict[int, list[str]]:
    """Stages that were signed in the old system, by task; a query only where there is such a task."""
    old = [task for task in tasks if task.level and task.activity.is_from_old_system]
    if not old:
        return {}
    place = {
        "record_type": Task._meta.label,
        "record_id__in": [task.pk for task in old],
    }
    rows = Event.objects.filter(kind__in=BEGINNINGS, **place).order_by("seq")
    said = {row.record_id: (row.after or {}).get("signed", {}) for row in rows}
    return {
        task.pk: [
            stage
            for stage, one in said.get(task.pk, {}).items()
            if one["at"] == plain(task.signed_at(stage))
        ]
        for task in old
    }


def steps_of(
    task: Task,
    user: User,
    names: Mapping[int, PersonRef],
    *,
    is_in_charge: bool,
    behalf: User | None = None,
    claimed: Collection[str] = (),
) -> list[StageRow]:
    """The chain of a task, and this person's buttons on it; ``behalf``: for whom they would sign;
    ``claimed``: stages that only the old system knows to be signed."""
    return [
        StageRow(
            stage=stage,
            label=str(Stage(stage).label),
            at=task.signed_at(stage),
            by=names.get(task.signed_by(stage) or 0),
            other=names.get(task.signed_for(stage) or 0),
            may_sign=stage == task.next_stage
            and (
                behalf is not None or may_sign(user, stage, is_in_charge=is_in_charge)
            ),
            may_undo=stage == task.last_stage and may_undo(user, task),
            is_next=stage == task.next_stage,
            on_behalf_of=behalf if stage == task.next_stage else None,
            is_claimed=stage in claimed,
        )
        for stage in STAGES
    ]


def task_source(task: Task) -> tuple[Lookups, str]:
    """The upstreams' lists, and what the task's activity is for."""
    found = all_lookups()
    return found, found.source(task.activity)


def activity_history(activity: Activity) -> list[Entry]:
    """History of an activity and its tasks, newest first."""
    ids = list(activity.tasks.values_list("pk", flat=True))
    own = Event.objects.filter(record_type=Activity._meta.label, record_id=activity.pk)
    tasks = Event.objects.filter(record_type=Task._meta.label, record_id__in=ids)
    titles = dict(activity.tasks.values_list("pk", "description"))
    rows = [*own.order_by("-id")[:SHOWN_EVENTS], *tasks.order_by("-id")[:SHOWN_EVENTS]]
    rows.sort(key=lambda row: -row.pk)
    return _entries(rows[:SHOWN_EVENTS], titles)


def task_history(task: Task) -> list[Entry]:
    """History of one task, newest first."""
    rows = Event.objects.filter(record_type=Task._meta.label, record_id=task.pk)
    return _entries(list(rows.order_by("-id")[:SHOWN_EVENTS]), {})


def _entries(rows: list[Event], titles: Mapping[int, str]) -> list[Entry]:
    wanted = {
        person
        for row in rows
        for side in (row.before, row.after)
        for person in (side or {}).get("people", ())
    }
    names = people_by_id(wanted) if wanted else {}
    return [_entry(row, titles, names) for row in rows]


def _entry(
    row: Event, titles: Mapping[int, str], names: Mapping[int, PersonRef]
) -> Entry:
    is_task = row.record_type == Task._meta.label
    title = titles.get(row.record_id, "") if is_task else ""
    what = words_of(row)
    if other := (row.after or {}).get("onBehalfOfName"):
        what = _("%(what)s on behalf of %(person)s") % {"what": what, "person": other}
    return entry_of(
        row,
        what=f"{what}: {title[:80]}" if title else what,
        changes=_changes(row, names) if _tells_values(row) else (),
    )


def _tells_values(row: Event) -> bool:
    """A change, or a signature: with that, the hours spent and why it is late were said."""
    return kind_of(row.kind).is_edit or row.kind in SIGNED


def _changes(row: Event, names: Mapping[int, PersonRef]) -> Iterable[Difference]:
    before, after = row.before or {}, row.after or {}
    for name, value in after.items():
        if name in LABELS:
            yield Difference(
                _(LABELS[name]),
                _spelled(name, before.get(name), names),
                _spelled(name, value, names),
            )


def _spelled(name: str, value: Any, names: Mapping[int, PersonRef]) -> str:
    if value in (None, "", []):
        return ""
    if name in DATES and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "d M Y")
    if name in HOURS:
        return quantity(Decimal(str(value)))
    if name == "people":
        return ", ".join(str(names.get(person, f"#{person}")) for person in value)
    return str(CHOICES.get(name, {}).get(value, value))
