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
from core.approvals.models import Status
from core.approvals.services import require_opened
from core.files.xlsx import workbook_response, write_columns
from core.lists.subjects import Act, Given, Pick, RowKind, Verb
from core.pages.excel_heads import above_ticked


def approving(by: User, given: Given) -> Act:
    """A yes to each that this person has opened as it is now."""

    def approve(approval: BomApproval, _pick: Pick) -> None:
        require_opened(approval, by)
        decide_bom(
            ext_bom_id=approval.ext_bom_leveled_id,
            by=by,
            status=Status.ACCEPTED,
            revision=approval.revision,
            digest=approval.digest,
            confirmed=given.confirmed,
        )

    return approve


def _export(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_boms(BomApproval.objects.alive().filter(pk__in=ids), "")
    lines = exports.bom_records(rows, by)
    file = write_columns(
        "BOM",
        exports.LIST_COLUMNS,
        lines,
        above=above_ticked(_("BOM approvals"), len(ids), by),
    )
    return workbook_response("BOM_Approvals.xlsx", file)


BOMS = RowKind(
    name="bom",
    rows=lambda ids: BomApproval.objects.alive().in_bulk(ids),
    url=lambda row: reverse("bom:bom_detail", args=[row.ext_bom_leveled_id]),
    export=_export,
    verbs={"approve": Verb(approving, lambda _rows: needs_reentry())},
)
