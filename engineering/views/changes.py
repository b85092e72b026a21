"""The list and the record of changes, its decision, its print and its files."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from core.accounts.permissions import person
from core.accounts.queries import everybody
from core.accounts.views import page_status
from core.approvals.models import Status
from core.approvals.services import note_opening
from core.approvals.views.asking import next_after, page_after, said_words
from core.db.paging import in_order
from core.errors import DomainError
from core.files.downloads import Served, serve
from core.files.pdf import pdf_response
from core.files.xlsx import workbook_response, write_columns
from core.ledger.forms import saves_once
from core.ledger.queries import version_of
from core.pages.excel_heads import above_list
from core.pages.filter_chips import Chip
from core.pages.form_fields import sentence_of
from core.pages.list_page import ListPage, wants_part
from core.receipts.views import file_response, sheet_response
from core.talk.views import talk_context
from engineering import exports
from engineering.filters import ChangeFilter
from engineering.forms import ACCEPT, ChangeDecisionForm
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.queries.listing import Totals, rows_for_list, sorted_changes, totals_of
from engineering.queries.print_form import print_form
from engineering.queries.record import change_record
from engineering.queries.thresholds import decisions_need_reentry, threshold
from engineering.services import (
    attach_file,
    confirm_decision,
    decide_change,
    receipt_of_change,
    remove_file,
    resubmit_change,
    withdraw_change,
)
from engineering.views.filter_chips import chips


def filtered(request: HttpRequest) -> tuple[ChangeFilter, QuerySet[ChangeNotice]]:
    """The filter and its rows; an invalid filter finds nothing and says so."""
    rows = ChangeNotice.objects.alive()
    chosen = ChangeFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_changes(found, request.GET.get("sort", ""))


DAYS = ("since", "until")


class ChangeList(ListPage):
    """ECN and CCN, found and filtered."""

    app, name, live, columns = "engineering", "change", "changes", 6
    search_hint = gettext_lazy("Number, PO, part, text…")
    column_names = (
        gettext_lazy("Number"),
        pgettext_lazy("what is changed", "Change"),
        "PO",
        gettext_lazy("Date"),
        gettext_lazy("Status"),
        gettext_lazy("Net cost"),
    )
    picks = "change"
    rare = frozenset(
        {"year", "customer", "project", "priority", "requester", "above", *DAYS}
    )
    sums = 1
    sorts: ClassVar = {
        "number": gettext_lazy("Number"),
        "po": "PO",
        "date": gettext_lazy("Date"),
        "status": gettext_lazy("Status"),
        "net": gettext_lazy("Net cost"),
    }

    def filtered(self) -> tuple[ChangeFilter, QuerySet[ChangeNotice]]:
        """The filter and its rows."""
        return filtered(self.request)

    def lines(self, ids: list[int]) -> list[ChangeNotice]:
        """The changes with their counts and words."""
        rows = rows_for_list(ChangeNotice.objects.filter(pk__in=ids))
        found = in_order(rows, ids)
        add_labels(found)
        return found

    def chips(self, chosen: ChangeFilter) -> list[Chip]:
        return chips(self.request.GET, chosen)

    def totals(self, rows: QuerySet[ChangeNotice]) -> Totals:
        """Costs, and how many wait."""
        return totals_of(rows)

    def version(self) -> int:
        return version_of(self.request)


def add_labels(rows: Sequence[ChangeNotice]) -> None:
    """Give each row its words, and whether it breaks the threshold; asked once for all rows."""
    limit = threshold()
    kinds = {key: str(label) for key, label in ChangeNotice.Kind.choices}
    statuses = {key: str(label) for key, label in Status.choices}
    for row in rows:
        row.kind_word = kinds[row.kind]  # type: ignore[attr-defined]
        row.status_word = statuses[row.status]  # type: ignore[attr-defined]
        row.is_above = limit.is_broken_by(row)  # type: ignore[attr-defined]


@login_required
@require_GET
def change_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as Excel; ``?report=increase`` gives the increase/decrease report."""
    chosen, rows = filtered(request)
    if not chosen.is_valid():
        return ChangeList.as_view()(request)
    shown = chips(request.GET, chosen)
    if request.GET.get("report") == "increase":
        title = _("Increase and decrease")
        above = above_list(request, title, shown)
        found = exports.each_change(rows)
        file = write_columns(title, exports.report_columns(), found, above=above)
        return workbook_response("Engineering_Report.xlsx", file)
    return exports.list_file(rows, above_list(request, _("ECN and CCN"), shown))


