"""Four eyes: who asked for something, or wrote it, is not the one who decides on it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.approvals.policies import (
    ALWAYS,
    NEVER,
    WHEN_ALONE,
    Authors,
    four_eyes,
    lacks_second_person,
)

RULES = (NEVER, WHEN_ALONE, ALWAYS)
PEOPLE = st.frozensets(st.integers(1, 5))
PAIRS = st.frozensets(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=4)


def left(deciders: set[int], rule: str, requesters: set[int], writers: set[int]) -> Any:
    authors = Authors(frozenset(requesters), frozenset(writers))
    return four_eyes(deciders, authors, rule)


@pytest.mark.parametrize(
    ("deciders", "requesters", "writers", "never", "when_alone", "always"),
    [
        ({1, 2}, set(), set(), {1, 2}, {1, 2}, {1, 2}),
        ({1, 2}, {1}, set(), {2}, {2}, {2}),
        ({1}, {1}, set(), set(), set(), set()),
        ({1, 2}, set(), {1}, {2}, {2}, {1, 2}),
        ({1}, set(), {1}, set(), {1}, {1}),
        ({1, 2}, set(), {1, 2}, set(), {1, 2}, {1, 2}),
        ({1, 2}, {2}, {1}, set(), {1}, {1}),
        ({1, 2, 3}, {2}, {1}, {3}, {3}, {1, 3}),
        ({1, 2}, {1}, {1}, {2}, {2}, {2}),
    ],
)
def test_it_follows_the_table(
    deciders: set[int],
    requesters: set[int],
    writers: set[int],
    never: set[int],
    when_alone: set[int],
    always: set[int],
) -> None:
    found = [left(deciders, rule, requesters, writers) for rule in RULES]
    assert found == [never, when_alone, always]


def test_nobody_is_alone_because_he_made_the_other_a_requester() -> None:
    step = {1, 2}
    authors = Authors(frozenset({2}), frozenset({1}), frozenset({(1, 2)}))
    assert four_eyes(step, authors, WHEN_ALONE) == frozenset()
    outside = Authors(frozenset({2, 9}), frozenset({1}), frozenset({(1, 9)}))
    assert four_eyes(step, outside, WHEN_ALONE) == {1}


@given(step=PEOPLE, requesters=PEOPLE, writers=PEOPLE, named=PAIRS)
def test_what_holds_for_everybody(
    step: frozenset[int],
    requesters: frozenset[int],
    writers: frozenset[int],
    named: frozenset[tuple[int, int]],
) -> None:
    authors = Authors(requesters, writers, named)
    never, alone, always = (four_eyes(step, authors, rule) for rule in RULES)
    assert never <= alone <= always <= step
    assert not always & requesters
    assert not never & writers
    # A writer decides when alone, and never beside somebody who wrote nothing.
    assert not (alone & writers and alone - writers)


@pytest.mark.parametrize(
    ("asked", "opener", "lacks"),
    [
        (set(), None, False),
        ({1}, None, False),
        (set(), 1, True),
        ({1}, 1, True),
        ({2}, 1, False),
        ({1, 2}, 1, False),
    ],
)
def test_an_opener_needs_somebody_else(
    asked: set[int], opener: int | None, *, lacks: bool
) -> None:
    assert lacks_second_person(asked, opener) is lacks
