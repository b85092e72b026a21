"""The parts of the home page, one function each: a part can be fetched again by itself."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import Task
from activities.queries.live_tasks import (
    activities_between,
    late_before,
    overdue_tasks,
)
from activities.queries.mine import in_charge_by_task, lines, my_work, waiting_tasks
from activities.queries.signers import stood_in_for
from bom.models import BomApproval
from bom.queries.approval import boms_waiting_for
from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Status, Substitution
from core.approvals.queries.due import due_of_record
from core.approvals.queries.inbox import behalf_names, stands_in_for
from core.ledger.queries import last_event_id
from ems.home.activity_feed import recent_entries
from ems.home.figures import Figures, MonthCount, changes_per_month, figures
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids

LATE_DAYS = 3
SHOWN, SHOWN_NEWS = 6, 8


class Home:
    """Values that the parts of one page share, each read from the database once."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.version = last_event_id()

    @cached_property
    def standing(self) -> list[Substitution]:
        """Where this person stands in today."""
        return stands_in_for(self.user.pk)

    @cached_property
    def away(self) -> list[User]:
        """The people in whose place this person signs tasks today."""
        return stood_in_for(self.user, self.standing)

    @cached_property
    def changes(self) -> list[int]:
        """Ids of the changes that wait for this person."""
        return waiting_ids(self.user.pk, self.version)

    @cached_property
    def boms(self) -> list[BomApproval]:
        """The BOMs that wait for this person, oldest first."""
        return waiting_boms(self.user, self.standing)

    @cached_property
    def figures(self) -> Figures:
        return figures(self.version)

    def months(self, kind: int) -> list[MonthCount]:
        """Changes of a kind in the last twelve months."""
        return changes_per_month(kind, version=self.version)


def waiting_rows(ids: Sequence[int]) -> list[ChangeNotice]:
    """The changes of these ids, oldest first, with the time by which each is to be decided."""
    rows = ChangeNotice.objects.filter(pk__in=ids).order_by("id")
    return list(rows.annotate(due_at=due_of_record(ChangeNotice._meta.label)))


def with_behalf(
    user: User, standing: Sequence[Substitution], *lists: Sequence[Any]
) -> None:
    """Give each row the names of those for whom this person decides on it, and whether it is late."""
    names = behalf_names(user.pk, standing) if any(lists) else {}
    for row in (each for rows in lists for each in rows):
        row.behalf = names.get((row._meta.label, row.pk), "")
        row.is_late = row.due_at is not None and row.due_at < timezone.now()


def waiting_boms(user: User, standing: Sequence[Substitution]) -> list[BomApproval]:
    """The BOMs that wait for this person, oldest first."""
    rows = boms_waiting_for(user, standing).select_related("opened_by")
    rows = rows.annotate(due_at=due_of_record(BomApproval._meta.label))
    return list(rows.order_by("opened_at", "id"))


def cards(page: Home) -> dict[str, Any]:
    """The row of figures on top."""
    old = timezone.now() - timedelta(days=LATE_DAYS)
    tasks = waiting_tasks(page.user, page.away).aggregate(
        count=Count("pk"), late=Count("pk", filter=Q(ends_at__lt=late_before()))
    )
    late = ChangeNotice.objects.filter(pk__in=page.changes, updated_at__lt=old)
    ecn, ccn = page.months(ChangeNotice.Kind.ECN), page.months(ChangeNotice.Kind.CCN)
    return {
        "found": page.figures,
        "decisions_count": len(page.changes) + len(page.boms),
        "decisions_late": (late.count() if page.changes else 0)
        + sum(row.opened_at < old for row in page.boms),
        "signatures": tasks,
        "months_url": {
            "ecn": changes_of_month(ChangeNotice.Kind.ECN, ecn[-1], page.figures),
            "ccn": changes_of_month(ChangeNotice.Kind.CCN, ccn[-1], page.figures),
        },
        "pending_count": ChangeNotice.objects.waiting().count(),
        "pending_boms": BomApproval.objects.waiting().count(),
        "ecn_note": against_last_month(ecn[-1].count - ecn[-2].count),
        "ccn_note": against_last_month(ccn[-1].count - ccn[-2].count),
        "overdue_count": overdue_tasks().count(),
    }


