"""Planned work of a period: a calendar of its days, and bars over them."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.forms import WorkPeriodForm
from activities.queries.calendar import gantt_chart, month_grid, tasks_of
from activities.views.filter_chips import tabs_of
from activities.views.lists import filtered
from core.accounts.queries import everybody
from core.pages.filter_chips import others
from core.text.ids import as_id
from core.text.years import is_sensible, is_year

WEEKS, LONGEST, MONTHS = 5, 120, 12


def period(
    request: HttpRequest, first: date, last: date, longest: int
) -> tuple[date, date]:
    """The window that the address asks for; an invalid one means the default, a long one is cut."""
    form = WorkPeriodForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    start = data.get("first") or first
    if not is_sensible(start):
        start = first
    end = data.get("last") or start + (last - first)
    if end < start or not is_sensible(end):
        end = start + (last - first)
    return start, min(end, start + timedelta(days=longest - 1))


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The tasks of a month day by day, of everybody or of one person."""
    first = _month(request.GET.get("month", ""))
    person = as_id(request.GET.get("person", ""))
    grid, is_cut = month_grid(first, tasks_of(person, None), person)
    context: dict[str, Any] = {
        "tabs": tabs_of("calendar"),
        "month": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "grid": grid,
        "is_cut": is_cut,
        "everybody": everybody(),
        "chosen": person,
    }
    return render(request, "activities/calendar.html", context)


def _month(text: str) -> date:
    """``2026-03`` as its first day; an invalid value means this month."""
    given, _dash, number = text.partition("-")
    year, month = as_id(given, len("2026")), as_id(number, len("03"))
    if year and month and month <= MONTHS and is_year(year):
        return date(year, month, 1)
    return timezone.localdate().replace(day=1)


@login_required
@require_GET
def gantt(request: HttpRequest) -> HttpResponse:
    """Activities and their tasks as bars over the days of a window; the list's filters hold."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    first, last = period(
        request, monday, monday + timedelta(days=7 * WEEKS - 1), LONGEST
    )
    chosen, rows = filtered(request)
    length = (last - first).days + 1
    context = {
        "tabs": tabs_of("gantt"),
        "chart": gantt_chart(rows.order_by(), first, last),
        "first": first,
        "last": last,
        "before": first - timedelta(days=length),
        "before_last": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "after_last": last + timedelta(days=length),
        "kept": others(request.GET, "first", "last"),
        "filter": chosen,
    }
    return render(request, "activities/gantt.html", context)
