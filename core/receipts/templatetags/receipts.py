"""What a receipt says, in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from core.receipts.exports import (
    author_words,
    decider_names,
    decision_word,
    door_words,
    name_of,
    outcome_facts,
    time_words,
)

register = template.Library()
register.filter("receipt_name", name_of)


@register.filter
def receipt_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The head of a receipt as label and value."""
    return [
        *outcome_facts(said),
        (_("Issued by"), said["issuer"]),
        (_("Issued at"), time_words(said["issuedAt"])),
    ]


@register.filter
def receipt_decisions(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who decided what and when, in the order of the decisions."""
    return [
        {
            "label": f"{row['step']}. {decider_names(row)}",
            "value": decision_word(row),
            "note": " · ".join(filter(None, _circumstances(row))),
        }
        for row in said["decisions"]
    ]


def _circumstances(row: Mapping[str, Any]) -> tuple[str, ...]:
    return time_words(row["decidedAt"]), door_words(row), author_words(row)
