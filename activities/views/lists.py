"""The list of activities and the page of one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from activities.exports import people_by_activity
from activities.filters import ActivityFilter
from activities.models import Activity
from activities.queries.listing import (
    ActivityLine,
    ActivityTotals,
    activity_lines,
    sorted_activities,
)
from activities.queries.listing import (
    activity_totals as totals_of,
)
from activities.queries.record import activity_record
from activities.services import resend_work_order
from activities.views.filter_chips import chips, tabs_of
from core.accounts.permissions import person
from core.errors import DomainError
from core.ledger.queries import version_of
from core.pages.filter_chips import Chip
from core.pages.list_page import ListPage, wants_part
from core.talk.views import talk_context


def filtered(request: HttpRequest) -> tuple[ActivityFilter, QuerySet[Activity]]:
    """The filter and its rows; an invalid filter finds nothing and says so."""
    rows = Activity.objects.alive()
    chosen = ActivityFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_activities(found, request.GET.get("sort", ""))


class ActivityList(ListPage):
    """Activities, found and filtered."""

    app, name, live, columns = "activities", "activity", "activities", 7
    search_hint = gettext_lazy("Activity, task, customer…")
    column_names = (
        gettext_lazy("Activity"),
        gettext_lazy("Customer"),
        gettext_lazy("From"),
        gettext_lazy("To"),
        gettext_lazy("In charge"),
        gettext_lazy("Status"),
        gettext_lazy("Hours"),
    )
    picks = "activity"
    rare = frozenset({"department", "first", "last"})
    sums = 1
    sorts: ClassVar = {
        "id": gettext_lazy("Activity"),
        "customer": gettext_lazy("Customer"),
        "from": gettext_lazy("From"),
        "to": gettext_lazy("To"),
        "hours": gettext_lazy("Hours"),
        "kind": gettext_lazy("Type"),
    }

    def filtered(self) -> tuple[ActivityFilter, QuerySet[Activity]]:
        """The filter and its rows."""
        return filtered(self.request)

    def lines(self, ids: list[int]) -> list[ActivityLine]:
        """The activities with their people and how far they are."""
        found = activity_lines(ids, dict(people_by_activity(ids)))
        add_labels([line.activity for line in found])
        return found

    def chips(self, chosen: ActivityFilter) -> list[Chip]:
        return chips(self.request.GET, chosen)

    def totals(self, rows: QuerySet[Activity]) -> ActivityTotals:
        """Hours, and how many are done."""
        return totals_of(rows)

    def version(self) -> int:
        return version_of(self.request)

    def more(self) -> dict[str, Any]:
        """The other views beside it."""
        return {"tabs": tabs_of("activity_list")}


def add_labels(rows: Sequence[Activity]) -> None:
    """Give each row its words; Django looks them up anew for each value."""
    kinds = {key: str(label) for key, label in Activity.Kind.choices}
    done = _("%(done)d of %(total)d tasks")
    for row in rows:
        counts = {"done": row.done_count, "total": row.task_count}
        row.kind_word = kinds.get(row.kind, "")  # type: ignore[attr-defined]
        row.done_words = done % counts  # type: ignore[attr-defined]


def activity_or_404(pk: int) -> Activity:
    """The activity; 404 otherwise."""
    return get_object_or_404(Activity.objects.alive(), pk=pk)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: its tasks with what I can do on each, what PPIC was sent, its history."""
    activity = activity_or_404(pk)
    template = "_activity_record" if wants_part(request) else "activity_detail"
    context = {
        "activity": activity,
        "record": activity_record(activity, person(request)),
        "here": request.path,
        **talk_context(request, activity),
    }
    return render(request, f"activities/{template}.html", context)


@login_required
@require_POST
def activity_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a parked work order again."""
    try:
        resend_work_order(activity_id=pk, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The work order is sent again."))
    return redirect("activities:activity_detail", pk=pk)
