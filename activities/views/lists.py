"""The list of activities and the page of one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from activities.exports import people_by_activity
from activities.filters import ActivityFilter
from activities.models import Activity
from activities.queries.listing import (
    activity_lines,
    sorted_activities,
)
from activities.queries.listing import (
    activity_totals as totals_of,
)
from activities.queries.record import activity_record
from activities.services import resend_work_order
from activities.views.chips import chips, tabs_of
from core.accounts.permissions import person
from core.common.chips import others
from core.common.errors import DomainError
from core.common.listpage import SIZES, page_asked, wants_part
from core.common.paging import Page, counted, sliced_ids
from core.ledger.queries import version_of


def filtered(request: HttpRequest) -> tuple[ActivityFilter, QuerySet[Activity]]:
    """The filter and its rows; a filter that makes no sense finds nothing and says so."""
    rows = Activity.objects.alive()
    chosen = ActivityFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_activities(found, request.GET.get("sort", ""))


@login_required
@require_GET
@vary_on_headers("HX-Request")
def activity_list(request: HttpRequest) -> HttpResponse:
    """Activities, found and filtered; sums and page count come by themselves."""
    chosen, rows = filtered(request)
    page = page_asked(request)
    total = counted(rows, version_of(request)) if page.offset > 0 else page.limit
    ids = sliced_ids(rows, Page(page.limit + 1, page.offset), total)
    template = "_activity_rows" if wants_part(request) else "activity_list"
    return render(
        request,
        f"activities/{template}.html",
        list_context(request, chosen, page, ids),
        status=200 if chosen.is_valid() else 400,
    )


def list_context(
    request: HttpRequest, chosen: ActivityFilter, page: Page, ids: list[int]
) -> dict[str, Any]:
    """What the list shows: its rows, the filters, the place in the whole."""
    shown = ids[: page.limit]
    found = activity_lines(shown, dict(people_by_activity(shown)))
    return {
        "tabs": tabs_of("activity_list"),
        "filter": chosen,
        "chips": chips(request.GET, chosen),
        "kept": others(request.GET, "q"),
        "rows": found,
        "page": page,
        "number": page.offset // page.limit + 1,
        "first": page.offset + 1,
        "last": page.offset + len(found),
        "has_next": len(ids) > page.limit,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
    }


@login_required
@require_GET
def activity_totals(request: HttpRequest) -> HttpResponse:
    """Sums and number of pages of the filtered list, fetched after the rows are shown."""
    _chosen, rows = filtered(request)
    page, totals = page_asked(request), totals_of(rows)
    number = page.offset // page.limit + 1
    context = {
        "totals": totals,
        "shown": Paginator(range(totals.count), page.limit).get_page(number),
        "page": page,
        "sizes": SIZES,
    }
    return render(request, "activities/_activity_totals.html", context)


def living(pk: int) -> Activity:
    """The activity; 404 otherwise."""
    return get_object_or_404(Activity.objects.alive(), pk=pk)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: its tasks with what I can do on each, what PPIC was sent, its history."""
    activity = living(pk)
    template = "_activity_record" if wants_part(request) else "activity_detail"
    context = {
        "activity": activity,
        "record": activity_record(activity, person(request)),
        "here": request.path,
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
