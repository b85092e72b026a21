"""Columns and rows of the Excel files of BOM approval."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bom.models import BomApproval
from bom.queries.comparison import Comparison, TreeLine
from bom.queries.listing import bom_lines
from core.accounts.models import User
from core.db.paging import id_chunks
from core.files.xlsx import TotalRow
from core.ledger.models import Delivery

Cells = list[object]
TREE_WIDTHS = (8, 24, 44, 8, 12, 12, 16, 18)
LIST_WIDTHS = (10, 44, 30, 12, 10, 12, 40, 18, 18, 16, 18)
DIFF_WIDTHS = (12, 20, 36, 44, 8, 14, 14, 14, 16, 18)


def list_headers() -> list[str]:
    """Columns of the list."""
    return [
        "ID BOM",
        "BOM",
        _("Job"),
        _("Status"),
        _("Revision"),
        _("Approved by"),
        _("Still missing"),
        _("Opened"),
        _("Settled"),
        _("Snapshot"),
        _("Opened through"),
    ]


def list_rows(rows: QuerySet[BomApproval], user: User) -> Iterator[Cells]:
    """A row per approval of the filtered list."""
    states = {value: str(label) for value, label in Delivery.State.choices}
    for ids in id_chunks(rows):
        for line in bom_lines(ids, user):
            approval = line.approval
            yield [
                approval.ext_bom_leveled_id,
                str(approval),
                line.jobs,
                approval.get_status_display(),
                approval.revision,
                f"{line.given} / {line.asked}",
                ", ".join(str(face) for face in line.missing),
                approval.opened_at,
                approval.approval_date,
                states.get(line.delivery, ""),
                approval.get_source_display(),
            ]


def kind_words() -> dict[str, str]:
    """The kinds of a difference, as people read them."""
    return {
        "added": _("added"),
        "removed": _("taken out"),
        "changed": _("different"),
        "moved": _("arranged otherwise"),
        "same": _("same"),
    }


def tree_headers() -> list[str]:
    """Columns of a content."""
    return [
        _("Level"),
        _("Part number"),
        _("Part or sub-assembly"),
        _("Unit"),
        _("Qty"),
        _("In one BOM"),
        _("Price (Rp)"),
        _("Cost (Rp)"),
    ]


def tree_rows(lines: Iterable[TreeLine]) -> Iterator[Cells]:
    """A row per line of the tree, from top to bottom."""
    for line in lines:
        yield [
            line.depth + 1,
            line.number,
            line.name,
            line.unit,
            line.qty,
            line.total,
            line.price,
            line.cost,
        ]


def diff_headers(before: str, after: str) -> list[str]:
    """Columns of a comparison of two contents that are called so."""
    return [
        _("Difference"),
        _("Part number"),
        _("Part name"),
        _("Description"),
        _("Unit"),
        f"{_('Qty before')} ({before})",
        f"{_('Qty after')} ({after})",
        _("Difference in qty"),
        _("Price (Rp)"),
        _("Cost effect (Rp)"),
    ]


def diff_rows(found: Comparison, only: str) -> Iterator[Cells]:
    """A row per part, and the sum."""
    words = kind_words()
    for row in found.shown(only):
        yield [
            words[row.kind],
            row.number,
            row.name,
            row.description,
            row.unit,
            row.change.before,
            row.change.after,
            row.change.delta,
            row.price,
            row.effect,
        ]
    empty: Cells = ["", "", "", "", None, None, None, None]
    yield TotalRow([_("Total"), *empty, found.effect])
