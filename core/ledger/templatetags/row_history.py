"""``{% row_history row %}``: what became of a row of a table, below its form."""

from typing import Any

from django import template
from django.db.models import Model

from core.ledger import history

register = template.Library()


@register.inclusion_tag("ledger/_row_history.html")
def row_history(row: Model) -> dict[str, Any]:
    """The card of the history; nothing where nothing is known."""
    return {"entries": history.row_history(row)}
