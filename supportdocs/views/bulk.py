"""What can be done with many documents at once."""

from collections.abc import Collection

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.lists.subjects import RowKind
from core.pages.excel_heads import above_ticked
from supportdocs import exports
from supportdocs.models import SupportTable
from supportdocs.queries.listing import sorted_documents


def _export(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_documents(SupportTable.objects.alive().filter(pk__in=ids), "")
    return exports.list_file(rows, above_ticked(_("Documents"), len(ids), by))


DOCUMENTS = RowKind(
    name="document",
    rows=lambda ids: SupportTable.objects.alive().in_bulk(ids),
    url=lambda row: reverse("supportdocs:document_detail", args=[row.pk]),
    export=_export,
)
