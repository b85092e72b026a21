"""The parts of the home page, one function each: a part can be fetched again by itself."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.queries import activities_between, overdue_tasks
from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Status
from core.ledger.queries import recent_events
from ems.dashboard import changes_per_month, figures
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids
from engineering.queries.listing import found_changes, rows_for_list

LATE_DAYS = 3
SHOWN = 6


def waiting_rows(user: User) -> list[ChangeNotice]:
    """The changes that wait for this person, oldest first."""
    return list(ChangeNotice.objects.filter(pk__in=waiting_ids(user.pk)).order_by("id"))


def found(text: str) -> list[ChangeNotice]:
    """The first changes that hold every word."""
    return (
        list(rows_for_list(found_changes(text)).order_by("-id")[:30])
        if text.strip()
        else []
    )


def cards(user: User) -> dict[str, Any]:
    """The row of figures on top."""
    waiting = waiting_rows(user)
    old = timezone.now() - timedelta(days=LATE_DAYS)
    ecn = changes_per_month(ChangeNotice.Kind.ECN)
    ccn = changes_per_month(ChangeNotice.Kind.CCN)
    return {
        "found": figures(),
        "waiting_count": len(waiting),
        "waiting_late": sum(row.updated_at < old for row in waiting),
        "pending_count": ChangeNotice.objects.waiting().count(),
        "ecn_delta": ecn[-1].count - ecn[-2].count,
        "ccn_delta": ccn[-1].count - ccn[-2].count,
        "overdue_count": overdue_tasks().count(),
        "may_type": may(user, "update_metrics"),
    }


def waiting(user: User) -> dict[str, Any]:
    """What I must decide."""
    return {"waiting": waiting_rows(user)[:SHOWN]}


def charts(user: User) -> dict[str, Any]:
    """ECN and CCN of the last twelve months."""
    ecn = changes_per_month(ChangeNotice.Kind.ECN)
    ccn = changes_per_month(ChangeNotice.Kind.CCN)
    rows = [
        {"year": one.year, "month": one.month, "ecn": one.count, "ccn": two.count}
        for one, two in zip(ecn, ccn, strict=True)
    ]
    return {"months": rows}


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
    return {"events": list(recent_events(8))}


PARTS: dict[str, Callable[[User], dict[str, Any]]] = {
    "cards": cards,
    "waiting": waiting,
    "charts": charts,
    "pending": pending,
    "today": today,
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
