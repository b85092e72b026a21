"""Which lists keep views, and what of an address belongs to a view."""

from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from core.pages.list_page import PASSING

# Each list that has views, and its page.
LISTS = {
    "changes": "engineering:change_list",
    "boms": "bom:bom_list",
    "activities": "activities:activity_list",
    "documents": "supportdocs:document_list",
    "jobs": "supportdocs:job_list",
    "inquiries": "aianalyzer:inquiry_list",
    "answers": "aianalyzer:answer_list",
    "overdue": "activities:overdue_list",
}
MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 2000
# What can be done with many rows at once, in the order in which it is offered.
VERBS = {
    "sign": _("Sign"),
    "approve": _("Approve what I have opened"),
    "assign": _("Give to another person"),
    "move": _("Move the end date"),
    "export": _("Export to Excel"),
}
MOST_ROWS = 200


def view_query(query: str) -> str:
    """The part of an address's query that a view keeps, in one order: two spellings are one view."""
    kept = {name: value for name, value in parse_qsl(query) if name not in PASSING}
    return urlencode(sorted(kept.items()))
