"""The period and filters of a report, read from the address."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Task
from core.pages.form_fields import DayField
from core.text.months import start_of_day
from engineering.models import ChangeNotice

MAX_DAYS = 1_100  # three years and a bit
MONTHS = 12
DONE, OUTSTANDING = "done", "outstanding"
OVER, ON_TIME, NOT_YET, UNDATED = "over", "on_time", "not_yet", "undated"
DUE, SIGNED = "due", "signed"
BY_PIC, BY_SPV = "by_pic", "by_spv"
NO_REASON = "none"
STATES = [
    ("", gettext_lazy("All")),
    (OUTSTANDING, gettext_lazy("Outstanding")),
    (DONE, gettext_lazy("Done")),
    (BY_PIC, gettext_lazy("Signed by the PIC")),
    (BY_SPV, gettext_lazy("Signed by the SPV")),
    (OVER, gettext_lazy("Over deadline")),
    (ON_TIME, gettext_lazy("On time")),
    (NOT_YET, gettext_lazy("Not due yet")),
    (UNDATED, gettext_lazy("Without a deadline")),
]
BASES = [
    ("", gettext_lazy("in work")),
    (DUE, gettext_lazy("due")),
    (SIGNED, gettext_lazy("finished")),
]
REASONS = [
    ("", gettext_lazy("All")),
    *((str(key), label) for key, label in Task.LateReason.choices),
    (NO_REASON, gettext_lazy("no reason given")),
]
GROUPS = [
    ("month", gettext_lazy("Month")),
    ("kind", gettext_lazy("Type")),
    ("status", gettext_lazy("Status")),
    ("customer", gettext_lazy("Customer")),
]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of Jakarta, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return start_of_day(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return start_of_day(self.last + timedelta(days=1))

    @property
    def weeks(self) -> list[tuple[int, int]]:
        """Its ISO weeks as (year, week), in order."""
        found: list[tuple[int, int]] = []
        day = self.first - timedelta(days=self.first.weekday())
        while day <= self.last:
            year, week, _weekday = day.isocalendar()
            found.append((year, week))
            day += timedelta(days=7)
        return found

    @property
    def months(self) -> list[tuple[int, int]]:
        """Its months as (year, month), in order."""
        first = self.first.year * MONTHS + self.first.month - 1
        last = self.last.year * MONTHS + self.last.month - 1
        pairs = (divmod(index, MONTHS) for index in range(first, last + 1))
        return [(year, index + 1) for year, index in pairs]


def month_of(day: date) -> Period:
    """The month in which a day lies."""
    end = monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=end))


def quick_periods(today: date) -> list[tuple[str, Period]]:
    """A usual period with its name."""
    this = month_of(today)
    quarter = month_of(date(today.year, today.month - (today.month - 1) % 3, 1))
    return [
        (_("this month"), this),
        (_("last month"), month_of(this.first - timedelta(days=1))),
        (_("this quarter"), Period(quarter.first, this.last)),
        (_("this year"), Period(date(today.year, 1, 1), date(today.year, 12, 31))),
    ]


class ReportForm(forms.Form):
    """The filters of every report; each takes those that it knows."""

    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("To"))
    kind = forms.TypedChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("All")), *Activity.Kind.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=STATES
    )
    on = forms.ChoiceField(
        label=gettext_lazy("In this period"), required=False, choices=BASES
    )
    person = forms.IntegerField(
        label=gettext_lazy("Person"), required=False, min_value=1, max_value=2**62
    )
    department = forms.IntegerField(
        label=gettext_lazy("Department"), required=False, min_value=1, max_value=2**62
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, choices=REASONS
    )
    change_kind = forms.TypedChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("All")), *ChangeNotice.Kind.choices],
    )
    by = forms.ChoiceField(
        label=gettext_lazy("Grouped by"), required=False, choices=GROUPS
    )

    def clean(self) -> dict[str, Any]:
        """A period that can be answered; the limit is named."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if not since or not until:
            return data
        if since > until:
            self.add_error("until", _("The end is before the start."))
        elif (until - since).days > MAX_DAYS:
            sentence = _("A report covers at most three years (%d days).") % MAX_DAYS
            self.add_error("until", sentence)
        return data


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A report's question, checked."""

    period: Period
    kind: int | None = None
    state: str = ""
    on: str = ""
    person: int | None = None
    department: int | None = None
    reason: str = ""
    change_kind: int | None = None
    by: str = "month"


def read(query: Any, names: tuple[str, ...]) -> tuple[ReportForm, ReportPeriod | None]:
    """The form with the defaults filled in, and the question; None when it is invalid.

    ``names`` are the filters that the report knows, besides the period.
    """
    this = month_of(timezone.localdate())
    data = {name: query.get(name, "") for name in ("since", "until", *names)}
    data["since"] = data["since"] or this.first.isoformat()
    data["until"] = data["until"] or this.last.isoformat()
    form = ReportForm(data)
    for name in set(form.fields) - {"since", "until", *names}:
        del form.fields[name]
    if not form.is_valid():
        return form, None
    given = {name: form.cleaned_data.get(name) for name in names}
    period = Period(form.cleaned_data["since"], form.cleaned_data["until"])
    return form, ReportPeriod(
        period,
        **{key: value for key, value in given.items() if value not in {None, ""}},
    )
