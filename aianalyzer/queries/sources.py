"""The numbered sources of an answer, and the links that lead to them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aianalyzer.models import InquiryAiGeneration

STATES = {
    "found": ("ok", gettext_noop("found in the source")),
    "moved": ("wait", gettext_noop("found on another page than named")),
    "missing": ("no", gettext_noop("not in the source")),
    "none": ("no", gettext_noop("no source given")),
}


@dataclass(frozen=True, slots=True)
class SourceText:
    """A numbered source of an answer."""

    number: int
    page: int
    quote: str
    state: str

    @property
    def tone(self) -> str:
        """The colour of its verdict."""
        return STATES[self.state][0]

    @property
    def verdict(self) -> str:
        """Whether it is in the source, in words."""
        return _(STATES[self.state][1])

    @property
    def is_found(self) -> bool:
        """Whether there is a passage to show."""
        return self.state in {"found", "moved"}


def sources_of(generation: InquiryAiGeneration) -> list[SourceText]:
    """The sources with their numbers, from 1."""
    rows = enumerate(generation.citations, 1)
    return [SourceText(n, row["page"], row["quote"], row["state"]) for n, row in rows]


def reference(generation: InquiryAiGeneration, source: SourceText) -> SafeString:
    """The number of a source as a link to its passage."""
    return format_html(
        '<a class="cite {}" href="{}?cite={}#source" data-cite="{}" title="{}">{}</a>',
        source.state,
        reverse("aianalyzer:answer_detail", args=[generation.pk]),
        source.number,
        source.number,
        f"{source.verdict}: {source.quote}"[:300],
        source.number if source.is_found else f"{source.number} !",
    )
