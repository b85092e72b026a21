"""What stands above the table of an Excel file: its title, its filters, when and for whom it was made."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.pages.filter_chips import Chip
from core.text.formatting import day, moment


def above(title: str, lines: Iterable[str], by: object) -> list[str]:
    """The title, what it is about, and who asked for it."""
    made = _("Made on %(moment)s for %(person)s") % {
        "moment": moment(timezone.now()),
        "person": by,
    }
    return [title, *filter(None, lines), made]


def above_list(request: HttpRequest, title: str, chips: Iterable[Chip]) -> list[str]:
    """The same for the list of this request, with the filters that are set."""
    return above(title, [filter_words(request.GET.get("q", ""), chips)], request.user)


def period_words(first: date, last: date) -> str:
    """Days from and to, both included."""
    return f"{day(first)} \u2013 {day(last)}"


def form_words(
    form: forms.BaseForm,
    known: Mapping[str, str],
    but: Collection[str] = (),
    *,
    is_always_said: bool = True,
) -> str:
    """The same of what a form was sent; known: words of values that the form has none for."""
    said = [
        f"{form[name].label}: {_word(form.fields[name], value, known)}"
        for name, value in form.cleaned_data.items()
        if value not in {None, ""} and name not in but
    ]
    return (
        " · ".join(said)
        if said or not is_always_said
        else _("Without filters: everything")
    )


def _word(field: forms.Field, value: object, known: Mapping[str, str]) -> str:
    if isinstance(value, date):
        return day(value)
    words = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return words.get(str(value)) or known.get(str(value), str(value))


def above_ticked(title: str, count: int, by: object) -> list[str]:
    """The same for rows that somebody ticked."""
    return above(title, [_("Ticked rows: %d") % count], by)


def filter_words(text: str, chips: Iterable[Chip]) -> str:
    """The filters that are set, in one line."""
    said = [f"{chip.label}: {chip.word}" for chip in chips if chip.value]
    if text.strip():
        said.insert(0, f"{_('Search')}: {text.strip()[:100]}")
    return " · ".join(said) if said else _("Without filters: everything")
