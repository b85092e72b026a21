"""Saved views on a list that is no ``ListPage``."""

from typing import Any

from django import template
from django.template.context import Context

from core.lists.queries import kept_on_page

register = template.Library()


@register.inclusion_tag("components/list_views.html", takes_context=True)
def saved_views(context: Context, name: str) -> dict[str, Any]:
    """The reader's views of this list as chips, and the menu that keeps them."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token", ""),
        "kept_list": kept_on_page(request, name),
        "everything": f"{request.path}?view=all",
    }
