"""What decisions add up to, from a table and from random ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.approvals.policies import (
    ACCEPTED,
    ANY,
    EVERYONE,
    PENDING,
    REJECTED,
    Outcome,
    RuleStep,
    Vote,
    missing,
    outcome,
)

ONE = RuleStep(ANY, frozenset({1, 2}))
ALL = RuleStep(EVERYONE, frozenset({1, 2}))
NOBODY = RuleStep(EVERYONE, frozenset())


@pytest.mark.parametrize(
    ("steps", "votes", "expected"),
    [
        ([ONE], [], Outcome(PENDING, 0)),
        ([ONE], [Vote(1, 0, ACCEPTED)], Outcome(ACCEPTED, 0)),
        ([ALL], [Vote(1, 0, ACCEPTED)], Outcome(PENDING, 0)),
        ([ALL], [Vote(1, 0, ACCEPTED), Vote(2, 0, ACCEPTED)], Outcome(ACCEPTED, 0)),
        ([ALL], [Vote(1, 0, ACCEPTED), Vote(2, 0, REJECTED)], Outcome(REJECTED, 0)),
        ([ONE, ALL], [Vote(1, 0, ACCEPTED)], Outcome(PENDING, 1)),
        ([ONE, ONE], [Vote(1, 1, ACCEPTED)], Outcome(PENDING, 0)),
        ([NOBODY], [], Outcome(PENDING, 0)),
        ([], [Vote(1, 0, ACCEPTED)], Outcome(PENDING, 0)),
    ],
)
def test_it_follows_the_table(
    steps: list[RuleStep], votes: list[Vote], expected: Outcome
) -> None:
    assert outcome(steps, votes) == expected


STEPS = st.lists(
    st.builds(
        RuleStep, st.sampled_from([ANY, EVERYONE]), st.frozensets(st.integers(1, 4))
    ),
    max_size=3,
)
VOTES = st.lists(
    st.builds(
        Vote,
        st.integers(1, 4),
        st.integers(0, 2),
        st.sampled_from([ACCEPTED, REJECTED]),
    ),
    max_size=6,
)


@given(steps=STEPS, votes=VOTES)
def test_it_never_approves_without_a_yes_or_over_a_no(
    steps: list[RuleStep], votes: list[Vote]
) -> None:
    result = outcome(steps, votes)
    if result.status == ACCEPTED:
        assert any(vote.status == ACCEPTED for vote in votes)
        assert all(vote.status != REJECTED for vote in votes)
    if any(vote.status == REJECTED for vote in votes):
        assert result.status == REJECTED


@given(steps=STEPS, votes=VOTES)
def test_it_asks_only_deciders_of_the_open_step(
    steps: list[RuleStep], votes: list[Vote]
) -> None:
    asked = missing(steps, votes)
    if asked:
        place = outcome(steps, votes).step
        assert asked <= steps[place].deciders
        assert not asked & {vote.user_id for vote in votes if vote.step == place}
