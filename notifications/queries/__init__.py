"""Reads of notices, and their words in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model

from activities.models import Task
from activities.queries.signers import people_asked
from core.accounts.models import User
from core.integrations import upstreams
from core.integrations.authserver import Person
from core.ledger.models import Event
from notifications.models import (
    NoticeAddress,
    NoticeGroup,
    NoticeSetting,
    Notification,
    NotificationQuerySet,
)

REMINDERS = {"task.due_soon", "task.overdue"}
GROUPS = {
    "change": NoticeGroup.CHANGES,
    "bom": NoticeGroup.BOMS,
    "task": NoticeGroup.TASKS,
    "talk": NoticeGroup.TALK,
    "follow": NoticeGroup.TALK,
}


# What is asked about a round, whatever its record, goes the way of the record's other notices.
GROUPS_OF_RECORDS = {
    "engineering.ChangeNotice": NoticeGroup.CHANGES,
    "bom.BomApproval": NoticeGroup.BOMS,
}


def group_of(kind: str, record_type: str = "") -> str:
    """The group that a person chooses ways for."""
    if kind in REMINDERS:
        return NoticeGroup.REMINDERS
    area = kind.partition(".")[0]
    if area == "approval":
        return GROUPS_OF_RECORDS.get(record_type, NoticeGroup.SYSTEM)
    return GROUPS.get(area, NoticeGroup.SYSTEM)


@dataclass(frozen=True, slots=True)
class Wish:
    """One person's ways for a group: bell, and the addresses that are wanted, or empty."""

    bell: bool = True
    email: str = ""
    phone: str = ""


def wishes_of(people: Iterable[int], group: str) -> dict[int, Wish]:
    """By user id; a person who chose nothing has the bell only."""
    ids = list(people)
    found = {person: Wish() for person in ids}
    rows = NoticeSetting.objects.filter(user__in=ids, group=group).select_related(
        "user__notice_address"
    )
    for row in rows:
        address = getattr(row.user, "notice_address", None)
        email = address.email if address and row.email else ""
        phone = address.phone if address and row.whatsapp else ""
        found[row.user_id] = Wish(row.bell, email, phone)
    return found


def directory_of(user: User) -> Person | None:
    """The directory's entry of a person, which has their phone (cached reading)."""
    if user.ext_id is None:
        return None
    return upstreams.people().value.get(user.ext_id)


def stored_wishes(user: User) -> dict[str, Any]:
    """A person's addresses and ways as the form shows them: those of the directory until they say others, and
    the bell on until it is put off."""
    address = NoticeAddress.objects.filter(user=user).first()
    listed = directory_of(user) if address is None else None
    found: dict[str, Any] = {
        "email": address.email if address else (listed.email if listed else "") or "",
        "phone": address.phone if address else (listed.phone if listed else "") or "",
        "digest": bool(address and address.digest),
    }
    rows = {row.group: row for row in NoticeSetting.objects.filter(user=user)}
    for group in NoticeGroup.values:
        row = rows.get(group, NoticeSetting())
        found[group] = [w for w in ("bell", "email", "whatsapp") if getattr(row, w)]
    return found


def notices_for(user: User) -> NotificationQuerySet:
    """A person's notices, newest first."""
    rows: NotificationQuerySet = Notification.objects.filter(recipient=user)
    return rows.order_by("-id")


WIRE = {
    "id": "id",
    "title": "title",
    "message": "message",
    "task_id": "taskId",
    "role": "role",
    "is_read": "isRead",
    "status": "status",
    "recipient__ext_id": "recipientExtUserId",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}


def wire_rows(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Notices as the predecessor's paths send them, in the order of the ids."""
    rows = Notification.objects.filter(pk__in=list(ids)).values(*WIRE)
    found = {row["id"]: _wire(row) for row in rows}
    return [found[key] for key in ids if key in found]


def each_wire_row(rows: NotificationQuerySet) -> Iterator[dict[str, Any]]:
    """The whole list, newest first, a bounded number in memory at a time."""
    newest = rows.order_by("-pk").values(*WIRE)
    last: int | None = None
    while chunk := list((newest if last is None else newest.filter(pk__lt=last))[:500]):
        yield from map(_wire, chunk)
        last = chunk[-1]["id"]


def _wire(row: Mapping[str, Any]) -> dict[str, Any]:
    return {wire: row[name] for name, wire in WIRE.items() if row[name] is not None}


def stage_row(task: Task, role: str, by: User) -> dict[str, Any]:
    """The newest notice of a stage of a task, one's own first; what it would say if nobody could
    be asked."""
    rows = Notification.objects.filter(task_id=task.pk, role=role).order_by("-pk")
    own = rows.filter(recipient=by).values_list("pk", flat=True).first()
    key = own or rows.values_list("pk", flat=True).first()
    if key:
        return wire_rows([key])[0]
    is_done = task.signed_at(role) is not None
    status = Notification.Status.COMPLETED if is_done else Notification.Status.ON_GOING
    return {
        "title": str(task),
        "message": "",
        "taskId": task.pk,
        "role": role,
        "isRead": is_done,
        "status": str(status),
    }


def unread_count(user: User) -> int:
    """The number on the bell."""
    return int(notices_for(user).unread().count())


def recipients_of(event_ids: Iterable[int]) -> frozenset[int]:
    """User ids that got a notice with one of these events."""
    rows = Notification.objects.filter(event__in=list(event_ids))
    return frozenset(rows.values_list("recipient_id", flat=True))


def events_after(event_id: int, limit: int) -> list[tuple[int, str]]:
    """Id and record type of the events after one, at most ``limit``."""
    rows = Event.objects.filter(id__gt=event_id).order_by("id")
    return list(rows.values_list("id", "record_type")[:limit])


def people_to_ask(stage: str, in_charge: frozenset[int]) -> list[int]:
    """User ids of the people who are asked to sign a stage of a task."""
    return list(people_asked(stage, in_charge).values_list("pk", flat=True))


def inv_16() -> Iterator[str]:
    """One notice per event and person; a task asks for its next stage only, each person once."""
    rows = Notification.objects.order_by()
    doubled = rows.exclude(event=None).values("event_id", "recipient_id")
    for row in doubled.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"event {row['event_id']}: {row['n']} notices of one person"
    asked = rows.filter(status=Notification.Status.ON_GOING, task_id__isnull=False)
    asked = asked.exclude(kind="task.note")
    twice = asked.values("task_id", "recipient_id").annotate(n=Count("pk"))
    for key, number in twice.filter(n__gt=1).values_list("task_id", "n"):
        yield f"task {key}: {number} open notices of one person"
    stages: dict[int, set[str]] = {}
    for key, role in asked.values_list("task_id", "role").distinct().iterator():
        stages.setdefault(key or 0, set()).add(role)
    found = Task.objects.alive().in_bulk(list(stages))
    for key, roles in stages.items():
        task = found.get(key)
        if task is None or roles != {task.next_stage}:
            yield f"task {key}: {sorted(roles)} are asked"


def open_notices(record: Model) -> NotificationQuerySet:
    """The notices about a record that are not closed."""
    return Notification.objects.open().filter(
        record_type=record._meta.label, record_id=record.pk
    )
