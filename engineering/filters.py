"""Filters of the list of changes; typed, so that a wrong value is refused."""

from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.models import Status
from core.approvals.queries.due import overdue_records
from core.approvals.queries.inbox import records_asking
from core.db.search import MAX_LENGTH, matching
from core.http.wire import INT64
from core.pages.filters import DayFilter
from core.text.normal_form import plain_text
from core.text.years import FIRST_YEAR, LAST_YEAR
from engineering.models import ChangeIndex, ChangeNotice
from engineering.queries.approval import waiting_ids
from engineering.queries.thresholds import HUNDRED, threshold


def above_threshold() -> Q:
    """Changes whose net cost is pointed out, as a condition (``queries.thresholds`` in SQL)."""
    limit = threshold()
    if limit.percentage is None:
        return Q(net__gt=limit.value)
    over = Q(decrease__gt=0, net__gt=F("decrease") * limit.percentage / HUNDRED)
    return over | Q(decrease=0, net__gt=limit.value)


class ChangeFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Chips of the list page, all of them in the URL."""

    q = filters.CharFilter(method="by_text", label=_("Search"), max_length=MAX_LENGTH)
    status = filters.ChoiceFilter(choices=Status.choices, label=_("Status"))
    kind = filters.ChoiceFilter(choices=ChangeNotice.Kind.choices, label=_("Type"))
    year = filters.NumberFilter(
        field_name="date",
        lookup_expr="year",
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        decimal_places=0,
    )
    since = DayFilter(field_name="date", lookup_expr="gte", label=_("From"))
    until = DayFilter(field_name="date", lookup_expr="lte", label=_("To"))
    customer = filters.CharFilter(
        method="by_customer", label=_("Customer"), max_length=202
    )
    requester = filters.CharFilter(
        field_name="requester_name",
        method="by_requester",
        label=_("Requester"),
        max_length=200,
    )
    project = filters.CharFilter(
        method="by_project", label=_("Project"), max_length=200
    )
    priority = filters.ChoiceFilter(
        choices=ChangeNotice.Priority.choices, label=_("Priority")
    )
    decider = filters.NumberFilter(
        method="by_decider",
        label=_("Waits for"),
        min_value=1,
        max_value=INT64,
        decimal_places=0,
    )
    late = filters.BooleanFilter(
        method="by_due", label=_("Late"), widget=forms.CheckboxInput
    )
    above = filters.BooleanFilter(
        method="by_threshold",
        label=_("Above threshold"),
        widget=forms.CheckboxInput,
    )
    mine = filters.ChoiceFilter(
        method="by_person",
        label=_("Mine"),
        choices=[("waiting", _("Waiting for me")), ("raised", _("Raised by me"))],
    )

    class Meta:
        model = ChangeNotice
        fields: ClassVar[list[str]] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return matching(rows, value, ChangeIndex)

    def by_customer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A part of the name; in quotes the whole name, so that "" finds those without one."""
        if len(value) > 1 and value[0] == value[-1] == '"':
            return rows.filter(customer_plain=plain_text(value[1:-1]))
        return rows.filter(customer_plain__contains=plain_text(value))

    def by_requester(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A part of the name."""
        return rows.filter(requester_name__plain__contains=plain_text(value))

    def by_project(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A part of the project's name; every word of it narrows by the index first."""
        found = matching(rows, value, ChangeIndex)
        return found.filter(project_name__plain__contains=plain_text(value))

    def by_decider(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """The open step waits for this person (the auth server's id)."""
        asked = records_asking(int(value), ChangeNotice._meta.label)
        return rows.filter(status=Status.PENDING, pk__in=asked)

    def by_due(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Only those whose open step should have been decided by now."""
        if not value:
            return rows
        late = overdue_records(ChangeNotice._meta.label)
        return rows.filter(status=Status.PENDING, pk__in=late)

    def by_threshold(
        self, rows: QuerySet[Any], name: str, value: bool
    ) -> QuerySet[Any]:
        """Only those whose net cost is pointed out."""
        if not value:
            return rows
        return rows.filter(above_threshold())

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Changes that wait for me, or that I raised."""
        user = self.request.user if self.request else None
        if not isinstance(user, User):
            return rows.none()
        return (
            rows.filter(pk__in=waiting_ids(user.pk))
            if value == "waiting"
            else rows.filter(requester=user)
        )
