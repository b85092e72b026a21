"""Columns and records of the Excel files (docs/contract.md#excel)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from operator import attrgetter, methodcaller

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.approvals.models import Decision
from core.db.models import field_label
from core.files.xlsx import Column
from engineering.models import ChangeNotice

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
        Column(_("Increase (Rp)"), 16, attrgetter("increase")),
        Column(_("Decrease (Rp)"), 16, attrgetter("decrease")),
        Column(_("Net (Rp)"), 16, attrgetter("net")),
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
        Column(_("Increase (Rp)"), 18, attrgetter("increase")),
        Column(_("Decrease (Rp)"), 18, attrgetter("decrease")),
        Column(_("Net (Rp)"), 18, attrgetter("net")),
        Column(_("Status"), 12, STATUS),
    ]


def each_change(rows: QuerySet[ChangeNotice]) -> Iterator[ChangeNotice]:
    """In the order of the screen, a bounded number at a time."""
    return rows.defer("search_text").iterator(chunk_size=500)
