"""The parts of the home page, one function each: a part can be fetched again by itself."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import Activity, Task
from activities.queries.mine import charges_of, lines, my_work, waiting_tasks
from activities.queries.periods import activities_between, overdue_tasks
from bom.models import BomApproval
from bom.queries.approval import boms_waiting_for
from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Status
from core.ledger.models import Event
from core.ledger.queries import recent_events
from ems.dashboard import Figures, changes_per_month, figures
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids
from engineering.queries.listing import found_changes, rows_for_list

LATE_DAYS = 3
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
    "activity.planned": gettext_noop("planned"),
    "activity.edited": gettext_noop("changed"),
    "activity.removed": gettext_noop("removed"),
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
    "delivery.made": gettext_noop("delivered to an outside system"),
    "delivery.parked": gettext_noop("parked a delivery"),
    "delivery.resent": gettext_noop("sent a delivery again"),
}
SHOWN = 6


def waiting_rows(user: User, version: int | None = None) -> list[ChangeNotice]:
    """The changes that wait for this person, oldest first; ``version``: the newest event."""
    ids = waiting_ids(user.pk, version)
    return list(ChangeNotice.objects.filter(pk__in=ids).order_by("id"))


def waiting_boms(user: User) -> list[BomApproval]:
    """The BOMs that wait for this person, oldest first."""
    return list(boms_waiting_for(user).order_by("opened_at", "id"))


def found(text: str) -> list[ChangeNotice]:
    """The first changes that hold every word."""
    return (
        list(rows_for_list(found_changes(text)).order_by("-id")[:30])
        if text.strip()
        else []
    )


def cards(user: User) -> dict[str, Any]:
    """The row of figures on top."""
    waiting, boms = waiting_rows(user), waiting_boms(user)
    tasks = waiting_tasks(user)
    old = timezone.now() - timedelta(days=LATE_DAYS)
    ecn = changes_per_month(ChangeNotice.Kind.ECN)
    ccn = changes_per_month(ChangeNotice.Kind.CCN)
    return {
        "found": figures(),
        "waiting_count": len(waiting) + len(boms) + tasks.count(),
        "waiting_late": sum(row.updated_at < old for row in waiting)
        + sum(row.opened_at < old for row in boms)
        + tasks.filter(updated_at__lt=old).count(),
        "pending_count": ChangeNotice.objects.waiting().count()
        + BomApproval.objects.waiting().count(),
        "ecn_note": against_last_month(ecn[-1].count - ecn[-2].count),
        "ccn_note": against_last_month(ccn[-1].count - ccn[-2].count),
        "overdue_count": overdue_tasks().count(),
    }


def totals(user: User) -> dict[str, Any]:
    """The department's totals, and whether I may type over them."""
    found = figures()
    return {
        "found": found,
        "figures_shown": figures_shown(found),
        "may_type": may(user, "update_metrics"),
    }


SHOWN_FIGURES = {
    "number_of_manpowers": gettext_noop("Manpower"),
    "total_products": gettext_noop("Products"),
    "total_boms": gettext_noop("BOMs"),
    "total_slds": gettext_noop("SLDs"),
    "total_drawings": gettext_noop("Drawings"),
    "last_detected_process": gettext_noop("Last detected process"),
}


def figures_shown(found: Figures) -> list[dict[str, Any]]:
    """The figures below the cards, in order, with a mark on typed ones."""
    return [
        {
            "label": _(label),
            "value": _moment(found.values[name]),
            "mark": typed_words(found.marks.get(name)),
        }
        for name, label in SHOWN_FIGURES.items()
    ]


def typed_words(mark: Mapping[str, str] | None) -> str:
    """Who typed a figure and when, in words; empty when it is computed."""
    if not mark:
        return ""
    moment = parse_datetime(mark["at"])
    return _("typed by %(name)s, %(moment)s") % {
        "name": mark["by"],
        "moment": _moment(moment),
    }


def _moment(value: Any) -> Any:
    is_moment = isinstance(value, datetime)
    return date_format(timezone.localtime(value), "d M Y H:i") if is_moment else value