@login_required
@require_GET
@vary_on_headers("HX-Request")
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One change; opening it is remembered, because bulk approval asks for it."""
    change = get_object_or_404(ChangeNotice, pk=pk)
    if change.deleted_at:  # a notice or an old link leads here
        raise DomainError(_("%s was withdrawn.") % change, "not_found")
    # What an open page fetches by itself is no opening: it may never be shown.
    if not wants_part(request) or request.headers.get("X-Loaded-By") == "person":
        note_opening(record=change, by=person(request))
    template = "_change_record" if wants_part(request) else "change_detail"
    context = record_context(request, change) | next_after(request)
    return render(request, f"engineering/{template}.html", context)


def record_context(request: HttpRequest, change: ChangeNotice) -> dict[str, Any]:
    """Values of a change's page for this person."""
    return {
        "record": change_record(change, person(request)),
        "change": change,
        "needs_password": decisions_need_reentry([change]),
        "faces": everybody(),
        "file_limit": settings.ATTACHMENT_MAX_BYTES,
        "accept": ACCEPT,
        **talk_context(request, change),
    }


@sensitive_post_parameters("password")
@login_required
@require_POST
def change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or reject what was shown; a refusal shows the record anew, with the typed remark."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    form = ChangeDecisionForm(request.POST)
    if not form.is_valid():
        return refused(request, change, DomainError(sentence_of(form)))
    given, by = dict(form.cleaned_data), person(request)
    try:
        confirmed = confirm_decision(
            by=by,
            changes=[change],
            secret=given.pop("password"),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        decide_change(change_id=pk, by=by, confirmed=confirmed, **given)
    except DomainError as error:
        change.refresh_from_db()
        return refused(request, change, error)
    messages.success(request, said_words(given["status"]) % change)
    return page_after(request, "engineering:change_detail", pk)


def refused(
    request: HttpRequest, change: ChangeNotice, error: DomainError
) -> HttpResponse:
    """The record with the refusal, and the remark as it was typed."""
    remark = request.POST.get("remark", "")
    context = record_context(request, change) | {"refusal": error, "remark": remark}
    status = page_status(error)
    return render(request, "engineering/change_detail.html", context, status=status)


@login_required
@require_POST
def change_resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a change that came back for rework up again as it is."""
    note = request.POST.get("note", "")
    try:
        change = resubmit_change(change_id=pk, by=person(request), note=note)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("%s is put up again.") % change)
    return redirect("engineering:change_detail", pk=pk)


@login_required
@require_POST
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pending change back."""
    try:
        change = withdraw_change(change_id=pk, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("engineering:change_detail", pk=pk)
    messages.success(request, _("%s is withdrawn.") % change)
    return redirect("engineering:change_list")


@saves_once(ChangeNotice, lambda pk: reverse("engineering:change_detail", args=[pk]))
@login_required
@require_POST
def change_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files to a change."""
    for file in request.FILES.getlist("files"):
        try:
            row = attach_file(
                change_id=pk, by=person(request), name=file.name or "", content=file
            )
        except DomainError as error:
            messages.error(request, f"{file.name}: {error.sentence}")
        else:
            is_content = row.purpose == ChangeAttachment.Purpose.CONTENT
            words = (
                _("%(file)s is attached: revision %(revision)d.")
                if is_content
                else _("%(file)s is attached as evidence.")
            )
            messages.success(
                request, words % {"file": file.name, "revision": row.revision}
            )
    return redirect("engineering:change_detail", pk=pk)


@login_required
@require_POST
def change_file_remove(request: HttpRequest, pk: int, file_id: int) -> HttpResponse:
    """Take a content file out of an open change."""
    try:
        change = remove_file(change_id=pk, attachment_id=file_id, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        words = _("The file is removed: revision %(revision)d.")
        messages.success(request, words % {"revision": change.revision})
    return redirect("engineering:change_detail", pk=pk)


@login_required
@require_GET
def change_file(request: HttpRequest, pk: int, file_id: int) -> HttpResponseBase:
    """Download one file of a change."""
    rows = ChangeAttachment.objects.filter(change__deleted_at=None)
    file = get_object_or_404(rows, pk=file_id, change=pk)
    shown = Served(file.name, file.stored_name, file.content_type, file.sha256)
    return serve(request, shown)


@login_required
@require_GET
def change_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The Change Request form on paper."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    return render(
        request, "engineering/change_print.html", {"form": print_form(change)}
    )


@login_required
@require_GET
def change_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The Change Request sheet (PDF), to send."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    body = exports.change_sheet(change, person(request))
    return pdf_response(body, f"{change.number}_r{change.revision}")


@login_required
@require_GET
def change_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt's sheet (PDF)."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    return sheet_response(receipt_of_change(change), change.number)


@login_required
@require_GET
def change_receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt as a file that can be checked without EMS."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    return file_response(receipt_of_change(change), change.number)
