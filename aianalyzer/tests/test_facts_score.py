"""The rules keep to their goal on both halves of the written set, and the score can tell."""

import re

import pytest

from aianalyzer.policies.quantities import Quantity, quantities
from aianalyzer.tests.facts_score import FOLDER, HALVES, Tally, documents, tallies

PRECISION, RECALL = 0.98, 0.95


@pytest.fixture(scope="module")
def result() -> dict[tuple[str, str, str], Tally]:
    """The score of the whole set."""
    return tallies(documents())


@pytest.mark.parametrize("half", HALVES)
def test_numbers_with_units_are_found_and_none_is_made_up(
    result: dict[tuple[str, str, str], Tally], half: str
) -> None:
    tally = result["numbers", half, ""]
    assert tally.precision >= PRECISION, tally.wrong
    assert tally.recall >= RECALL, tally.missed


@pytest.mark.parametrize("half", HALVES)
def test_the_set_is_as_wide_as_it_says(half: str) -> None:
    names = [each.name for each in documents() if each.half == half]
    assert len(names) >= 30
    assert len({name.split("-")[1] for name in names}) == 10
    assert {name.split("-")[2] for name in names} == {"id", "en"}


def test_every_number_of_an_answer_stands_in_its_document() -> None:
    for half in HALVES:
        for answers in sorted((FOLDER / half).glob("*.tsv")):
            text = answers.with_suffix(".txt").read_text("utf-8")
            for row in answers.read_text("utf-8").splitlines():
                for number in re.findall(r"\d[\d.,']*", row.split("\t")[2]):
                    assert number in text, (answers.name, row)


def test_a_reader_that_loses_the_beginning_of_a_number_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cut(line: str) -> list[Quantity]:
        return list(
            quantities(line.replace("1.", "").replace("2.", "").replace("2 ", ""))
        )

    monkeypatch.setattr("aianalyzer.policies.key_facts.quantities", cut)
    tally = tallies(documents())["numbers", "tuning", ""]
    assert tally.precision < PRECISION or tally.recall < RECALL
