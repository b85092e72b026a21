"""The feed of recent events, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.ledger.models import Event
from ems.record_pages import Key, RecordPage, record_pages

EVENT_WORDS = {
    "change.submitted": gettext_noop("submitted"),
    "change.edited": gettext_noop("changed"),
    "change.approved": gettext_noop("approved"),
    "change.rejected": gettext_noop("rejected"),
    "change.withdrawn": gettext_noop("withdrew"),
    "change.file_attached": gettext_noop("attached a file to"),
    "role.granted": gettext_noop("granted a role to"),
    "role.revoked": gettext_noop("revoked a role of"),
    "row.added": gettext_noop("added a setup row:"),
    "row.changed": gettext_noop("changed a setup row:"),
    "row.removed": gettext_noop("removed a setup row:"),
    "bom.opened": gettext_noop("put up a BOM"),
    "bom.revised": gettext_noop("put up a new revision of"),
    "bom.approved": gettext_noop("approved"),
    "bom.rejected": gettext_noop("rejected"),
    "bom.pics_invited": gettext_noop("invited PICs to"),
    "bom.pic_removed": gettext_noop("removed a PIC of"),
    "departments.chosen": gettext_noop("chose the engineering departments"),
    "figures.typed": gettext_noop("typed dashboard figures"),
    "activity.planned": gettext_noop("planned the activity"),
    "activity.edited": gettext_noop("changed the activity"),
    "activity.removed": gettext_noop("removed the activity"),
    "task.added": gettext_noop("added the task"),
    "task.edited": gettext_noop("changed the task"),
    "task.removed": gettext_noop("removed the task"),
    "task.noted": gettext_noop("sent a notice about the task"),
    "task.pic_done": gettext_noop("signed as PIC"),
    "task.spv_done": gettext_noop("signed as SPV"),
    "task.manager_done": gettext_noop("signed as manager"),
    "task.pic_undone": gettext_noop("took the signature of the PIC back"),
    "task.spv_undone": gettext_noop("took the signature of the SPV back"),
    "task.manager_undone": gettext_noop("took the signature of the manager back"),
    "task.due_soon": gettext_noop("reminded of the task"),
    "task.overdue": gettext_noop("noted as overdue:"),
    "document.added": gettext_noop("added the document"),
    "document.filled": gettext_noop("uploaded the file of"),
    "document.replaced": gettext_noop("uploaded a new version of"),
    "document.renamed": gettext_noop("renamed the document"),
    "document.deleted": gettext_noop("deleted the document"),
    "document.restored": gettext_noop("restored the document"),
    "document.read_again": gettext_noop("had the document read again:"),
    "document.damaged": gettext_noop("found the file damaged:"),
    "document.sound": gettext_noop("found the file sound again:"),
    "document.listed": gettext_noop("put on the checklist:"),
    "document.unlisted": gettext_noop("took off the checklist:"),
    "job.documents_set": gettext_noop("set the documents of"),
    "job.removed": gettext_noop("removed from the checklist:"),
    "job.restored": gettext_noop("put back on the checklist:"),
    "analysis.asked": gettext_noop("asked for the analysis of"),
    "analysis.done": gettext_noop("finished the analysis of"),
    "analysis.failed": gettext_noop("could not analyse"),
    "analysis.cancelled": gettext_noop("cancelled the analysis of"),
    "analysis.retried": gettext_noop("asked again for the analysis of"),
    "analysis.requeued": gettext_noop("put back the analysis of"),
    "generation.recorded": gettext_noop("recorded an answer:"),
    "person.became_admin": gettext_noop("noted a new administrator:"),
    "person.is_no_admin": gettext_noop("noted that this person administers no more:"),
    "person.logged_out_everywhere": gettext_noop("ended all sessions of"),
    "delivery.made": gettext_noop("delivered to an outside system:"),
    "delivery.parked": gettext_noop("parked the delivery of"),
    "delivery.resent": gettext_noop("sent again the delivery of"),
}
# What the house does by itself would push what people did off the page.
QUIET = ("delivery.made", "task.due_soon", "task.overdue")
LOOKED_AT = 100  # events; what is folded away leaves room for older ones
COLUMNS = ("kind", "actor_name", "at", "note", "record_type", "record_id")


@dataclass(slots=True)
class Line:
    """One person's acts on one record on one day, counted, with the latest time."""

    kind: str
    who: str
    key: Key
    number: str  # of a change, which may be withdrawn meanwhile
    at: datetime
    note: str
    times: int = 1


def news(count: int, user: User) -> list[dict[str, Any]]:
    """The latest lines as the timeline takes them, newest first, with the pages of their records."""
    rows = Event.objects.exclude(kind__in=QUIET).order_by("-id").values(*COLUMNS)
    lines = _folded(rows.annotate(number=KT("after__number"))[:LOOKED_AT])[:count]
    pages = record_pages([line.key for line in lines], user)
    return [_told(line, pages.get(line.key, RecordPage(""))) for line in lines]


def _folded(rows: Iterable[dict[str, Any]]) -> list[Line]:
    """Equal acts of one person on one record and day are one line, where the latest stands."""
    found: dict[tuple[Any, ...], Line] = {}
    for row in rows:
        key = (row["record_type"], row["record_id"])
        day = timezone.localdate(row["at"])
        line = Line(
            row["kind"],
            row["actor_name"],
            key,
            row["number"] or "",
            row["at"],
            row["note"],
        )
        first = found.setdefault((line.kind, line.who, key, day), line)
        if first is not line:
            first.times += 1
    return list(found.values())


def _told(line: Line, page: RecordPage) -> dict[str, Any]:
    what = _(EVENT_WORDS[line.kind]) if line.kind in EVENT_WORDS else line.kind
    return {
        "who": line.who or "EMS",
        "what": what,
        "about": page.name or line.number,
        "url": page.url,
        "times": line.times if line.times > 1 else 0,
        "at": line.at,
        "note": line.note,
    }
