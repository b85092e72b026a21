"""The text of a document on its page, with marks where a search found it."""

from dataclasses import dataclass

from django.db.models.functions import Substr

from core.db.search import Finder
from supportdocs.models import DocumentContent, SupportTable
from supportdocs.queries.listing import PAGE_BREAK

MOST_SHOWN = 20_000  # characters of a text beside the record
BEFORE = 2_000  # of them before what was found, where that stands further on
GOES_ON = "… "


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A search result in a document: the words, and the page."""

    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of the text, or the part of it that is shown."""

    number: int
    text: str


def text_pages(document: SupportTable, place: FoundPlace) -> list[TextPage]:
    """Some pages of the text: the first ones, or those around what was found on the page."""
    rows = DocumentContent.objects.filter(document=document)
    if place == FoundPlace():
        rows = rows.annotate(shown=Substr("text", 1, MOST_SHOWN))
        return _pages(rows.values_list("shown", flat=True).first() or "", 0)
    text = rows.values_list("text", flat=True).first() or ""
    hit = _found_at(text, place)
    return _pages(text, hit - BEFORE if hit > MOST_SHOWN - BEFORE else 0)


def _found_at(text: str, place: FoundPlace) -> int:
    """The first word that was found from the page on, or else anywhere, or where the page begins."""
    finder, start = Finder(place.search), _start_of(text, place.page)
    for origin in (start, 0):
        for begin, _end in finder.spans(text, origin):
            return begin
    return start


def _start_of(text: str, page: int) -> int:
    """Begin of a page in the text; 0 without such a page."""
    before = text.split(PAGE_BREAK, page - 1)[: page - 1]
    has_page = page > 1 and text.count(PAGE_BREAK) >= page - 1
    return sum(len(each) + 1 for each in before) if has_page else 0


def _pages(text: str, begin: int) -> list[TextPage]:
    first = text.count(PAGE_BREAK, 0, begin) + 1
    shown = (GOES_ON if begin else "") + text[begin : begin + MOST_SHOWN]
    numbered = enumerate(shown.split(PAGE_BREAK), first)
    return [TextPage(number, page) for number, page in numbered if page.strip()]
