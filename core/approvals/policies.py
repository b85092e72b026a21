"""The outcome of decisions: pure functions, no database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

PENDING, ACCEPTED, REJECTED = 0, 1, 2
ANY, EVERYONE = "any", "everyone"
NEVER, WHEN_ALONE, ALWAYS = "never", "when_alone", "always"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """The people who may decide at this step (user ids), and the number that is needed.

    barred: people of the rule who may not decide, because they are behind the content.
    """

    mode: str
    deciders: frozenset[int]
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Vote:
    """One decision that counts: by whom, at which step (from 0), yes or no."""

    user_id: int
    step: int
    status: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state that follows, and the step (from 0) that is open while it is pending."""

    status: int
    step: int


def outcome(steps: Sequence[RuleStep], votes: Iterable[Vote]) -> Outcome:
    """One no ends it; a yes needs every step in order. Nobody to decide never means yes."""
    all_votes = list(votes)
    if any(vote.status == REJECTED for vote in all_votes):
        return Outcome(
            REJECTED, max(vote.step for vote in all_votes if vote.status == REJECTED)
        )
    for number, step in enumerate(steps):
        yes = {
            vote.user_id
            for vote in all_votes
            if vote.step == number and vote.status == ACCEPTED
        }
        # Steps are asked in order: a yes at a later one opens nothing.
        if not is_satisfied(step, yes):
            return Outcome(PENDING, number)
    return Outcome(ACCEPTED, len(steps) - 1) if steps else Outcome(PENDING, 0)


def is_satisfied(step: RuleStep, yes: set[int]) -> bool:
    """Whether these people's yes is enough for the step."""
    # Of nobody "everyone" would be true (docs/threats.md#t13b).
    if step.mode == EVERYONE:
        return bool(step.deciders) and step.deciders <= yes
    return bool(yes)


def missing(steps: Sequence[RuleStep], votes: Iterable[Vote]) -> frozenset[int]:
    """The people who may still decide at the open step; nobody once it is settled."""
    all_votes = list(votes)
    state = outcome(steps, all_votes)
    if state.status != PENDING or not steps:
        return frozenset()
    voted = {vote.user_id for vote in all_votes if vote.step == state.step}
    return steps[state.step].deciders - voted


# --- Four eyes ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Authors:
    """The people behind the present content of a record (user ids).

    requesters: the people who raised it or ever asked for it; writers: others who wrote a part of
    it that still stands; named: (writer, requester) where a writer made somebody a requester.
    """

    requesters: frozenset[int] = frozenset()
    writers: frozenset[int] = frozenset()
    named: frozenset[tuple[int, int]] = frozenset()


def four_eyes(step: RuleStep, authors: Authors, rule: str) -> RuleStep:
    """The step without the people who asked for the content or wrote it.

    A requester never decides. A writer decides by the rule: ``never``, ``always``, or
    ``when_alone``: when nobody else of the step can. A writer who named the others requesters, and
    so excluded them, is not alone by that.
    """
    able = _able(step.deciders, authors, rule)
    return RuleStep(step.mode, able, barred=step.deciders - able)


def _able(people: frozenset[int], authors: Authors, rule: str) -> frozenset[int]:
    able = people - authors.requesters
    others = able - authors.writers
    if rule == NEVER or (rule == WHEN_ALONE and others):
        return others
    if rule == ALWAYS:
        return able
    return able - {writer for writer, other in authors.named if other in people}


def lacks_second_person(asked: Collection[int], opener: int | None) -> bool:
    """Whether the opener of a content would be the only person to agree to it."""
    return opener is not None and not set(asked) - {opener}
