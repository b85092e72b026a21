"""What can be done with many changes at once."""

from collections.abc import Collection

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Status
from core.approvals.services import require_opened
from core.files.xlsx import workbook_response, write_columns
from core.lists.subjects import Act, Given, Pick, RowKind, Verb
from core.pages.excel_heads import above_ticked
from engineering import exports
from engineering.models import ChangeNotice
from engineering.queries.listing import sorted_changes
from engineering.queries.thresholds import decisions_need_reentry
from engineering.services import decide_change


def approving(by: User, given: Given) -> Act:
    """A yes to each that this person has opened as it is now."""

    def approve(change: ChangeNotice, _pick: Pick) -> None:
        require_opened(change, by)
        decide_change(
            change_id=change.pk,
            by=by,
            status=Status.ACCEPTED,
            revision=change.revision,
            digest=change.digest,
            confirmed=given.confirmed,
        )

    return approve


def _export(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_changes(ChangeNotice.objects.alive().filter(pk__in=ids), "")
    found = exports.each_change(rows)
    file = write_columns(
        "ECN CCN",
        exports.list_columns(),
        found,
        above=above_ticked(_("ECN and CCN"), len(ids), by),
    )
    return workbook_response("ECN_CCN.xlsx", file)


CHANGES = RowKind(
    name="change",
    rows=lambda ids: ChangeNotice.objects.alive().in_bulk(ids),
    url=lambda change: reverse("engineering:change_detail", args=[change.pk]),
    export=_export,
    verbs={"approve": Verb(approving, decisions_need_reentry)},
)
