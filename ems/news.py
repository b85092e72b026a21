"""What just happened, as one line each."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import Activity, Task
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval
from core.accounts.models import User
from core.ledger.models import Event
from engineering.models import ChangeNotice
from supportdocs.models import SupportTable

EVENT_WORDS = {
    "change.submitted": gettext_noop("submitted"),
    "change.edited": gettext_noop("changed"),
    "change.approved": gettext_noop("approved"),
    "change.rejected": gettext_noop("rejected"),
    "change.withdrawn": gettext_noop("withdrew"),
    "change.file_attached": gettext_noop("attached a file to"),
    "role.granted": gettext_noop("granted a role"),
    "role.revoked": gettext_noop("revoked a role"),
    "row.added": gettext_noop("added a setup row"),
    "row.changed": gettext_noop("changed a setup row"),
    "row.removed": gettext_noop("removed a setup row"),
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
    "job.documents_set": gettext_noop("set the documents of a job"),
    "job.removed": gettext_noop("removed a job from the checklist"),
    "job.restored": gettext_noop("restored a job of the checklist"),
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
    "delivery.made": gettext_noop("delivered to an outside system"),
    "delivery.parked": gettext_noop("parked a delivery"),
    "delivery.resent": gettext_noop("sent a delivery again"),
}
# What the house does by itself would push what people did off the page.
QUIET = ("delivery.made", "task.due_soon", "task.overdue")
NAMED = (
    ChangeNotice,
    BomApproval,
    Activity,
    Task,
    SupportTable,
    InquiryAiGeneration,
    User,
)


def news(count: int) -> list[dict[str, Any]]:
    """The latest events as the timeline takes them, newest first; names in a query per model."""
    rows = Event.objects.exclude(kind__in=QUIET).order_by("-id")[:count]
    events = list(rows)
    names = _names(events)
    return [_told(event, names) for event in events]


def _names(events: list[Event]) -> dict[tuple[str, int], str]:
    """The number of a change, or the name of another record, by its type and id."""
    found: dict[tuple[str, int], str] = {}
    for model in NAMED:
        label = model._meta.label
        ids = [row.record_id for row in events if row.record_type == label]
        if ids:
            rows = model._default_manager.in_bulk(ids)
            found |= {(label, pk): str(row) for pk, row in rows.items()}
    return found


def _told(event: Event, names: dict[tuple[str, int], str]) -> dict[str, Any]:
    what = _(EVENT_WORDS[event.kind]) if event.kind in EVENT_WORDS else event.kind
    name = names.get((event.record_type, event.record_id), "")
    about = (event.after or {}).get("number") or name
    return {
        "who": event.actor_name or "EMS",
        "what": f"{what} {about}".strip(),
        "at": event.at,
        "note": event.note,
    }
