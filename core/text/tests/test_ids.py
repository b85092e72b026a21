"""What is taken for an id, by everybody alike."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import models

from core.text.ids import DIGITS, as_id

# What is no id: a header in seconds, and names of administrators that may be numbers.
OTHERS = {"core/accounts/services/people.py"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("9" * DIGITS, 10**DIGITS - 1),
        ("9" * (DIGITS + 1), None),
        ("", None),
        ("-7", None),
        ("+7", None),
        (" 7", None),
        ("7\n", None),
        ("1_0", None),
        ("1e3", None),
        ("²", None),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", None),
    ],
)
def test_an_id_is_plain_digits_that_a_column_holds(
    text: str, number: int | None
) -> None:
    assert as_id(text) == number


def test_fewer_digits_may_be_asked_for() -> None:
    assert [as_id("2026", 4), as_id("20260", 4)] == [2026, None]


def test_the_largest_fits_into_the_column() -> None:
    assert 10**DIGITS - 1 <= models.BigIntegerField.MAX_BIGINT


def test_nobody_reads_ids_in_a_way_of_their_own() -> None:
    root = Path(settings.BASE_DIR)
    apps = "core ems engineering bom activities supportdocs aianalyzer notifications"
    found = {
        str(path.relative_to(root))
        for app in apps.split()
        for path in (root / app).rglob("*.py")
        if ".isdigit()" in (text := path.read_text(encoding="utf-8"))
        and ".isascii()" in text
        and "tests" not in path.parts
    }
    assert found - OTHERS == {"core/text/ids.py"}
