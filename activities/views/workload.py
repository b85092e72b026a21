"""Workload per person and department, and Dashboard MP (docs/contract.md#load)."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from activities.exports import LOAD_COLUMNS
from activities.queries.manpower import manpower
from activities.queries.workload import (
    Load,
    Team,
    loads_of_departments,
    loads_of_people,
    pieces,
    team,
)
from activities.views.calendar import period
from activities.views.filter_chips import tabs_of
from core.accounts.permissions import may, person
from core.files.xlsx import workbook_response, write_columns
from core.pages.excel_heads import above, period_words

LONGEST = 366


def _window(request: HttpRequest) -> tuple[date, date]:
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    return period(request, monday, monday + timedelta(days=6), LONGEST)


def _loads(first: date, last: date) -> tuple[Team, list[Load]]:
    crew = team(first)
    return crew, loads_of_people(crew, pieces(first, last), first, last)


@login_required
@require_GET
def workload(request: HttpRequest) -> HttpResponse:
    """Hours against capacity in a window, the fullest first."""
    first, last = _window(request)
    crew, people = _loads(first, last)
    length = (last - first).days + 1
    context: dict[str, Any] = {
        "tabs": tabs_of("workload"),
        "first": first,
        "last": last,
        "before": first - timedelta(days=length),
        "before_last": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "after_last": last + timedelta(days=length),
        "people": people,
        "departments": loads_of_departments(crew, people),
        "idle": [row for row in people if not row.total],
        "hours": crew.hours,
        "holidays": crew.calendar.holidays_within(first, last),
        "may_set": may(person(request), "set_up"),
    }
    return render(request, "activities/workload.html", context)


@login_required
@require_GET
def workload_excel(request: HttpRequest) -> HttpResponseBase:
    """The same as Excel."""
    first, last = _window(request)
    _crew, people = _loads(first, last)
    title, period = _("Workload"), period_words(first, last)
    head = above(title, [period], request.user)
    file = write_columns(title, LOAD_COLUMNS, people, above=head)
    return workbook_response(f"workload_{first}_{last}.xlsx", file)


@login_required
@require_GET
def manpower_page(request: HttpRequest) -> HttpResponse:
    """The three tables of Dashboard MP, from a chosen day on."""
    today = timezone.localdate()
    day, _last = period(request, today, today, 1)
    context = {
        "tabs": tabs_of("manpower"),
        "day": day,
        "is_today": day == today,
        "found": manpower(day),
    }
    return render(request, "activities/manpower.html", context)
