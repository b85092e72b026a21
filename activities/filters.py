"""Filters of the list of activities; typed, so that a wrong value is refused."""

from datetime import date
from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, ActivityIndex, Task
from activities.queries.live_tasks import late_before
from activities.queries.signers import tasks_asking
from activities.queries.wire import in_charge_of
from core.accounts.models import User
from core.accounts.queries import everybody
from core.db.search import MAX_LENGTH, matching
from core.http.wire import INT64
from core.pages.filters import DayFilter
from core.text.months import end_of_day, start_of_day

PROGRESS = [
    ("open", _("Waiting for PIC")),
    ("pic", _("Waiting for SPV")),
    ("spv", _("Waiting for the manager")),
    ("manager", _("Complete")),
    ("undone", _("Not complete")),
    ("late", _("Late")),
    ("empty", _("Without tasks")),
]


class PeriodForm(forms.Form):
    """Refuse a period that ends before it begins."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end is before the start."))
        return data


class ActivityFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Chips of the list page, all of them in the URL."""

    q = filters.CharFilter(method="by_text", label=_("Search"), max_length=MAX_LENGTH)
    kind = filters.ChoiceFilter(choices=Activity.Kind.choices, label=_("Type"))
    status = filters.ChoiceFilter(
        method="by_progress", choices=PROGRESS, label=_("Status")
    )
    first = DayFilter(method="by_first", label=_("From"))
    last = DayFilter(method="by_last", label=_("To"))
    department = filters.NumberFilter(
        method="by_department",
        label=_("Department"),
        min_value=1,
        max_value=INT64,
        decimal_places=0,
    )
    person = filters.NumberFilter(
        method="by_person",
        label=_("Person"),
        min_value=1,
        max_value=INT64,
        decimal_places=0,
    )
    mine = filters.ChoiceFilter(
        method="by_me",
        label=_("Mine"),
        choices=[
            ("waiting", _("Waiting for me")),
            ("in_charge", _("I am in charge")),
            ("planned", _("Planned by me")),
        ],
    )

    class Meta:
        model = Activity
        form = PeriodForm
        fields: ClassVar[list[str]] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return matching(rows, value, ActivityIndex)

    def by_progress(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the last stage that every task has passed."""
        if value == "empty":
            return rows.filter(task_count=0)
        some, done = rows.filter(task_count__gt=0), Q(done_count=F("task_count"))
        spv, pic = Q(spv_count=F("task_count")), Q(pic_count=F("task_count"))
        if value == "late":
            late = Task.objects.unfinished().filter(ends_at__lt=late_before())
            return some.filter(pk__in=late.values("activity"))
        return some.filter(
            {
                "manager": done,
                "spv": spv & ~done,
                "pic": pic & ~spv,
                "open": ~pic,
                "undone": ~done,
            }[value]
        )

    def by_first(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """Spans that end on this day or later."""
        return rows.filter(to_cache__gte=start_of_day(value))

    def by_last(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """Spans that begin on this day or earlier."""
        return rows.filter(from_cache__lte=end_of_day(value))

    def by_department(
        self, rows: QuerySet[Any], name: str, value: Any
    ) -> QuerySet[Any]:
        """Somebody of the department is in charge."""
        people = [f.ext_id for f in everybody() if f.department_id == int(value)]
        return in_charge_of(rows, *people) if people else rows.none()

    def by_person(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """This person is in charge of a task."""
        return in_charge_of(rows, int(value))

    def by_me(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Activities that wait for me, that I do, that I planned."""
        user = self.request.user if self.request else None
        if not isinstance(user, User):
            return rows.none()
        if value == "waiting":
            return rows.filter(pk__in=tasks_asking(user).values("activity"))
        if value == "planned":
            return rows.filter(created_by=user)
        return in_charge_of(rows, user.ext_id or 0)
