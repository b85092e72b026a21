"""Pages of the working calendar; administrators only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.accounts.permissions import person, require
from core.errors import DomainError
from core.ledger.views import TablePages
from core.workdays.forms import HolidayForm, PastedHolidaysForm, WorkingDayForm
from core.workdays.models import Holiday
from core.workdays.policies import HolidayLine
from core.workdays.services import (
    remove_calendar_row,
    save_calendar_row,
    take_holidays,
)

WEEK = TablePages(
    "working-days",
    WorkingDayForm,
    ("weekday", "starts", "ends", "break_starts", "break_minutes"),
    gettext_noop(
        "The hours of each day of the week. Due dates and capacity count in them; a day that is not in the list is free."
    ),
    verb="set_up",
    order="weekday",
    saves=save_calendar_row,
    removes=remove_calendar_row,
)
HOLIDAYS = TablePages(
    "holidays",
    HolidayForm,
    ("date", "name", "kind", "source"),
    gettext_noop(
        "Days on which nobody works. Due dates pass over them, and they are no capacity."
    ),
    verb="set_up",
    order="-date",
    beside=("workdays_setup:holidays_paste", gettext_noop("Paste a list")),
    saves=save_calendar_row,
    removes=remove_calendar_row,
)
TABLES = (WEEK, HOLIDAYS)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A pasted line and what saving would do with it; tone: ``ok``, ``no``, ``note`` or none."""

    line: HolidayLine
    kind: str
    effect: str
    tone: str


@login_required
def holidays_paste(request: HttpRequest) -> HttpResponse:
    """A pasted list of holidays: shown first, then saved as a whole or not at all."""
    by = person(request)
    require(by, "set_up")
    form = PastedHolidaysForm(request.POST if request.method == "POST" else None)
    lines = form.read() if form.is_valid() else []
    wrong = sum(bool(line.problem) for line in lines)
    is_asked = "save" in request.POST and lines and not wrong
    if is_asked and _taken(request, form, lines, by):
        return redirect(HOLIDAYS.url("list"))
    context = {"form": form, "preview": _preview(lines), "wrong": wrong}
    status = 400 if form.errors or wrong else 200
    return render(request, "workdays/holidays_paste.html", context, status=status)


def _taken(
    request: HttpRequest, form: PastedHolidaysForm, lines: list[HolidayLine], by: User
) -> bool:
    """Call the service; a refusal stands in the form."""
    source = form.cleaned_data["source"]
    try:
        added, changed = take_holidays(lines=lines, by=by, source=source)
    except DomainError as error:
        form.add_error(None, error.sentence)
        return False
    counts = {"added": added, "changed": changed}
    messages.success(
        request, _("Holidays added: %(added)d, changed: %(changed)d.") % counts
    )
    return True


def _preview(lines: list[HolidayLine]) -> list[PreviewLine]:
    days = [line.day for line in lines if line.day is not None]
    known = {row.date: row for row in Holiday.objects.filter(date__in=days)}
    kinds = dict(Holiday.Kind.choices)
    return [
        PreviewLine(line, str(kinds.get(line.kind, "")), *_effect(line, known))
        for line in lines
    ]


def _effect(line: HolidayLine, known: Mapping[date, Holiday]) -> tuple[str, str]:
    if line.problem or line.day is None:
        return line.problem, "no"
    row = known.get(line.day)
    if row is None:
        return _("New"), "ok"
    if (row.name, row.kind) == (line.name, line.kind):
        return _("Already there"), ""
    was = {"name": row.name, "kind": row.get_kind_display()}
    return _("Replaces %(name)s (%(kind)s)") % was, "note"
