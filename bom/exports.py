"""Columns and records of the Excel files of BOM approval."""

from collections.abc import Iterator
from operator import attrgetter

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bom.models import BomApproval
from bom.queries.comparison import Comparison, Row, TreeLine
from bom.queries.listing import BomLine, bom_lines
from core.accounts.models import User
from core.db.paging import id_chunks
from core.files.xlsx import Column
from core.ledger.models import Delivery

DELIVERY = dict(Delivery.State.choices)
KIND_WORDS = {
    "added": _("added"),
    "removed": _("taken out"),
    "changed": _("different"),
    "moved": _("arranged otherwise"),
    "same": _("same"),
}
LIST_COLUMNS: list[Column[BomLine]] = [
    Column("ID BOM", 10, attrgetter("approval.ext_bom_leveled_id")),
    Column("BOM", 44, lambda line: str(line.approval)),
    Column(_("Job"), 30, attrgetter("jobs")),
    Column(_("Status"), 12, lambda line: line.approval.get_status_display()),
    Column(_("Revision"), 10, attrgetter("approval.revision")),
    Column(_("Approved by"), 12, lambda line: f"{line.given} / {line.asked}"),
    Column(_("Still missing"), 40, lambda line: ", ".join(map(str, line.missing))),
    Column(_("Opened"), 18, attrgetter("approval.opened_at")),
    Column(_("Settled"), 18, attrgetter("approval.approval_date")),
    Column(_("Snapshot"), 16, lambda line: DELIVERY.get(line.delivery, "")),
    Column(_("Opened through"), 18, lambda line: line.approval.get_source_display()),
]
TREE_COLUMNS: list[Column[TreeLine]] = [
    Column(_("Level"), 8, lambda line: line.depth + 1),
    Column(_("Part number"), 24, attrgetter("number")),
    Column(_("Part or sub-assembly"), 44, attrgetter("name")),
    Column(_("Unit"), 8, attrgetter("unit")),
    Column(_("Qty"), 12, attrgetter("qty")),
    Column(_("In one BOM"), 12, attrgetter("total")),
    Column(_("Price (Rp)"), 16, attrgetter("price")),
    Column(_("Cost (Rp)"), 18, attrgetter("cost")),
]


def bom_records(rows: QuerySet[BomApproval], user: User) -> Iterator[BomLine]:
    """The approvals of the filtered list, a bounded number in memory."""
    for ids in id_chunks(rows):
        yield from bom_lines(ids, user)


def diff_columns(before: str, after: str) -> list[Column[Row]]:
    """Columns of a comparison of two contents that are called so."""
    return [
        Column(_("Difference"), 12, lambda row: KIND_WORDS[row.kind]),
        Column(_("Part number"), 20, attrgetter("number")),
        Column(_("Part name"), 36, attrgetter("name")),
        Column(_("Description"), 44, attrgetter("description")),
        Column(_("Unit"), 8, attrgetter("unit")),
        Column(f"{_('Qty before')} ({before})", 14, attrgetter("change.before")),
        Column(f"{_('Qty after')} ({after})", 14, attrgetter("change.after")),
        Column(_("Difference in qty"), 14, attrgetter("change.delta")),
        Column(_("Price (Rp)"), 16, attrgetter("price")),
        Column(_("Cost effect (Rp)"), 18, attrgetter("effect")),
    ]


def diff_total(found: Comparison) -> list[object]:
    """The row below a comparison: the sum of what it costs."""
    return [_("Total"), "", "", "", "", None, None, None, None, found.effect]
