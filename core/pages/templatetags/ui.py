"""The components of the portal as template tags; /styleguide/ shows each one once.

Everything here turns prepared values into words and markup. Nothing here asks the database.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import (
    gettext,
    gettext_lazy,
)

from core.text import formatting
from core.text.formatting import Number

register = template.Library()


TONE_ICONS = {"ok": "ok", "wait": "clock", "no": "no", "note": "dot", "mute": "void"}
DECISIONS = {
    0: ("wait", gettext_lazy("Waiting")),
    1: ("ok", gettext_lazy("Approved")),
    2: ("no", gettext_lazy("Rejected")),
    3: ("no", gettext_lazy("Returned")),
}

for _spell in (
    formatting.rupiah,
    formatting.quantity,
    formatting.items,
    formatting.day,
    formatting.moment,
):
    register.filter(_spell.__name__, _spell)


@register.simple_tag
def ago(value: datetime | None, before: str = "") -> str:
    """Relative time, with the exact moment on hover; the page keeps it true.

    ``before`` parts it from the date that is written before it; that date is not said twice.
    """
    if value is None:
        return formatting.NOTHING
    if before and not formatting.is_near(value):
        return ""
    return mark_safe(  # noqa: S308  digits and words of our own catalogue
        f'{before}<time datetime="{value.isoformat()}" title="{formatting.moment(value)}" data-relative>'
        f"{formatting.distance(value)}</time>"
    )


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """One symbol of the sprite; with a label it speaks, without it is decoration."""
    return _icon(name, str(label)) if name else ""


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> str:
    """Kept: a page of a list asks for the same few symbols a hundred times."""
    source = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>',
            label,
            source,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', source
    )


@register.simple_tag
def status_tag(status: str | int | None, word: str = "", icon_name: str = "") -> str:
    """A state as word, colour and icon. ``status`` is a tone, or a decision's number."""
    tone, default = "mute", ""
    if isinstance(status, int):
        tone, default_word = DECISIONS.get(status, ("mute", ""))
        default = str(default_word)
    elif status == "plain" or status in TONE_ICONS:
        tone = str(status)
    return _tag(tone, icon_name or TONE_ICONS.get(tone, ""), str(word or default))


@lru_cache(maxsize=512)
def _tag(tone: str, symbol: str, word: str) -> str:
    return format_html('<span class="tag {}">{}{}</span>', tone, icon(symbol), word)


@register.simple_tag
def money_cell(value: Number, *, signed: bool = False, toned: bool = True) -> str:
    """An amount of money: a cost red, a saving green; ``signed`` also shows the plus."""
    amount = formatting.as_decimal(value)
    if amount is None:
        return format_html('<span class="money mute">{}</span>', formatting.NOTHING)
    tone = {True: " up", False: " down"}[amount > 0] if toned and amount else ""
    plus = "+ " if signed and amount > 0 else ""
    return format_html(
        '<data class="money{}" value="{}">{}{}</data>',
        tone,
        amount,
        plus,
        formatting.rupiah(amount),
    )


@register.simple_tag
def steps(done: int, total: int = 3, label: str = "", refused: int = 0) -> str:
    """Stages in a row, e.g. PIC, SPV, Manager: how many are done, which one is next.

    ``refused`` of them ended with a no: then nothing is next.
    """
    done = max(0, min(int(done), total - refused))
    states = ["done"] * done + ["no"] * refused
    rest = total - len(states)
    states += ["now"] * (rest > 0 and not refused)
    states += [""] * (total - len(states))
    bars = mark_safe("".join(f'<i class="{state}"></i>' for state in states))  # noqa: S308  fixed words
    return format_html(
        '<span class="steps" role="img" aria-label="{0}" title="{0}">{1}</span>',
        label or _steps_text(done, total, refused),
        bars,
    )


def _steps_text(done: int, total: int, refused: int) -> str:
    text = gettext("%(done)s of %(total)s done") % {"done": done, "total": total}
    if not refused:
        return text
    no = gettext("%d rejected") % refused
    return f"{text}, {no}"


@register.inclusion_tag("components/person.html")
def person(user: Any, note: str = "") -> dict[str, Any]:
    """A person: initials in a circle, the name, and their part here."""
    return {"user": user, "note": note}


