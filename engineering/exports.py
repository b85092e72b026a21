"""Columns and records of the Excel files (docs/contract.md#excel), and the sheet of a change."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from operator import attrgetter, methodcaller

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.exports import draw_route, printed_by
from core.approvals.models import Decision
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.route import route_of
from core.db.models import field_label
from core.files.pdf import PLAIN, Paper, PaperColumn
from core.files.xlsx import Column, workbook_response, write_columns
from core.text.formatting import NOTHING, day, moment, money, quantity
from engineering.models import CHANGE_REQUEST_FIELDS, ChangeItem, ChangeNotice
from engineering.queries.print_form import print_form

MOST_FILES = 200

ChangeColumn = Column[ChangeNotice]
Value = Callable[[ChangeNotice], object]


def _field(name: str, width: int, value: Value | None = None) -> ChangeColumn:
    """A column with the word and the value of a field."""
    return Column(field_label(ChangeNotice, name), width, value or attrgetter(name))


KIND, STATUS = methodcaller("get_kind_display"), methodcaller("get_status_display")


def list_columns() -> list[ChangeColumn]:
    """Columns of the list; the deciders' names are read once, when it is made."""
    names = dict(User.objects.values_list("ext_id", "name"))
    others = _asked_instead()

    def decided_by(row: ChangeNotice) -> str | None:
        """Both names, where a substitute decided."""
        if not row.approval_date:
            return None
        name = names.get(row.approval_ext_user_id)
        other = others.get((row.pk, row.approval_date))
        if not other:
            return name
        both = {"person": name, "other": other}
        return gettext("%(person)s, on behalf of %(other)s") % both

    return [
        _field("number", 16),
        Column("ID", 8, attrgetter("pk")),
        _field("kind", 8, KIND),
        _field("date", 12),
        _field("po_number", 16),
        _field("customer", 28),
        _field("project_name", 32),
        Column(_("Engineering note"), 40, attrgetter("engineering")),
        Column(_("Problem detail"), 40, attrgetter("detail_problem")),
        _field("status", 12, STATUS),
        Column(_("Requested by"), 22, attrgetter("requester_name")),
        Column(_("Increase (Rp)"), 16, attrgetter("increase"), is_summed=True),
        Column(_("Decrease (Rp)"), 16, attrgetter("decrease"), is_summed=True),
        Column(_("Net (Rp)"), 16, attrgetter("net"), is_summed=True),
        Column(_("Decided on"), 18, attrgetter("approval_date")),
        Column(_("Decided by"), 22, decided_by),
        Column(_("Remark"), 32, attrgetter("approval_remark")),
        Column(_("Created"), 18, attrgetter("created_at")),
        Column(_("Updated"), 18, attrgetter("updated_at")),
    ]


def _asked_instead() -> dict[tuple[int, datetime], str]:
    """Names of those for whom a substitute decided, by change and time of the decision."""
    rows = Decision.objects.filter(record_type=ChangeNotice._meta.label)
    found = rows.exclude(on_behalf_of=None).values_list(
        "record_id", "decided_at", "on_behalf_of__name"
    )
    return {(record, at): name for record, at, name in found}


def report_columns() -> list[ChangeColumn]:
    """The increase/decrease report, as the predecessor's users know it; its rows are counted."""
    place = count(1)
    return [
        Column("No", 6, lambda _change: next(place)),
        Column("ID", 8, attrgetter("pk")),
        Column(_("Date"), 12, attrgetter("date")),
        Column(_("PO number"), 16, attrgetter("po_number")),
        Column(_("Customer name"), 28, attrgetter("customer")),
        Column(_("Project name"), 32, attrgetter("project_name")),
        Column("ECN/CCN", 10, KIND),
        Column(_("Description"), 48, attrgetter("detail_problem")),
        Column(_("Increase (Rp)"), 18, attrgetter("increase"), is_summed=True),
        Column(_("Decrease (Rp)"), 18, attrgetter("decrease"), is_summed=True),
        Column(_("Net (Rp)"), 18, attrgetter("net"), is_summed=True),
        Column(_("Status"), 12, STATUS),
    ]


def each_change(rows: QuerySet[ChangeNotice]) -> Iterator[ChangeNotice]:
    """In the order of the screen, a bounded number at a time."""
    return rows.defer("search_text").iterator(chunk_size=500)


