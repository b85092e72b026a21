"""Columns and rows of the Excel files (docs/contract.md#excel)."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.models import User
from engineering.models import ChangeNotice

Row = list[object]


def list_headers() -> list[str]:
    """Columns of the list."""
    return [
        _("Number"),
        "ID",
        _("Type"),
        _("Date"),
        _("PO number"),
        _("Customer"),
        _("Project"),
        _("Engineering note"),
        _("Problem detail"),
        _("Status"),
        _("Requested by"),
        _("Increase (Rp)"),
        _("Decrease (Rp)"),
        _("Net (Rp)"),
        _("Decided on"),
        _("Decided by"),
        _("Remark"),
        _("Created"),
        _("Updated"),
    ]


LIST_WIDTHS: tuple[int, ...] = (
    16,
    8,
    8,
    12,
    16,
    28,
    32,
    40,
    40,
    12,
    22,
    16,
    16,
    16,
    18,
    22,
    32,
    18,
    18,
)


def list_rows(rows: QuerySet[ChangeNotice]) -> Iterator[Row]:
    """A row per change of the filtered list."""
    names = dict(User.objects.values_list("ext_id", "name"))
    for change in _each(rows):
        yield [
            change.number,
            change.pk,
            change.get_kind_display(),
            change.date,
            change.po_number,
            change.customer,
            change.project_name,
            change.engineering,
            change.detail_problem,
            change.get_status_display(),
            change.requester_name,
            change.increase,
            change.decrease,
            change.net,
            change.approval_date,
            names.get(change.approval_ext_user_id) if change.approval_date else None,
            change.approval_remark,
            change.created_at,
            change.updated_at,
        ]


def report_headers() -> list[str]:
    """Columns of the increase/decrease report, as the predecessor's users know them."""
    return [
        "No",
        "ID",
        _("Date"),
        _("PO number"),
        _("Customer name"),
        _("Project name"),
        "ECN/CCN",
        _("Description"),
        _("Increase (Rp)"),
        _("Decrease (Rp)"),
        _("Net (Rp)"),
        _("Status"),
    ]


REPORT_WIDTHS: tuple[int, ...] = (6, 8, 12, 16, 28, 32, 10, 48, 18, 18, 18, 12)


def report_rows(rows: QuerySet[ChangeNotice]) -> Iterator[Row]:
    """A row per change: what it adds and what it takes out."""
    for place, change in enumerate(_each(rows), 1):
        yield [
            place,
            change.pk,
            change.date,
            change.po_number,
            change.customer,
            change.project_name,
            change.get_kind_display(),
            change.detail_problem,
            change.increase,
            change.decrease,
            change.net,
            change.get_status_display(),
        ]


def _each(rows: QuerySet[ChangeNotice]) -> Iterator[ChangeNotice]:
    """In the order of the screen, a bounded number at a time."""
    return rows.defer("search_text").iterator(chunk_size=500)