@register.inclusion_tag("components/kpi.html")
def kpi(
    label: str, value: object, note: str = "", tone: str = "", url: str = ""
) -> dict[str, Any]:
    """One number that matters, and what it means today."""
    return {"label": label, "value": value, "note": note, "tone": tone, "url": url}


@register.inclusion_tag("components/facts.html")
def facts(items: Sequence[Mapping[str, Any] | tuple[Any, ...]]) -> dict[str, Any]:
    """Facts of a record: dicts of label, value, url, note, full; or (label, value) pairs."""
    rows = [
        dict(item)
        if isinstance(item, Mapping)
        else {"label": item[0], "value": item[1]}
        for item in items
    ]
    return {"items": rows}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Any]) -> dict[str, Any]:
    """History, newest first: objects or dicts of who, what, about, url, times, at, note, tone,
    meta, void, changes."""
    return {"entries": entries}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Views of one thing side by side: dicts of label, url, active, count."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(
    done: Number, total: Number = 100, label: str = "", note: str = ""
) -> dict[str, Any]:
    """Progress bar; over the total it turns red."""
    part, whole = (
        formatting.as_decimal(done) or Decimal(0),
        formatting.as_decimal(total) or Decimal(0),
    )
    percent = int(part * 100 / whole) if whole else 0
    return {
        "label": label,
        "note": note or f"{percent}\u00a0%",
        "percent": percent,
        "over": part > whole,
    }


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 4) -> dict[str, Any]:
    """The grey shape of what is still on its way."""
    return {"lines": range(lines)}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str,
    text: str = "",
    icon_name: str = "inbox",
    url: str = "",
    action: str = "",
) -> dict[str, Any]:
    """Nothing here, and what to do next."""
    return {
        "title": title,
        "text": text,
        "icon_name": icon_name,
        "url": url,
        "action": action,
    }


@register.inclusion_tag("components/chart.html")
def chart(
    label: str, src: str = "", data: Mapping[str, Any] | None = None, live: str = ""
) -> dict[str, Any]:
    """Bars or lines from an address or from {"labels", "series": [{"name", "values", "type"}], "unit"}."""
    return {"label": label, "src": src, "data": data, "live": live}


def _wrap(part: str, content: str, /, **values: Any) -> str:
    return render_to_string(f"components/{part}.html", {"content": content, **values})


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: object) -> dict[str, Any]:
    """The way here from the top: label, address, label, address …; the last may lack its address."""
    return {"steps": list(zip_longest(steps[::2], steps[1::2], fillvalue=""))}


@register.simple_block_tag
def page_head(
    content: str,
    title: str,
    lead: str = "",
    over: str = "",
) -> str:
    """The first line of a page: what it is, its state (``over``), and between the tags what I can do."""
    return _wrap("page_head", content, title=title, lead=lead, over=over)


@register.simple_block_tag
def card(
    content: str, title: str = "", note: str = "", name: str = "", extra: str = ""
) -> str:
    """A sheet of paper with a heading; ``extra`` adds classes, ``name`` becomes its id."""
    return _wrap("card", content, title=title, note=note, name=name, extra=extra)


@register.simple_block_tag
def fact(
    content: str, label: str, extra: str = "", *, full: bool = False
) -> SafeString:
    """One fact of a ``<dl class="facts">``; ``full`` takes a whole line, ``extra`` adds classes."""
    return format_html(
        "<div{}><dt>{}</dt><dd{}>{}</dd></div>",
        format_html(' class="{}"', "full") if full else "",
        label,
        format_html(' class="{}"', extra) if extra else "",
        content,
    )


@register.simple_block_tag(takes_context=True)
def preceded_by(context: Context, content: str, template_name: str) -> str:
    """The content below a template that is rendered after it, and so knows what it needed."""
    above = context.template.engine.get_template(template_name).render(context)  # type: ignore[union-attr]
    return mark_safe(above + content)  # noqa: S308  both are rendered templates


@register.simple_block_tag
def callout(content: str, tone: str = "note", title: str = "") -> str:
    """Something to know before going on."""
    icons = {"ok": "ok", "no": "warning", "wait": "warning"}
    return _wrap(
        "callout", content, tone=tone, title=title, icon_name=icons.get(tone, "info")
    )


@register.simple_block_tag
def dropdown(
    content: str, label: str = "", icon_name: str = "more", extra: str = "btn"
) -> str:
    """A menu under a button; the content is links and buttons."""
    return _wrap("dropdown", content, label=label, icon_name=icon_name, extra=extra)