TYPED = {
    int(ChangeNotice.Kind.ECN): "number_of_ecns_this_month",
    int(ChangeNotice.Kind.CCN): "number_of_ccns_this_month",
}


def changes_of_month(kind: int, month: MonthCount, found: Figures) -> str:
    """The list with the rows of this month's figure; none for a figure that somebody typed."""
    return "" if TYPED[int(kind)] in found.typed else month_url(kind, month)


def month_url(kind: int, month: MonthCount) -> str:
    """The list of the changes that one figure of a month counts."""
    first = date(month.year, month.month, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    query = urlencode({"kind": int(kind), "since": first, "until": last})
    return f"{reverse('engineering:change_list')}?{query}"


def totals(page: Home) -> dict[str, Any]:
    """The department's totals, and whether I may type over them."""
    return {
        "found": page.figures,
        "figures_shown": figures_shown(page.figures),
        "may_type": may(page.user, "update_metrics"),
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
    """The person and time of a typed figure in words; empty when it is computed."""
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


def waiting(page: Home) -> dict[str, Any]:
    """Records that I must decide or sign; the tasks that I must do stand in my work."""
    signs = waiting_tasks(page.user, page.away).exclude(completed_date_pic=None)
    changes, boms = waiting_rows(sorted(page.changes)[:SHOWN]), page.boms[:SHOWN]
    with_behalf(page.user, page.standing, changes, boms)
    return {
        "waiting": changes,
        "boms": boms,
        "signs": task_lines(list(signs[:SHOWN]), page.user, page.away),
    }


def task_lines(tasks: list[Task], user: User, away: Sequence[User]) -> list[Any]:
    """Tasks with the button that this person has on each."""
    return lines(tasks, user, in_charge_by_task(tasks), away)


def mine(page: Home) -> dict[str, Any]:
    """My unfinished tasks: late, due within a week, later."""
    found = my_work(page.user)
    return {
        "mine_count": found.count,
        "mine_groups": [
            {
                "key": key,
                "lines": task_lines(rows[:SHOWN], page.user, page.away),
                "count": len(rows),
            }
            for key, rows in (
                ("late", found.late),
                ("week", found.week),
                ("later", found.later),
            )
            if rows
        ],
    }


def charts(page: Home) -> dict[str, Any]:
    """ECN and CCN of the last twelve months, as the chart takes them."""
    ecn, ccn = page.months(ChangeNotice.Kind.ECN), page.months(ChangeNotice.Kind.CCN)
    labels = [date_format(date(row.year, row.month, 1), "M Y") for row in ecn]
    return {
        "months": {
            "labels": labels,
            "series": [
                _series("ECN", ChangeNotice.Kind.ECN, ecn),
                _series("CCN", ChangeNotice.Kind.CCN, ccn),
            ],
        }
    }


def _series(name: str, kind: int, months: list[MonthCount]) -> dict[str, Any]:
    """One row of bars, each with the way to the changes that it counts."""
    return {
        "name": name,
        "values": [row.count for row in months],
        "urls": [month_url(kind, row) for row in months],
    }


def pending(page: Home) -> dict[str, Any]:
    """The latest changes that wait for somebody else, and the latest that I raised."""
    rows = ChangeNotice.objects.alive()
    others = rows.filter(status=Status.PENDING).exclude(pk__in=page.changes)
    return {
        "pending": list(others.order_by("-id")[:SHOWN]),
        "mine": list(rows.filter(requester=page.user).order_by("-id")[:SHOWN]),
    }


def today(page: Home) -> dict[str, Any]:
    """Activities of today and what is late."""
    start = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = activities_between(start, start + timedelta(days=1))
    return {"activities": list(rows[:SHOWN]), "overdue": list(overdue_tasks()[:SHOWN])}


def recent(page: Home) -> dict[str, Any]:
    return {"entries": recent_entries(SHOWN_NEWS, page.user)}


PARTS: dict[str, Callable[[Home], dict[str, Any]]] = {
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
    page = Home(user)
    for part in PARTS.values():
        context |= part(page)
    return context
