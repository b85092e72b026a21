"""The printed Change Request form, as the quality department numbers it."""

from dataclasses import dataclass

from core.approvals.models import Decision
from core.approvals.queries.rules import names_of
from engineering.models import ChangeItem, ChangeNotice, Configuration
from engineering.queries.approval import open_deciders

# Name of the configuration row -> what is printed until somebody sets one.
TEXTS = {
    "PrintCompany": "GSPE",
    "PrintDocumentNo": "QF-HRD-0096",
    "PrintDepartment": "HRD",
    "PrintEffectiveDate": "05 Feb 2024",
    "PrintRevision": "00",
}
SIGNATURES = (
    "Requester",
    "Eng. Head",
    "Sales Head",
    "Operational Head",
    "FAT Head",
    "BOD",
)


@dataclass(frozen=True, slots=True)
class PrintForm:
    """The form: its head, the change, its lines and its decisions."""

    texts: dict[str, str]
    change: ChangeNotice
    items: list[ChangeItem]
    decisions: list[Decision]
    missing: list[str]
    signatures: tuple[str, ...] = SIGNATURES


def print_form(change: ChangeNotice) -> PrintForm:
    """Read everything that is printed."""
    rows = Configuration.objects.filter(name__in=TEXTS, deleted_at=None).exclude(
        text=""
    )
    decisions = change.decisions.filter(voided_at=None).select_related(
        "approver", "on_behalf_of"
    )
    return PrintForm(
        texts=TEXTS | dict(rows.values_list("name", "text")),
        change=change,
        items=list(change.items.alive()),
        decisions=list(decisions),
        missing=[str(person) for person in names_of(open_deciders(change))],
    )
