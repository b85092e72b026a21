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
    RETURNED,
    SOME,
    Outcome,
    StepState,
    Vote,
    is_satisfied,
    outcome,
)

YES, NO, BACK = ACCEPTED, REJECTED, RETURNED
ONE = StepState(ANY, 1)
ALL = StepState(EVERYONE, 0)
WAITS = StepState(EVERYONE, 1)
TWO_OF = StepState(SOME, 3, number=2)
MAY = StepState(ANY, 2, is_required=False)


@pytest.mark.parametrize(
    ("step", "yes", "expected"),
    [
        (ONE, 0, False),
        (ONE, 1, True),
        (ALL, 0, False),
        (ALL, 1, True),
        (WAITS, 1, False),
        (TWO_OF, 1, False),
        (TWO_OF, 2, True),
        (TWO_OF, 3, True),
        # A number that was never typed never means that nobody is needed.
        (StepState(SOME, 3), 0, False),
        (StepState(SOME, 3), 1, True),
    ],
)
def test_when_a_step_has_enough(step: StepState, yes: int, *, expected: bool) -> None:
    assert is_satisfied(step, yes) is expected


@pytest.mark.parametrize(
    ("steps", "votes", "expected"),
    [
        ([ONE], [], Outcome(PENDING, 0)),
        ([ONE], [(0, YES)], Outcome(ACCEPTED, 0)),
        ([WAITS], [(0, YES)], Outcome(PENDING, 0)),
        ([ALL], [(0, YES), (0, YES)], Outcome(ACCEPTED, 0)),
        ([ALL], [(0, YES), (0, NO)], Outcome(REJECTED, 0)),
        ([ALL], [(0, YES), (0, BACK)], Outcome(RETURNED, 0)),
        ([ONE, WAITS], [(0, YES)], Outcome(PENDING, 1)),
        ([ONE, ONE], [(1, YES)], Outcome(PENDING, 0)),
        ([ALL], [], Outcome(PENDING, 0)),
        ([], [(0, YES)], Outcome(PENDING, 0)),
        ([MAY], [(0, YES)], Outcome(PENDING, 0)),
        ([MAY, ONE], [(1, YES)], Outcome(ACCEPTED, 1)),
        ([MAY, ONE], [(0, YES)], Outcome(PENDING, 1)),
        ([MAY, ONE], [(0, NO)], Outcome(REJECTED, 0)),
        ([ONE, MAY], [(0, YES)], Outcome(ACCEPTED, 0)),
        ([ONE, MAY, ONE], [(0, YES)], Outcome(PENDING, 2)),
    ],
)
def test_it_follows_the_table(
    steps: list[StepState], votes: list[tuple[int, int]], expected: Outcome
) -> None:
    assert outcome(steps, [Vote(*vote) for vote in votes]) == expected


STEPS = st.lists(
    st.builds(
        StepState,
        st.sampled_from([ANY, EVERYONE, SOME]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=4,
)
VOTES = st.lists(
    st.builds(Vote, st.integers(0, 3), st.sampled_from([YES, NO, BACK])), max_size=8
)


@given(steps=STEPS, votes=VOTES)
def test_it_never_approves_without_a_yes_or_over_a_no(
    steps: list[StepState], votes: list[Vote]
) -> None:
    result = outcome(steps, votes)
    said = {vote.status for vote in votes}
    if result.status == ACCEPTED:
        assert said == {YES}
        voted = {vote.step for vote in votes}
        assert {n for n, step in enumerate(steps) if step.is_required} <= voted
    if NO in said:
        assert result.status == REJECTED
    elif BACK in said:
        assert result.status == RETURNED


@given(steps=STEPS, votes=VOTES, place=st.integers(0, 3))
def test_one_more_who_is_asked_never_makes_it_approved(
    steps: list[StepState], votes: list[Vote], place: int
) -> None:
    """So that nothing is complete because somebody was added."""
    more = [
        StepState(
            step.needed, step.asked + (number == place), step.number, step.is_required
        )
        for number, step in enumerate(steps)
    ]
    if outcome(more, votes).status == ACCEPTED:
        assert outcome(steps, votes).status == ACCEPTED
