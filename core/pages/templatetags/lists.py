"""What a list has around and in its rows as template tags: chips, heads that sort, marked words, pages."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.db.search import marked_parts

register = template.Library()


@register.filter
def marked(text: str, search: str) -> SafeString:
    """The text with the words marked that a search for ``search`` finds in it."""
    pieces = (
        format_html("<mark>{}</mark>" if is_found else "{}", piece)
        for piece, is_found in marked_parts(text, search)
    )
    return SafeString("".join(pieces))


@register.inclusion_tag("components/chip.html")
def chip(
    label: str, value: object = "", url: str = "", *, on: bool = False, remove: str = ""
) -> dict[str, Any]:
    """A filter as a pill: its link, its value; ``remove`` is the address without it."""
    return {
        "label": label,
        "value": value,
        "url": url,
        "on": on or bool(remove),
        "remove": remove,
    }


def _page_url(request: HttpRequest | None, name: str, number: int | str) -> str:
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """First to last of how many, and the way to the other pages; filters in the address stay."""
    request = context.get("request")
    numbers = page.paginator.get_elided_page_range(
        page.number, on_each_side=1, on_ends=1
    )
    links = [
        {
            "number": number,
            "url": _page_url(request, name, number) if isinstance(number, int) else "",
            "here": number == page.number,
        }
        for number in numbers
    ]
    back = _page_url(request, name, page.number - 1) if page.has_previous() else ""
    onward = _page_url(request, name, page.number + 1) if page.has_next() else ""
    return {"page": page, "links": links, "back": back, "onward": onward}


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(
    context: Context, label: str, key: str, name: str = "sort", extra: str = ""
) -> dict[str, Any]:
    """The head of a column that sorts: once up, twice down; filters in the address stay."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    now = query.get(name, "")
    query.pop("page", None)
    query[name] = f"-{key}" if now == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    url = f"?{query.urlencode()}"
    return {"label": label, "url": url, "direction": direction, "extra": extra}


@register.simple_block_tag(takes_context=True)
def list_count(context: Context, content: str, key: str) -> str:
    """How many records a list has (``content``), or that they are being counted."""
    known = {name: context.get(name) for name in ("rows", "totals", "oob")}
    return render_to_string(
        "components/list_count.html", {"content": content, "key": key, **known}
    )
