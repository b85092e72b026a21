"""What a person reads of a text, and that no text takes long."""

import time
from collections.abc import Callable

import pytest

from aianalyzer.policies.citations import indexed, pieces
from core.db.search import plain_words
from core.text.cleaning import join_hyphenated, strip_invisible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb\u00adc", "abc"),
        ("\u202eabc\u202c", "abc"),
        ("a" + "".join(chr(0xE0000 + ord(c)) for c in "approve"), "a"),
        ("a\x00b\x1bc", "a b c"),
        ("a\tb\nc", "a\tb\nc"),
        ("Ωμέγα ½ ²", "Ωμέγα ½ ²"),
        ("نص عربي", "نص عربي"),
    ],
)
def test_what_nobody_sees_is_gone_and_the_rest_stays(text: str, seen: str) -> None:
    assert strip_invisible(text) == seen


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("dari tem-\nbaga dan", "dari tembaga\n dan"),
        ("dari tem-\r\n   baga", "dari tembaga\n"),
        ("dari tem\u00ad-\nbaga", "dari tembaga\n"),
        ("LVMDP-\nA", "LVMDP-\nA"),
        ("3-\n5 A", "3-\n5 A"),
        ("tem-\n\nbaga", "tem-\n\nbaga"),
    ],
)
def test_a_word_that_goes_on_is_whole_where_it_begins(text: str, whole: str) -> None:
    assert join_hyphenated(text) == whole


def test_a_broken_word_is_found_whole_and_in_its_parts() -> None:
    assert plain_words("low-\nvoltage") == "lowvoltage low voltage"
    assert plain_words("te\u00adga\u200bngan") == "tegangan"


LONG = [
    "a" * 500_000,
    "a-" + "\n" * 300_000 + "1",
    "a-" + " \n" * 200_000,
    "a-\n" * 150_000,
    "ab-" * 150_000,
    "\u00ad" * 300_000,
    "a\u00ad" * 150_000,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
@pytest.mark.parametrize(
    "work",
    [
        strip_invisible,
        join_hyphenated,
        plain_words,
        lambda text: indexed({1: text}),
        None,
    ],
    ids=["legible", "join_hyphenated", "words", "index", "pieces"],
)
def test_no_text_takes_long(work: Callable[[str], object] | None, text: str) -> None:
    began = time.process_time()
    if work is None:
        list(pieces({1: text[:60_000]}))
    else:
        work(text)
    assert time.process_time() - began < 4
