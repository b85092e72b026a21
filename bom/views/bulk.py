"""What can be done with many BOM approvals at once."""

from collections.abc import Collection

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bom import exports
from bom.models import BomApproval
from bom.queries.listing import sorted_boms
from bom.services import decide_bom
from core.accounts.models import User
from core.accounts.services import needs_reentry
from core.lists.subjects import RowKind, Verb
from core.lists.views.approving import approving
from core.pages.excel_heads import above_ticked


def _export(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_boms(BomApproval.objects.alive().filter(pk__in=ids), "")
    above = above_ticked(_("BOM approvals"), len(ids), by)
    return exports.list_file(rows, by, above)


BOMS = RowKind(
    name="bom",
    rows=lambda ids: BomApproval.objects.alive().in_bulk(ids),
    url=lambda row: reverse("bom:bom_detail", args=[row.ext_bom_leveled_id]),
    export=_export,
    verbs={
        "approve": Verb(
            approving(decide_bom, "ext_bom_id", "ext_bom_leveled_id"),
            lambda _rows: needs_reentry(),
        )
    },
)
