"""What can be done with many changes at once."""

from collections.abc import Collection

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.lists.subjects import RowKind, Verb
from core.lists.views.approving import approving
from core.pages.excel_heads import above_ticked
from engineering import exports
from engineering.models import ChangeNotice
from engineering.queries.listing import sorted_changes
from engineering.queries.thresholds import decisions_need_reentry
from engineering.services import decide_change


def _export(ids: Collection[int], by: User) -> HttpResponseBase:
    rows = sorted_changes(ChangeNotice.objects.alive().filter(pk__in=ids), "")
    return exports.list_file(rows, above_ticked(_("ECN and CCN"), len(ids), by))


CHANGES = RowKind(
    name="change",
    rows=lambda ids: ChangeNotice.objects.alive().in_bulk(ids),
    url=lambda change: reverse("engineering:change_detail", args=[change.pk]),
    export=_export,
    verbs={
        "approve": Verb(approving(decide_change, "change_id"), decisions_need_reentry)
    },
)
