"""The library: found, filtered, counted, as Excel."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from core.common.chips import chips, others
from core.common.listpage import SIZES, page_asked, wants_part
from core.common.paging import Page, counted, sliced_ids
from core.common.xlsx import workbook_response, write_workbook
from core.ledger.queries import version_of
from supportdocs import exports
from supportdocs.filters import DocumentFilter
from supportdocs.models import SupportTable
from supportdocs.queries.listing import (
    document_lines,
    document_totals,
    sorted_documents,
    sorted_ids,
)

CHIPS = ("kind", "mine", "state")


def filtered(request: HttpRequest) -> tuple[DocumentFilter, QuerySet[SupportTable]]:
    """The filter and its rows; a filter that makes no sense finds nothing and says so."""
    is_trash = request.GET.get("state") == "deleted"
    rows = SupportTable.objects.filter(deleted_at__isnull=not is_trash)
    chosen = DocumentFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_documents(found, request.GET.get("sort", ""))


@login_required
@require_GET
@vary_on_headers("HX-Request")
def document_list(request: HttpRequest) -> HttpResponse:
    """Documents; the sums and the page count come by themselves (``document_totals_part``)."""
    chosen, rows = filtered(request)
    page = page_asked(request)
    total = counted(rows, version_of(request)) if page.offset > 0 else page.limit
    wanted = Page(page.limit + 1, page.offset)
    if is_narrowed(request, chosen):
        ids = sliced_ids(rows, wanted, total)
    else:
        ids = sorted_ids(rows, request.GET.get("sort", ""), wanted, total)
    template = "_document_rows" if wants_part(request) else "document_list"
    return render(
        request,
        f"supportdocs/{template}.html",
        list_context(request, chosen, page, ids),
        status=200 if chosen.is_valid() else 400,
    )


def is_narrowed(request: HttpRequest, chosen: DocumentFilter) -> bool:
    """Whether a search or a chip is set."""
    return any(request.GET.get(name) for name in chosen.filters)


def list_context(
    request: HttpRequest, chosen: DocumentFilter, page: Page, ids: list[int]
) -> dict[str, Any]:
    """What the list shows: its rows, the filters, the place in the whole."""
    found = document_lines(ids[: page.limit], request.GET.get("q", ""))
    return {
        "filter": chosen,
        "chips": chips(request.GET, chosen, CHIPS),
        "kept": others(request.GET, "q"),
        "rows": found,
        "page": page,
        "number": page.offset // page.limit + 1,
        "first": page.offset + 1,
        "last": page.offset + len(found),
        "has_next": len(ids) > page.limit,
        "is_filtered": is_narrowed(request, chosen),
        "base": reverse("supportdocs:document_list"),
        "gone": just_deleted(request),
        "is_trash": request.GET.get("state") == "deleted",
    } | upload_facts()


def just_deleted(request: HttpRequest) -> SupportTable | None:
    """The document that was deleted a moment ago, so that it can be brought back."""
    key = request.GET.get("gone", "")
    is_id = key.isascii() and key.isdigit() and len(key) <= 18  # noqa: PLR2004
    rows = SupportTable.objects.exclude(deleted_at=None)
    return rows.filter(pk=int(key)).first() if is_id else None


def upload_facts() -> dict[str, Any]:
    """What may be uploaded."""
    return {
        "file_limit": settings.DOCUMENT_MAX_BYTES,
        "accept": ",".join(f".{each}" for each in sorted(settings.DOCUMENT_TYPES)),
        "types": ", ".join(sorted(settings.DOCUMENT_TYPES)),
    }


@login_required
@require_GET
def document_totals_part(request: HttpRequest) -> HttpResponse:
    """Counts and number of pages of the filtered list, fetched after the rows are shown."""
    _chosen, rows = filtered(request)
    page, totals = page_asked(request), document_totals(rows)
    number = page.offset // page.limit + 1
    context = {
        "totals": totals,
        "shown": Paginator(range(totals.count), page.limit).get_page(number),
        "page": page,
        "sizes": SIZES,
    }
    return render(request, "supportdocs/_document_totals.html", context)


@login_required
@require_GET
def document_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as Excel."""
    _chosen, rows = filtered(request)
    file = write_workbook(
        _("Documents"),
        exports.list_headers(),
        exports.list_rows(rows),
        exports.LIST_WIDTHS,
    )
    return workbook_response("Documents.xlsx", file)
