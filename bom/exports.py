"""Columns and records of the Excel files of BOM approval, and the approval sheet."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bom.models import BomApproval, BomRevision
from bom.queries.comparison import Comparison, Row, TreeLine, cost_of, parts, tree
from bom.queries.listing import BomLine, bom_lines, job_names
from core.accounts.models import User
from core.approvals.exports import draw_route, printed_by
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.route import route_of
from core.db.paging import id_chunks
from core.files.pdf import PLAIN, Paper, PaperColumn
from core.files.xlsx import Column, workbook_response, write_columns
from core.ledger.models import Delivery
from core.text.formatting import moment, money, quantity, rupiah

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


def list_file(
    rows: QuerySet[BomApproval], user: User, above: Sequence[str]
) -> FileResponse:
    """Approvals of a list as a download; ``above``: what stands above the table."""
    file = write_columns("BOM", LIST_COLUMNS, bom_records(rows, user), above=above)
    return workbook_response("BOM_Approvals.xlsx", file)


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


# --- The approval sheet ------------------------------------------------------------

MOST_LINES, LONGEST = 2_000, 200
SHEET_LINES = (
    (_("Part number"), 32, False),
    (_("Part or sub-assembly"), 46, False),
    (_("Qty"), 14, True),
    (_("In one BOM"), 17, True),
    (_("Unit"), 15, False),
    (_("Price (Rp)"), 24, True),
    (_("Cost (Rp)"), 27, True),
)


def bom_sheet(approval: BomApproval, by: User) -> bytes:
    """The present revision with its lines and decisions as a PDF, in the language of the request."""
    revision = approval.revisions.get(number=approval.revision)
    lines = tree(revision.content, parts())
    key, number = approval.ext_bom_leveled_id, revision.number
    digest = f" · SHA-256 {revision.digest[:16]}" if revision.digest else ""
    foot = f"BOM {key} r{number}{digest} · {printed_by(by)}"
    paper = Paper(f"BOM {key} r{number}", foot)
    url = settings.PUBLIC_BASE_URL + reverse("bom:bom_detail", args=[key])
    paper.head(gettext("BOM approval sheet"), f"BOM {key}", str(approval), url)
    paper.facts(_sheet_facts(approval, revision, lines))
    draw_route(paper, route_of(ballot_of(approval)))
    _draw_lines(paper, lines)
    return paper.as_bytes()


def _sheet_facts(
    approval: BomApproval, revision: BomRevision, lines: list[TreeLine]
) -> list[tuple[str, str]]:
    return [
        (gettext("Status"), str(approval.get_status_display())),
        (gettext("Revision"), str(revision.number)),
        (gettext("Job"), job_names().get(approval.ext_bom_leveled_id, "")[:LONGEST]),
        (gettext("Opened"), moment(approval.opened_at)),
        (gettext("Settled"), moment(approval.approval_date)),
        (gettext("Lines"), str(revision.line_count)),
        (gettext("Cost"), rupiah(cost_of(lines))),
        (gettext("Through"), str(approval.get_source_display())),
    ]


def _draw_lines(paper: Paper, lines: list[TreeLine]) -> None:
    paper.band(gettext("Content"))
    columns = [
        PaperColumn(str(head), width, right) for head, width, right in SHEET_LINES
    ]
    paper.grid(
        columns,
        (_line_cells(line) for line in lines[:MOST_LINES]),
        [("", gettext("Total"), "", "", "", "", money(cost_of(lines)))],
    )
    if len(lines) > MOST_LINES:
        words = gettext("%d more lines are left out here; the Excel file has them all.")
        paper.say(words % (len(lines) - MOST_LINES), PLAIN)


def _line_cells(line: TreeLine) -> tuple[str, ...]:
    indent = "\u2003" * line.depth
    return (
        line.number,
        f"{indent}{line.name}",
        quantity(line.qty),
        quantity(line.total),
        line.unit,
        money(line.price),
        money(line.cost),
    )
