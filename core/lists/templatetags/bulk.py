"""Tick boxes of rows, the bar that works the ticked ones, and what became of them."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.accounts.queries import people_choices
from core.accounts.services import needs_reentry
from core.lists.policies import VERBS
from core.lists.queries import Result, result_of
from core.lists.subjects import EXPORT, KINDS, Pick

register = template.Library()
SEEN = "_bulk_result"
SIGNED = {"sign", "approve"}


def _result(context: Context) -> Result | None:
    """Read once for all rows of a page."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return None
    if not hasattr(request, SEEN):
        found = result_of(request.session, request.GET.get("done", ""))
        setattr(request, SEEN, found)
    found = getattr(request, SEEN)
    return found if isinstance(found, Result) else None


@register.simple_tag(takes_context=True)
def tick(
    context: Context, kind: str, key: int, label: object, *shown: object
) -> SafeString:
    """The tick box of a row; ``shown``: what of it is done, such as the stage to sign."""
    pick = str(Pick(kind, key, tuple(str(each) for each in shown if each)))
    found = _result(context)
    checked = " checked" if found and pick in found.ticked else ""
    return format_html(
        '<label class="row-tick"><input type="checkbox" id="tick-{}" hx-preserve form="bulk" name="pick"'
        ' value="{}"{}><span class="visually-hidden">{}</span></label>',
        pick.replace(":", "-"),
        pick,
        checked,
        _("Tick “%s”") % label,
    )


@register.simple_tag(takes_context=True)
def row_ref(context: Context, kind: str, key: int) -> SafeString:
    """Names the row of a list in which each row can be opened beside it, and says whether it is."""
    ref = f"{kind}:{key}"
    is_open = context.get("opened") == ref
    return format_html(
        ' data-ref="{}"{}', ref, SafeString(' aria-current="true"' if is_open else "")
    )


@register.inclusion_tag("lists/_bulk_bar.html", takes_context=True)
def bulk_bar(context: Context, *names: str) -> dict[str, Any]:
    """The bar below a list of these kinds of row: what can be done with the ticked ones."""
    kinds = [KINDS[name] for name in names]
    able = {EXPORT}.union(*(kind.verbs for kind in kinds))
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token", ""),
        "verbs": [(key, word) for key, word in VERBS.items() if key in able],
        "able": able,
        "people": people_choices() if "assign" in able else (),
        "reasons": [reason for kind in kinds for reason in kind.reasons],
        "may_need_secret": bool(SIGNED & able)
        and needs_reentry(is_above_threshold=True),
    }


@register.inclusion_tag("lists/_bulk_result.html", takes_context=True)
def bulk_result(context: Context) -> dict[str, Any]:
    """What became of the rows that were just worked; nothing where none were."""
    return {"result": _result(context)}
