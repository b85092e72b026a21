"""Check of quotations: whether a line of an answer stands in the source, and where.

Texts are compared word by word, without regard to case, spacing, line breaks and typographic
variants, but with every digit, decimal mark, sign and comparison: 3,2 kA is not 32 kA.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aianalyzer.policies.panels import whole_numbers
from aianalyzer.policies.quantities import SPACES
from core.text.cleaning import HYPHENATED, UNSEEN, join_hyphenated

FOUND, MOVED, MISSING, NONE = "found", "moved", "missing", "none"
TOKEN = re.compile(r"(?:(?<![\w.,])[-\u2212+±])?\d+(?:[.,]\d+)*|[^\W\d_]+|[<>≤≥=%]")
MARK = "\x1f"
CHUNK = 1_500
# Digits, a space, and three digits: it may be one number.
SPLIT_NUMBER = re.compile(rf"\d[{SPACES}]+\d{{3}}(?!\d)")
MOST_PLACES = 40  # tried; bounds the work on a page of nothing else
LOOKED_AT = 200  # characters of the line on each side
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Citation:
    """Source of a line. ``state``: found, moved (on another page), missing, none given."""

    page: int
    quote: str
    state: str

    @property
    def is_found(self) -> bool:
        """Whether the words are in the source."""
        return self.state in {FOUND, MOVED}


class PageIndex:
    """One page of the source, ready to be searched."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text
        self.tokens, self._spans = _tokens(text)
        self._joined = MARK + MARK.join(self.tokens) + MARK

    def span(self, quote: str) -> Span | None:
        """Place of the words in the text (from, to), or None."""
        wanted, _spans = _tokens(quote)
        searched = MARK + MARK.join(wanted) + MARK
        place = self._joined.find(searched) if wanted else -1
        for _try in range(MOST_PLACES):
            if place < 0:
                break
            first = self._joined.count(MARK, 0, place)
            start = self._spans[first][0]
            end = self._spans[first + len(wanted) - 1][1]
            if not (self._is_in_number(start) or self._is_in_number(end)):
                return start, end
            place = self._joined.find(searched, place + 1)
        return None

    def _is_in_number(self, place: int) -> bool:
        """Whether a number goes on across this place: "500 A" is not said by "2 500 A"."""
        if not SPLIT_NUMBER.search(self.text[max(0, place - 5) : place + 5]):
            return False
        first = self.text.rfind("\n", 0, place) + 1
        last = self.text.find("\n", place)
        line = self.text[first : last if last >= 0 else len(self.text)]
        around = max(0, place - first - LOOKED_AT)
        shown = line[around : around + 2 * LOOKED_AT]
        at = place - first - around
        return any(start < at < end for start, end in whole_numbers(shown))


def _tokens(text: str) -> tuple[list[str], list[Span]]:
    """The words of a text as they are compared, and where each stands in it."""
    breaks = {
        each.start(): each.end()
        for pattern in (HYPHENATED, UNSEEN)
        for each in pattern.finditer(text)
    }
    words: list[str] = []
    spans: list[Span] = []
    joins = 0
    for match in TOKEN.finditer(text):
        word = _plain(match.group())
        if joins == match.start() and joins and words:
            words[-1], spans[-1] = words[-1] + word, (spans[-1][0], match.end())
        else:
            words.append(word)
            spans.append(match.span())
        joins = match.end()
        while joins in breaks:
            joins = breaks[joins]
        joins = joins if joins > match.end() else 0
    return words, spans


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold().replace("\u2212", "-")
    return folded.replace(",", ".") if folded[-1].isdigit() else folded


def indexed(pages: Mapping[int, str]) -> dict[int, PageIndex]:
    """Every page by its number."""
    return {number: PageIndex(number, text) for number, text in pages.items()}


def checked(pages: Mapping[int, PageIndex], page: int, quote: str) -> Citation:
    """The citation with the verdict: first the page that is named, then all others."""
    if not quote.strip():
        return Citation(page, "", NONE)
    named = pages.get(page)
    if named and named.span(quote):
        return Citation(page, quote, FOUND)
    for number, index in pages.items():
        if index.span(quote):
            return Citation(number, quote, MOVED if page else FOUND)
    return Citation(page, quote, MISSING)


def marked(text: str, quote: str) -> tuple[str, str, str]:
    """The text before the quotation, the quotation as it stands there, and the text after."""
    span = PageIndex(0, text).span(quote)
    if span is None:
        return text, "", ""
    return text[: span[0]], text[span[0] : span[1]], text[span[1] :]


# --- Sources for lines that came without any ---------------------------------------

MIN_WORDS = 2
# How many lines of the source a statement may be spread over, and what share of its words must
# then be there: more lines hold more words by chance.
SHARES = {1: 0.6, 2: 0.7, 3: 0.75, 4: 0.8}


@dataclass(frozen=True, slots=True)
class QuotedPiece:
    """One line of a page, with its words."""

    page: int
    text: str
    words: frozenset[str]


def supported(known: Sequence[QuotedPiece], line: str) -> tuple[int, str] | None:
    """Page and passage that say what a free line says, or None: most of its words, and every
    number in it, must be there. Of passages that say it equally well, the shortest."""
    words = words_of(line)
    numbers = {word for word in words if word[-1].isdigit()}
    if len(words) < MIN_WORDS:
        return None
    hits = [words & piece.words for piece in known]
    best = max(_passages(known, hits, words, numbers), default=None)
    if best is None:
        return None
    _share, fewer, later = best
    passage = known[-later : -later - fewer]
    return passage[0].page, " ".join(piece.text for piece in passage)


def _passages(
    known: Sequence[QuotedPiece],
    hits: Sequence[frozenset[str]],
    words: frozenset[str],
    numbers: set[str],
) -> Iterator[tuple[float, int, int]]:
    """Share of the words, less lines, first line (both negative: the larger is the better)."""
    for first, found in enumerate(hits):
        if not found:
            continue
        there: frozenset[str] = frozenset()
        for many, enough in SHARES.items():
            last = first + many - 1
            if last >= len(known) or known[last].page != known[first].page:
                break
            there |= hits[last]
            share = len(there) / len(words)
            if share >= enough and numbers <= there:
                yield share, -many, -first


def _weighs(word: str) -> bool:
    return len(word) > 2 or word[-1].isdigit()  # not an article


def words_of(text: str) -> frozenset[str]:
    """The words of a passage, as ``supported`` compares them: 2 500 A holds no 500."""
    for start, end in reversed(list(whole_numbers(text))):
        number = "".join(text[start:end].split())
        text = text[:start] + number + text[end:]
    return frozenset(word for word in _tokens(text)[0] if _weighs(word))


def pieces(pages: Mapping[int, str]) -> Iterator[QuotedPiece]:
    """Every line of every page with its words; a broken word is whole where it begins."""
    for number, text in pages.items():
        for line in join_hyphenated(text).splitlines():
            shown = " ".join(line.split())[:CHUNK]
            if shown:
                yield QuotedPiece(number, shown, words_of(shown))
