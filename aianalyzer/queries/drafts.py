"""Values from an answer for the form of a change or an activity; a person confirms them there."""

import re
from typing import Any

from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.markdown_answer import NOTE, body_of
from aianalyzer.queries.record import named_facts
from core.integrations.crm import Inquiry

ECN = 0
PRE_PO = 0
LONGEST = 6_000
TASKS = 12
ESCAPE = re.compile(r"\\([\\`*_{}\[\]#|!>().+-])")


def change_values(
    generation: InquiryAiGeneration, inquiry: Inquiry | None
) -> dict[str, Any]:
    """Fields of the form ``change``."""
    return {
        "kind": ECN,
        "engineering": _("From the analysis of %s") % generation,
        "detail_problem": plain_answer(generation)[:LONGEST],
        "project_name": (inquiry.project or "") if inquiry else "",
        "customer": _customer(inquiry),
    }


def activity_values(
    generation: InquiryAiGeneration, inquiry: Inquiry | None
) -> dict[str, Any]:
    """Fields of the form ``activity``: a task per panel, and one per question to the customer."""
    panels = named_facts(generation).get(_panel(), [])
    tasks = [_("Draw the SLD: %s") % panel for panel in panels]
    tasks += [_("Clarify: %s") % question for question in questions(generation)]
    tasks = tasks or [_("Work through the analysis of %s") % generation]
    return {
        "description": _("Work on %s") % generation,
        "customer": _customer(inquiry),
        "kind": PRE_PO,
        "ext_inquiry_id": generation.ext_inquiry_id,
        "tasks": [{"description": each[:300], "hours": None} for each in tasks[:TASKS]],
    }


def _panel() -> str:
    return _("Panel")


def _customer(inquiry: Inquiry | None) -> str:
    return inquiry.account.name if inquiry and inquiry.account else ""


def plain_answer(generation: InquiryAiGeneration) -> str:
    """The answer as plain text with its page numbers, so that it can be checked later, too."""

    def place(found: re.Match[str]) -> str:
        number = int(found[1])
        if number > len(generation.citations):
            return ""
        row = generation.citations[number - 1]
        if row["state"] in {"missing", "none"}:
            return _("(source not found)")
        return f"({_('page %d') % row['page']})"

    text = NOTE.sub(place, body_of(generation.content))
    return unescaped(text.replace("**", "").replace("## ", ""))


def unescaped(text: str) -> str:
    """Without the marks that protect text from being read as Markdown."""
    return ESCAPE.sub(r"\1", text).replace("&lt;", "<").replace("&amp;", "&")


def questions(generation: InquiryAiGeneration) -> list[str]:
    """The lines below the last heading, which have no source: what is to be asked."""
    _before, _mark, last = body_of(generation.content).rpartition("## ")
    lines = [line[2:].strip() for line in last.splitlines() if line.startswith("- ")]
    return [unescaped(line) for line in lines if line and not NOTE.search(line)]
