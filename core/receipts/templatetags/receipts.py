"""What a receipt says, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from core.approvals.models import Status
from core.receipts.exports import name_of
from core.text.formatting import NOTHING, moment

register = template.Library()


@register.filter
def receipt_time(text: str | None) -> str:
    """A moment of the signed JSON (ISO 8601, UTC) as people here write it."""
    return moment(datetime.fromisoformat(text)) if text else NOTHING


@register.filter
def receipt_name(said: Mapping[str, Any]) -> str:
    """The record as its sheet names it."""
    return name_of(said)


@register.filter
def receipt_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The head of a receipt as label and value."""
    return [
        (_("Outcome"), str(Status(said["status"]).label)),
        (_("Revision"), str(said["revision"])),
        (_("Decided at"), receipt_time(said["decidedAt"])),
        (_("Issued by"), said["issuer"]),
        (_("Issued at"), receipt_time(said["issuedAt"])),
    ]


@register.filter
def receipt_decisions(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who decided what and when, in the order of the decisions."""
    return [
        {
            "label": f"{row['step']}. {row['name']}",
            "value": str(Status(row["status"]).label),
            "note": receipt_time(row["decidedAt"]),
        }
        for row in said["decisions"]
    ]
