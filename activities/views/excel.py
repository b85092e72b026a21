"""The list and the per-task report as Excel: at once when short, by the worker when long."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from activities.exports import (
    REPORT_COLUMNS,
    list_file,
    report_file,
)
from activities.models import Export
from activities.tasks import LIST, LONG, TASKS, TITLES, order_export, rows_of
from activities.views.filter_chips import chips
from activities.views.lists import ActivityList, filtered
from core.accounts.permissions import person
from core.files.downloads import Served, serve
from core.files.xlsx import CONTENT_TYPE
from core.pages.excel_heads import above_list
from core.pages.list_page import wants_part


@login_required
@require_GET
def activity_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list; ``?report=tasks`` is the nine-column report."""
    chosen, rows = filtered(request)
    if not chosen.is_valid():
        return ActivityList.as_view()(request)
    report = TASKS if request.GET.get("report") == TASKS else LIST
    total = rows_of(rows, report)
    if total > LONG:
        query = request.GET.copy()
        query.pop("report", None)
        export = order_export(
            by=person(request), report=report, query=query.urlencode(), total=total
        )
        return redirect("activities:export_detail", pk=export.pk)
    title = TITLES[report]
    above = above_list(request, str(title), chips(request.GET, chosen))
    if report == TASKS:
        return report_file(rows, REPORT_COLUMNS, above)
    return list_file(str(title), rows, above)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress of a file; the page can be left and found again."""
    export = get_object_or_404(Export, pk=pk, owner=person(request))
    template = "_export" if wants_part(request) else "export"
    return render(request, f"activities/{template}.html", {"export": export})


@login_required
@require_GET
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the person who ordered it."""
    rows = Export.objects.filter(owner=person(request), state=Export.State.READY)
    export = get_object_or_404(rows, pk=pk)
    return serve(request, Served(export.name, export.stored_name, CONTENT_TYPE))