def list_file(rows: QuerySet[ChangeNotice], above: Sequence[str]) -> FileResponse:
    """Changes of a list as a download; ``above``: what stands above the table."""
    file = write_columns("ECN CCN", list_columns(), each_change(rows), above=above)
    return workbook_response("ECN_CCN.xlsx", file)


# --- The Change Request sheet ----------------------------------------------------

SHEET_ITEMS = (
    ("#", 7, True),
    (_("Part number"), 29, False),
    (_("Part"), 42, False),
    (_("Direction"), 16, False),
    (_("Qty"), 14, True),
    (_("Unit"), 15, False),
    (_("Unit price (Rp)"), 25, True),
    (_("Amount (Rp)"), 26, True),
)


def change_sheet(change: ChangeNotice, by: User) -> bytes:
    """The change with its items, decisions and files as a PDF, in the language of the request."""
    form = print_form(change)
    # Not within the other text: gettext's reader does not look into those.
    name = gettext("Change Request")
    kind = f"{form.texts['PrintCompany']} · {name}"
    digest = f"SHA-256 {change.digest[:16]}" if change.digest else ""
    place = f"{change.number} r{change.revision} · {digest}".strip(" ·")
    paper = Paper(f"{change.number} r{change.revision}", f"{place} · {printed_by(by)}")
    url = settings.PUBLIC_BASE_URL + reverse(
        "engineering:change_detail", args=[change.pk]
    )
    paper.head(kind, change.number, change.title, url)
    paper.facts(_sheet_facts(change))
    paper.texts(_sheet_texts(change))
    _draw_items(paper, change, form.items)
    draw_route(paper, route_of(ballot_of(change)))
    _draw_files(paper, change)
    return paper.as_bytes()


def _sheet_facts(change: ChangeNotice) -> list[tuple[str, str]]:
    names = ("customer", "po_number", "project_name", "product_name", "requester_name")
    rows = [
        (gettext("Status"), change.get_status_display()),
        (gettext("Revision"), str(change.revision)),
        (gettext("Type"), change.get_kind_display()),
        (gettext("Date"), day(change.date)),
        (gettext("Priority"), change.get_priority_display()),
    ]
    return rows + [
        (str(field_label(ChangeNotice, name)), str(getattr(change, name)))
        for name in names
    ]


def _sheet_texts(change: ChangeNotice) -> list[tuple[str, str]]:
    """What is changed and why, and the boxes that were filled in."""
    names = ("engineering", "detail_problem", *CHANGE_REQUEST_FIELDS)
    words = {True: gettext("Yes"), False: gettext("No"), None: ""}
    values = ((name, getattr(change, name)) for name in names)
    return [
        (str(field_label(ChangeNotice, name)), str(words.get(value, value)))
        for name, value in values
    ]


def _draw_items(paper: Paper, change: ChangeNotice, items: list[ChangeItem]) -> None:
    paper.band(gettext("Items"))
    if not items:
        paper.say(gettext("No items"), PLAIN)
        return
    columns = [
        PaperColumn(str(head), width, right) for head, width, right in SHEET_ITEMS
    ]
    sums = (
        (gettext("Increase"), change.increase),
        (gettext("Decrease"), change.decrease),
        (gettext("Net"), change.net),
    )
    paper.grid(
        columns,
        (_item_cells(place, item) for place, item in enumerate(items, 1)),
        [("", "", str(word), "", "", "", "", money(value)) for word, value in sums],
    )


def _item_cells(place: int, item: ChangeItem) -> tuple[str, ...]:
    return (
        str(place),
        item.part_number,
        item.part_name or item.part_description,
        item.get_direction_display(),
        quantity(item.qty),
        item.unit,
        money(item.snapshot_price),
        NOTHING if item.snapshot_price is None else money(item.amount),
    )


def _draw_files(paper: Paper, change: ChangeNotice) -> None:
    """Names with what they are for; the digest tells which file it was."""
    files = change.attachments.alive().select_related("uploaded_by")[:MOST_FILES]
    if not files:
        return
    paper.band(gettext("Attachments and evidence"))
    columns = (
        PaperColumn(gettext("Name"), 60),
        PaperColumn(gettext("Purpose"), 28),
        PaperColumn(gettext("Uploaded"), 52),
        PaperColumn("SHA-256", 34),
    )
    paper.grid(
        columns,
        (
            (
                file.name,
                str(file.get_purpose_display()),
                f"{moment(file.uploaded_at)}, {file.uploaded_by}",
                file.sha256[:16],
            )
            for file in files
        ),
    )
