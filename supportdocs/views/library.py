"""The library: found, filtered, counted, as Excel."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.db.paging import Page, sliced_ids
from core.ledger.queries import version_of
from core.pages.excel_heads import above_list
from core.pages.filter_chips import Chip, chips
from core.pages.list_page import ListPage
from core.text.ids import as_id
from supportdocs import exports
from supportdocs.filters import DocumentFilter
from supportdocs.models import SupportTable
from supportdocs.queries.listing import (
    DocumentLine,
    DocumentTotals,
    document_lines,
    document_totals,
    sorted_documents,
    sorted_ids,
)

CHIPS = ("kind", "mine", "state")


def filtered(request: HttpRequest) -> tuple[DocumentFilter, QuerySet[SupportTable]]:
    """The filter and its rows; an invalid filter finds nothing and says so."""
    is_trash = request.GET.get("state") == "deleted"
    rows = SupportTable.objects.filter(deleted_at__isnull=not is_trash)
    chosen = DocumentFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_documents(found, request.GET.get("sort", ""))


class DocumentList(ListPage):
    """Documents, found by name or content."""

    app, name, live, columns = "supportdocs", "document", "documents", 7
    search_hint = gettext_lazy("Name or words in the document…")
    column_names = (
        gettext_lazy("Document"),
        gettext_lazy("Type"),
        gettext_lazy("Size"),
        gettext_lazy("Uploaded"),
        gettext_lazy("Jobs"),
        gettext_lazy("State"),
        "",
    )
    picks = "document"
    sorts: ClassVar = {
        "name": gettext_lazy("Document"),
        "type": gettext_lazy("Type"),
        "size": gettext_lazy("Size"),
        "uploaded": gettext_lazy("Uploaded"),
    }

    def filtered(self) -> tuple[DocumentFilter, QuerySet[SupportTable]]:
        """The filter and its rows."""
        return filtered(self.request)

    def ids(
        self, rows: QuerySet[SupportTable], page: Page, total: int, *, is_narrowed: bool
    ) -> list[int]:
        """The whole library is sorted along the index of its files."""
        if is_narrowed:
            return sliced_ids(rows, page, total)
        return sorted_ids(rows, self.request.GET.get("sort", ""), page, total)

    def lines(self, ids: list[int]) -> list[DocumentLine]:
        """The documents with their current file, and where the words stand in them."""
        return document_lines(ids, self.request.GET.get("q", ""))

    def chips(self, chosen: DocumentFilter) -> list[Chip]:
        return chips(self.request.GET, chosen, CHIPS)

    def totals(self, rows: QuerySet[SupportTable]) -> DocumentTotals:
        """How many, and their size."""
        return document_totals(rows)

    def version(self) -> int:
        return version_of(self.request)

    def more(self) -> dict[str, Any]:
        """What was deleted a moment ago, what may be uploaded, and words that every row has."""
        return {
            "gone": just_deleted(self.request),
            "is_trash": self.request.GET.get("state") == "deleted",
            "version_word": _("version"),
            "download_word": _("Download"),
        } | upload_facts()


def just_deleted(request: HttpRequest) -> SupportTable | None:
    """The document that was deleted a moment ago, so that it can be brought back."""
    key = as_id(request.GET.get("gone", ""))
    rows = SupportTable.objects.exclude(deleted_at=None)
    return rows.filter(pk=key).first() if key is not None else None


def upload_facts() -> dict[str, Any]:
    """What may be uploaded."""
    return {
        "file_limit": settings.DOCUMENT_MAX_BYTES,
        "accept": ",".join(f".{each}" for each in sorted(settings.DOCUMENT_TYPES)),
        "types": ", ".join(sorted(settings.DOCUMENT_TYPES)),
    }


@login_required
@require_GET
def document_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as Excel."""
    chosen, rows = filtered(request)
    shown = chips(request.GET, chosen, CHIPS)
    return exports.list_file(rows, above_list(request, _("Documents"), shown))