def against_last_month(delta: int) -> str:
    """More or fewer than in the month before, in words and with an arrow."""
    if delta == 0:
        return _("as many as last month")
    words = (
        _("▲ %d more than last month") if delta > 0 else _("▼ %d fewer than last month")
    )
    return words % abs(delta)


def waiting(user: User) -> dict[str, Any]:
    """What I must decide."""
    return {
        "waiting": waiting_rows(user)[:SHOWN],
        "boms": waiting_boms(user)[:SHOWN],
        "signs": task_lines(list(waiting_tasks(user)[:SHOWN]), user),
    }


def task_lines(tasks: list[Task], user: User) -> list[Any]:
    """Tasks with the button that this person has on each."""
    return lines(tasks, user, charges_of(tasks))


def mine(user: User) -> dict[str, Any]:
    """My unfinished tasks: late, due within a week, later."""
    found = my_work(user)
    return {
        "mine_count": found.count,
        "mine_groups": [
            {"key": key, "lines": task_lines(rows[:SHOWN], user), "count": len(rows)}
            for key, rows in (
                ("late", found.late),
                ("week", found.week),
                ("later", found.later),
            )
            if rows
        ],
    }


def charts(user: User) -> dict[str, Any]:
    """ECN and CCN of the last twelve months, as the chart takes them."""
    ecn = changes_per_month(ChangeNotice.Kind.ECN)
    ccn = changes_per_month(ChangeNotice.Kind.CCN)
    labels = [date_format(date(row.year, row.month, 1), "M Y") for row in ecn]
    return {
        "months": {
            "labels": labels,
            "series": [
                {"name": "ECN", "values": [row.count for row in ecn]},
                {"name": "CCN", "values": [row.count for row in ccn]},
            ],
        }
    }


def pending(user: User) -> dict[str, Any]:
    """The latest changes that nobody has settled, and the latest settled ones."""
    rows = ChangeNotice.objects.alive()
    return {
        "pending": list(rows.filter(status=Status.PENDING).order_by("-id")[:SHOWN]),
        "mine": list(rows.filter(requester=user).order_by("-id")[:SHOWN]),
    }


def today(user: User) -> dict[str, Any]:
    """Activities of today and what is late."""
    start = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = activities_between(start, start + timedelta(days=1))
    return {"activities": list(rows[:SHOWN]), "overdue": list(overdue_tasks()[:SHOWN])}


def recent(user: User) -> dict[str, Any]:
    """What just happened."""
    return {"entries": [_told(event) for event in recent_events(8)]}


def _told(event: Event) -> dict[str, Any]:
    what = _(EVENT_WORDS[event.kind]) if event.kind in EVENT_WORDS else event.kind
    about = (event.after or {}).get("number") or _record_name(event)
    return {
        "who": event.actor_name or "EMS",
        "what": f"{what} {about}".strip(),
        "at": event.at,
        "note": event.note,
    }


def _record_name(event: Event) -> str:
    """The number of the change, or the name of the record, that an event speaks of."""
    models = (ChangeNotice, BomApproval, Activity, Task)
    kinds = {model._meta.label: model for model in models}
    model = kinds.get(event.record_type)
    rows = model._default_manager.filter(pk=event.record_id) if model else ()
    return str(next(iter(rows), ""))


PARTS: dict[str, Callable[[User], dict[str, Any]]] = {
    "cards": cards,
    "waiting": waiting,
    "mine": mine,
    "charts": charts,
    "pending": pending,
    "today": today,
    "figures": totals,
    "recent": recent,
}


def greeting(user: User) -> str:
    """Good morning, by the clock of Jakarta."""
    hour = timezone.localtime().hour
    words = ((11, _("Good morning")), (15, _("Good day")), (18, _("Good afternoon")))
    word = next((text for end, text in words if hour < end), _("Good evening"))
    return f"{word}, {str(user).split()[0]}"


def everything(user: User) -> dict[str, Any]:
    """All parts, for the first load."""
    context: dict[str, Any] = {"greeting": greeting(user), "now": timezone.localtime()}
    for part in PARTS.values():
        context |= part(user)
    return context
