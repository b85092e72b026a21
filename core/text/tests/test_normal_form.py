"""One normal form of texts, in Python and in the database."""

import unicodedata

import pytest

from core.text.normal_form import plain_lines, plain_text
from supportdocs.models import SupportTable

SAME = {
    "Müller Énergie": (
        "muller energie",
        unicodedata.normalize("NFD", "Müller Énergie"),
    ),
    "ECN-2026-0037": (
        "ecn-2026-0037",
        "ECN\u20132026\u20110037",
        "ECN\u200b-2026-0037",
        "ECN\u22122026\u22120037",
    ),
    "PT  Nusa Lentera": (
        "pt nusa lentera",
        "PT\u00a0Nusa\u202fLentera",
        " PT Nusa\tLentera ",
    ),
}


@pytest.mark.parametrize("text", SAME)
def test_what_looks_the_same_is_the_same(text: str) -> None:
    plain, *others = SAME[text]
    assert plain_text(text) == plain
    assert {plain_text(other) for other in others} == {plain}


def test_lines_stay_apart_and_empty_ones_go() -> None:
    assert plain_lines("A\nb", "", "C", limit=20) == "a b\nc"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [each for row in SAME.items() for each in (row[0], *row[1])]
)
def test_the_database_compares_in_the_same_form(text: str) -> None:
    SupportTable.objects.create(name=text)
    (found,) = SupportTable.objects.values_list("name__plain", flat=True)
    assert found == plain_text(text)
