"""The calendar in force, and who is on leave."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache

from core.db.memoize import cached_until
from core.workdays.models import Holiday, Leave, WorkingDay
from core.workdays.policies import Calendar, Days, Span, ordinary_week, spans_of

VERSION = "workdays-version"
Rows = tuple[tuple[int, tuple[Span, ...]], ...]
Names = tuple[tuple[str, str], ...]


def calendar() -> Calendar:
    """The working calendar of the company; two queries at most, and none while it is remembered.

    A change through the services counts at once where it was made and, with Redis, everywhere;
    without, other processes know it within the five seconds of ``cached_until``. With no row at all
    the ordinary week holds.
    """
    week, holidays = cached_until("working calendar", cache.get(VERSION), _read)
    return _calendar(week, holidays)


def forget_calendar() -> None:
    """Let the next reader read the rows; called when their change has been committed."""
    cache.set(VERSION, uuid4().hex, None)


def _read() -> tuple[Rows, Names]:
    week = tuple(
        (
            day.weekday,
            spans_of(day.starts, day.ends, day.break_starts, day.break_minutes),
        )
        for day in WorkingDay.objects.all()
    )
    rows = Holiday.objects.values_list("date", "name")
    return week, tuple((day.isoformat(), name) for day, name in rows)


@lru_cache(maxsize=4)
def _calendar(week: Rows, holidays: Names) -> Calendar:
    """The same rows make the same value, with its sums."""
    zone = ZoneInfo(settings.TIME_ZONE)
    spans = dict(week) or ordinary_week(zone).week
    names = {date.fromisoformat(day): name for day, name in holidays}
    return Calendar(spans, zone, names)


def leave_by_person(since: date) -> Mapping[int, list[Days]]:
    """The leave of everybody that ends on a day or later, by the auth server's id; one query."""
    found: dict[int, list[Days]] = defaultdict(list)
    rows = Leave.objects.filter(last__gte=since)
    for person, first, last in rows.values_list("ext_user_id", "first", "last"):
        found[person].append((first, last))
    return found


def people_away(
    first: date, last: date, person: int | None = None
) -> Mapping[date, list[int]]:
    """The ids of who is on leave, day by day of a window; one query."""
    found: dict[date, list[int]] = defaultdict(list)
    rows = Leave.objects.filter(last__gte=first, first__lte=last)
    if person is not None:
        rows = rows.filter(ext_user_id=person)
    for key, begin, end in rows.values_list("ext_user_id", "first", "last"):
        start, length = max(begin, first), (min(end, last) - max(begin, first)).days
        for step in range(length + 1):
            found[start + timedelta(days=step)].append(key)
    return found


def leave_from(day: date) -> list[Leave]:
    """The leave that ends on this day or later, by its first day."""
    return list(Leave.objects.filter(last__gte=day))
