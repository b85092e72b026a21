"""The list of BOM approvals: found, filtered, counted, as Excel; and putting one up."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from bom import exports
from bom.filters import BomFilter
from bom.forms import OpenForm
from bom.models import BomApproval
from bom.permissions import may_invite
from bom.queries.listing import bom_lines, bom_totals, sorted_boms
from bom.queries.people import everybody
from bom.services import open_bom
from core.accounts.permissions import person, require
from core.approvals.models import Status
from core.common.api import STATUS
from core.common.chips import chips, others
from core.common.errors import DomainError
from core.common.listpage import SIZES, page_asked, wants_part
from core.common.paging import Page, counted, sliced_ids
from core.common.xlsx import workbook_response, write_workbook
from core.integrations import upstreams
from core.ledger.queries import version_of

CHIPS = ("status", "mine", "source", "snapshot")


def filtered(request: HttpRequest) -> tuple[BomFilter, QuerySet[BomApproval]]:
    """The filter and its rows; a filter that makes no sense finds nothing and says so."""
    rows = BomApproval.objects.alive()
    chosen = BomFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_boms(found, request.GET.get("sort", ""))


@login_required
@require_GET
@vary_on_headers("HX-Request")
def bom_list(request: HttpRequest) -> HttpResponse:
    """Approvals, found and filtered; sums and page count come by themselves (``bom_totals_part``)."""
    chosen, rows = filtered(request)
    page = page_asked(request)
    total = counted(rows, version_of(request)) if page.offset > 0 else page.limit
    ids = sliced_ids(rows, Page(page.limit + 1, page.offset), total)
    template = "_bom_rows" if wants_part(request) else "bom_list"
    return render(
        request,
        f"bom/{template}.html",
        list_context(request, chosen, page, ids),
        status=200 if chosen.is_valid() else 400,
    )


def list_context(
    request: HttpRequest, chosen: BomFilter, page: Page, ids: list[int]
) -> dict[str, Any]:
    """What the list shows: its rows, the filters, the place in the whole."""
    found = bom_lines(ids[: page.limit], person(request))
    word([line.approval for line in found])
    return {
        "base": reverse("bom:bom_list"),
        "filter": chosen,
        "chips": chips(request.GET, chosen, CHIPS),
        "kept": others(request.GET, "q"),
        "rows": found,
        "page": page,
        "number": page.offset // page.limit + 1,
        "first": page.offset + 1,
        "last": page.offset + len(found),
        "has_next": len(ids) > page.limit,
        "is_filtered": any(request.GET.get(name) for name in chosen.filters),
        "may_open": may_invite(person(request)),
    }


def word(rows: Sequence[BomApproval]) -> None:
    """Give each row its words; Django looks them up anew for each value."""
    sources = {key: str(label) for key, label in BomApproval.Source.choices}
    statuses = {key: str(label) for key, label in Status.choices}
    revision = _("revision %(number)d")
    for row in rows:
        row.source_word = sources[row.source]  # type: ignore[attr-defined]
        row.status_word = statuses[row.status]  # type: ignore[attr-defined]
        row.revision_words = revision % {"number": row.revision}  # type: ignore[attr-defined]


@login_required
@require_GET
def bom_totals_part(request: HttpRequest) -> HttpResponse:
    """Counts and number of pages of the filtered list, fetched after the rows are shown."""
    _chosen, rows = filtered(request)
    page, totals = page_asked(request), bom_totals(rows)
    number = page.offset // page.limit + 1
    context = {
        "totals": totals,
        "shown": Paginator(range(totals.count), page.limit).get_page(number),
        "page": page,
        "sizes": SIZES,
    }
    return render(request, "bom/_bom_totals.html", context)


@login_required
@require_GET
def bom_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as Excel."""
    _chosen, rows = filtered(request)
    lines = exports.list_rows(rows, person(request))
    file = write_workbook("BOM", exports.list_headers(), lines, exports.LIST_WIDTHS)
    return workbook_response("BOM_Approvals.xlsx", file)


@login_required
def bom_new(request: HttpRequest) -> HttpResponse:
    """Put a BOM of PPIC up for approval, or invite more people to the one that stands."""
    by = person(request)
    require(by, "open_bom_approval")
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            open_bom(ext_bom_id=given["bom"], by=by, pic_ids=given["people"])
        except DomainError as error:
            form.add_error(None, error.sentence)
            return _new_page(request, form, STATUS[error.code])
        messages.success(request, _("The BOM is up for approval."))
        return redirect("bom:bom_detail", bom_id=given["bom"])
    return _new_page(request, form, 400 if form.errors else 200)


def _new_page(request: HttpRequest, form: OpenForm, status: int) -> HttpResponse:
    boms = upstreams.ppic().boms()
    chosen = request.POST.getlist("people")
    context = {
        "form": form,
        "boms": sorted(boms.value.values(), key=lambda bom: bom.name),
        "is_stale": boms.is_stale,
        "everybody": everybody(),
        "chosen": {int(text) for text in chosen if text.isdigit()},
        "bom": form.data.get("bom", request.GET.get("bom", "")),
    }
    return render(request, "bom/bom_new.html", context, status=status)
