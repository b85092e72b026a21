"""What is looked for, found in the index and marked in the text; locks; and what is remembered."""

from typing import Any

import pytest
from django.db import transaction

from core.accounts.models import User
from core.db.locking import locked, locked_one
from core.db.memoize import cached_until
from core.db.search import (
    MAX_LENGTH,
    MAX_WORDS,
    matching,
    plain_words,
    searched_words,
    words_of,
)
from core.errors import DomainError
from engineering.models import ChangeIndex, ChangeNotice
from engineering.tests.conftest import a_change


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  ", []),
        ("MCCB  Ganti", ["mccb", "ganti"]),
        ("M\u00fcller", ["muller"]),
        ("Mu\u0308ller", ["muller"]),
        ("ECN\u20112026", ["ecn-2026"]),
        ("a " * 20, ["a"] * MAX_WORDS),
        ("x" * 300, ["x" * MAX_LENGTH]),
    ],
)
def test_the_words_of_a_search(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Busbar: tembaga, 3x5!", "busbar tembaga 3x5"),
        ("M\u00fcller \u00c9nergie", "muller energie"),
        ("kon-\nduktor", "konduktor kon duktor"),
        ("kon-\n   duktor", "konduktor kon duktor"),
        ("A-\nB", "a b"),
        ("IEC 61439-2", "iec 61439 2"),
        ("ra\u00adhasia", "rahasia"),
        ("ra\u200bhasia", "rahasia"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_text_as_its_words(text: str, words: str) -> None:
    assert plain_words(text) == words


def test_a_search_looks_for_eight_words_at_most() -> None:
    assert searched_words("satu dua tiga empat lima enam tujuh delapan sembilan") == [
        *("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("mccb", True),
        ("CCB", True),
        ("gan mc", True),
        ("mccb ganti", True),
        ("mccb panas", False),
        ("a", True),
        ("ar", True),
        ("xq", False),
        ('m"ccb', False),
        ("mccb*", False),
        ("mccb OR panas", False),
        ("NEAR(ganti mccb)", False),
        ("%", False),
        ("_", False),
        ("", True),
    ],
)
def test_a_word_is_found_in_any_place_and_signs_are_signs(
    agus: User, text: str, *, is_found: bool
) -> None:
    a_change(agus, engineering="Ganti MCCB", detail_problem="Arus naik")
    rows = matching(ChangeNotice.objects.all(), text, ChangeIndex)
    assert rows.exists() is is_found


# --- Locks --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_is_locked_or_not_found(rina: User, agus: User) -> None:
    with transaction.atomic():
        assert locked(User.objects.all(), rina.pk) == rina
        assert locked_one(User.objects.filter(name="Agus")) == agus
    calls: list[Any] = [
        lambda: locked(User.objects.all(), rina.pk + 1000),
        lambda: locked(User.objects.filter(is_active=False), rina.pk),
        lambda: locked_one(User.objects.none()),
    ]
    for call in calls:
        with pytest.raises(DomainError) as caught, transaction.atomic():
            call()
        assert caught.value.code == "not_found"


# --- Remembered ---------------------------------------------------------------------------


class Counted:
    """Gives one value after the other."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)
        self.asked = 0

    def __call__(self) -> Any:
        self.asked += 1
        return self.values.pop(0)


def test_a_value_is_computed_once_for_each_version() -> None:
    compute = Counted(1, 2, 3)
    found = [cached_until("n", version, compute) for version in (7, 7, 8, 7)]
    assert (found, compute.asked) == ([1, 1, 2, 1], 2)


def test_names_are_apart() -> None:
    compute = Counted("a", "b")
    assert [cached_until(name, 1, compute) for name in ("x", "y", "x")] == [
        "a",
        "b",
        "a",
    ]


@pytest.mark.parametrize("value", [0, "", [], False, {"a": (1, 2)}])
def test_nothing_is_a_value_too_but_none_is_asked_again(value: Any) -> None:
    compute = Counted(value)
    assert [cached_until("n", 1, compute) for _ in range(2)] == [value, value]
    never = Counted(None, None)
    assert [cached_until("m", 1, never) for _ in range(2)] == [None, None]
    assert never.asked == 2
