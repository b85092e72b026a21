"""An extractive summary: the sentences that say most of what the others say, in their own words.

TextRank (Mihalcea and Tarau, 2004) over the sentences of the document with a bonus for early ones;
nothing is written anew, so that each line is a quotation.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aianalyzer.policies.language import STOPWORDS, WORD

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\"])")
BULLET = re.compile(
    r"^\s*(?:[•*\u2013-]|\d{1,2}(?:\.\d{1,2}){0,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3})\s+"
)
HEADING = 60  # a line shorter than this ends its paragraph
SHORTEST, LONGEST = 5, 60  # words
BARE = 9  # words that a line without a full stop needs, so that it is no heading
MOST_CHARACTERS = 340
CANDIDATES = 240
ROUNDS = 20
DAMPING = 0.85
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands on its page; ``place`` counts from the start of the document."""

    page: int
    place: int
    text: str
    words: frozenset[str]


def sentences(pages: Mapping[int, str]) -> Iterator[Sentence]:
    """Every sentence that is long enough to say something and short enough to be one."""
    place = 0
    for page, text in pages.items():
        for raw in _split(text):
            shown = " ".join(raw.split())
            found = [word.casefold() for word in WORD.findall(shown)]
            words = frozenset(word for word in found if word not in STOPWORDS)
            least = SHORTEST if shown.endswith((".", "!", "?")) else BARE
            if least <= len(found) <= LONGEST and len(words) > 2:
                yield Sentence(page, place, shown[:MOST_CHARACTERS], words)
                place += 1


def _split(text: str) -> Iterator[str]:
    for paragraph in _paragraphs(text):
        yield from SENTENCE_END.split(paragraph)


def _paragraphs(text: str) -> Iterator[str]:
    """Lines that belong together: a page has line ends in the middle of its sentences."""
    lines: list[str] = []
    for line in text.splitlines():
        is_new = not line.strip() or BULLET.match(line)
        is_after_heading = lines and len(lines[-1]) < HEADING and line[:1].isupper()
        if lines and (is_new or is_after_heading):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(BULLET.sub("", line).strip())
    if lines:
        yield " ".join(lines)


def summarised(pages: Mapping[int, str], count: int) -> list[Sentence]:
    """At most ``count`` sentences, in the order of the document."""
    every = list(sentences(pages))
    chosen = _candidates(every)
    scores = _ranked(chosen)
    total = max(1, len(every))
    scored = sorted(
        zip(chosen, scores, strict=True),
        key=lambda pair: pair[1] * (1.25 - 0.5 * pair[0].place / total),
        reverse=True,
    )
    kept: list[Sentence] = []
    for sentence, _score in scored:
        if len(kept) < count and not any(_is_alike(sentence, each) for each in kept):
            kept.append(sentence)
    return sorted(kept, key=lambda sentence: sentence.place)


def _candidates(every: list[Sentence]) -> list[Sentence]:
    """The sentences that carry the most frequent words; bounds the work of a long document."""
    if len(every) <= CANDIDATES:
        return every
    counts = Counter(word for sentence in every for word in sentence.words)
    weight = {word: math.log1p(count) for word, count in counts.items()}

    def weighed(sentence: Sentence) -> float:
        total = sum(weight[word] for word in sentence.words)
        return total / math.sqrt(len(sentence.words))

    best = sorted(every, key=weighed, reverse=True)[:CANDIDATES]
    return sorted(best, key=lambda sentence: sentence.place)


def _similarity(one: Sentence, other: Sentence) -> float:
    common = len(one.words & other.words)
    if not common:
        return 0.0
    return common / (math.log(len(one.words) + 1) + math.log(len(other.words) + 1))


def _ranked(chosen: list[Sentence]) -> list[float]:
    size = len(chosen)
    ties = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1, size):
            tie = _similarity(chosen[row], chosen[column])
            ties[row][column] = ties[column][row] = tie
    sums = [sum(row) or 1.0 for row in ties]
    scores = [1.0] * size
    for _round in range(ROUNDS):
        shares = [score / total for score, total in zip(scores, sums, strict=True)]
        scores = [
            (1 - DAMPING)
            + DAMPING * sum(tie * share for tie, share in zip(row, shares, strict=True))
            for row in ties
        ]
    return scores


def _is_alike(one: Sentence, other: Sentence) -> bool:
    smaller = min(len(one.words), len(other.words))
    return len(one.words & other.words) / smaller > ALIKE
