"""One thing has one name: docs/words.md says which, and no text of the product uses another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polib
import pytest

from tests.architecture.test_sizes import ROOT
from tests.architecture.test_words import CATALOGUE

GLOSSARY = ROOT / "docs/words.md"
# Names in a text that are no words: of values, of addresses, of files and tags.
PLACES = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}|\w+://\S+|<[^>]+>|&\w+;")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Term:
    """A row of the table; each member but the first two is a pattern, or None."""

    english: re.Pattern[str]
    indonesian: str
    never_english: re.Pattern[str] | None
    never_indonesian: re.Pattern[str] | None
    not_for_it: re.Pattern[str] | None


def pattern(cell: str) -> re.Pattern[str] | None:
    """Any of the words of a cell, whole; capitals count only where a word is all capitals."""
    words = [word.strip() for word in cell.split(",") if word.strip()]
    if not words:
        return None
    either = [
        re.escape(word) if word.isupper() else f"(?i:{re.escape(word)})"
        for word in words
    ]
    return re.compile(rf"\b(?:{'|'.join(either)})\b")


def terms() -> list[Term]:
    """The table."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    head, *body = rows
    assert len(head) == 5
    return [
        Term(
            # A word and its plural.
            re.compile(
                "|".join(rf"\b{re.escape(w.strip())}s?\b" for w in row[0].split(",")),
                re.IGNORECASE,
            ),
            row[1],
            *(pattern(cell) for cell in row[2:]),
        )
        for row in body
    ]


def texts() -> list[Pair]:
    """Every text of the product in both languages."""
    return [
        (english, indonesian)
        for entry in polib.pofile(str(CATALOGUE))
        if not entry.obsolete
        for english in (entry.msgid, entry.msgid_plural)
        if english
        for indonesian in (entry.msgstr, *entry.msgstr_plural.values())
        if indonesian
    ]


def faults(pairs: list[Pair], table: list[Term]) -> Iterator[str]:
    """Texts with a word that the table refuses."""
    for english, indonesian in pairs:
        said, meant = PLACES.sub(" ", english), PLACES.sub(" ", indonesian)
        for term in table:
            if term.never_english and (bad := term.never_english.search(said)):
                yield f"{english}: “{bad[0]}”"
            if term.never_indonesian and (bad := term.never_indonesian.search(meant)):
                yield f"{indonesian}: “{bad[0]}”, not “{term.indonesian}”"
            if term.not_for_it and term.english.search(said):
                bad = term.not_for_it.search(meant)
                if bad:
                    yield f"{indonesian}: “{bad[0]}”, not “{term.indonesian}”"


def test_each_thing_has_one_name() -> None:
    assert sorted(set(faults(texts(), terms()))) == []


def test_the_table_is_in_order_and_says_nothing_twice() -> None:
    table = terms()
    assert len(table) >= 35
    names = [term.english.pattern for term in table]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "pair",
    [
        ("Filter", "Saringan"),
        ("Analyze it", "Analisis"),
        ("3 records", "3 catatan"),
        ("Tell IT", "Beri tahu TI"),
        ("Total hours", "Jumlah jam"),
    ],
)
def test_a_planted_word_is_refused(pair: Pair) -> None:
    assert list(faults([pair], terms()))


def test_names_of_values_and_addresses_are_no_words() -> None:
    pair = ("%(file)s of mysql://user:password@host", "%(file)s dari mysql://user:x@y")
    assert list(faults([pair], terms())) == []
