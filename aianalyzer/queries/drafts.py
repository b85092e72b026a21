"""Values from an answer for the form of a change, a note or an activity; a person confirms them there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.use import UseOffer

ECN = 0
PRE_PO = 0
LONGEST = 6_000
TASKS = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose: keys of lines, names of panels, values of fields, and whether the document goes along."""

    lines: Collection[str]
    panels: Collection[str]
    fields: Mapping[str, str]
    is_attached: bool


def everything(offer: UseOffer) -> Chosen:
    """All lines and panels, and each value that is proposed."""
    return Chosen(
        lines={each.key for each in offer.lines},
        panels={each.name for each in offer.panels},
        fields={
            each.name: each.values[0][0] for each in offer.fields if each.is_proposed
        },
        is_attached=True,
    )


def change_values(
    generation: InquiryAiGeneration, offer: UseOffer, chosen: Chosen
) -> dict[str, Any]:
    """Fields of the form ``change``."""
    return {
        "kind": ECN,
        "engineering": _("From the analysis of %s") % generation,
        "detail_problem": text_of(offer, chosen)[:LONGEST],
        "project_name": chosen.fields.get("project_name", ""),
        "customer": chosen.fields.get("customer", ""),
        "po_number": chosen.fields.get("po_number", ""),
    }


def note_values(
    generation: InquiryAiGeneration, offer: UseOffer, chosen: Chosen
) -> dict[str, Any]:
    """Fields of the form ``note``: the lines are its text."""
    title = _("From the analysis of %s") % generation
    return {
        "text": f"{title}\n\n{text_of(offer, chosen)}"[:LONGEST],
        "project_name": chosen.fields.get("project_name", ""),
        "customer": chosen.fields.get("customer", ""),
        "po_number": chosen.fields.get("po_number", ""),
    }


def text_of(offer: UseOffer, chosen: Chosen) -> str:
    """The chosen lines as plain text with their pages, so that each can be checked later, too."""
    parts = (
        (_("Key facts"), offer.facts),
        (_("Summary"), offer.points),
        (_("To be asked"), offer.questions),
    )
    found = []
    for heading, lines in parts:
        wanted = [f"- {each.with_place}" for each in lines if each.key in chosen.lines]
        if wanted:
            found.append("\n".join([heading, *wanted]))
    return "\n\n".join(found)


def activity_values(
    generation: InquiryAiGeneration, offer: UseOffer, chosen: Chosen
) -> dict[str, Any]:
    """Fields of the form ``activity``: the work on each panel, and a task per chosen question and point.

    The form puts the hours of the process library to the panels, and plans backwards from ``deadline``.
    """
    lines = [each for each in offer.questions if each.key in chosen.lines]
    tasks = [_("Clarify: %s") % each.text for each in lines]
    panels = [
        {
            "name": each.name,
            "quantity": each.quantity,
            "otherwise": _("Draw the SLD: %s") % each.name,
        }
        for each in offer.panels
        if each.name in chosen.panels
    ]
    if not tasks and not panels:
        tasks = [_("Work through the analysis of %s") % generation]
    return {
        "description": _("Work on %s") % generation,
        "customer": chosen.fields.get("customer", ""),
        "kind": PRE_PO,
        "ext_inquiry_id": generation.ext_inquiry_id,
        "panels": panels,
        "deadline": chosen.fields.get("deadline", ""),
        "tasks": [{"description": each[:300], "hours": None} for each in tasks[:TASKS]],
    }
