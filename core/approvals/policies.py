"""The outcome of decisions: pure functions, no database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

PENDING, ACCEPTED, REJECTED, RETURNED = 0, 1, 2, 3
ANY, EVERYONE, SOME = "any", "everyone", "some"
NEVER, WHEN_ALONE, ALWAYS = "never", "when_alone", "always"


@dataclass(frozen=True, slots=True)
class StepState:
    """What a step needs, and the number of people who are asked there and have not decided.

    number: of yeses, where ``needed`` is ``some``. is_required: the route waits for it.
    """

    needed: str
    asked: int
    number: int = 0
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Vote:
    """One decision that counts: at which step (from 0), and what was said."""

    step: int
    status: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state that follows, and the step (from 0) that is open while it is pending."""

    status: int
    step: int


def outcome(steps: Sequence[StepState], votes: Iterable[Vote]) -> Outcome:
    """One no, or one "back for rework", ends it; a yes needs every required step in order.

    It is asked after a decision and never after somebody stopped being asked: that alone makes
    nothing complete.
    """
    all_votes = list(votes)
    for ending in (REJECTED, RETURNED):
        places = [vote.step for vote in all_votes if vote.status == ending]
        if places:
            return Outcome(ending, max(places))
    required = [number for number, step in enumerate(steps) if step.is_required]
    for number in required:
        yes = sum(vote.step == number and vote.status == ACCEPTED for vote in all_votes)
        # Steps are asked in order: a yes at a later one opens nothing.
        if not is_satisfied(steps[number], yes):
            return Outcome(PENDING, number)
    # A route that asks nobody never means yes (docs/threats.md#t13b).
    return Outcome(ACCEPTED, required[-1]) if required else Outcome(PENDING, 0)


def is_satisfied(step: StepState, yes: int) -> bool:
    """Whether so many yeses are enough for the step; none are never enough."""
    if step.needed == EVERYONE:
        return yes > 0 and step.asked == 0
    if step.needed == SOME:
        return yes >= max(step.number, 1)
    return yes > 0


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


def four_eyes(people: Collection[int], authors: Authors, rule: str) -> frozenset[int]:
    """Those of a step's people who may decide on a content that some of them asked for or wrote.

    A requester never decides. A writer decides by the rule: ``never``, ``always``, or
    ``when_alone``: when nobody else of the step can. A writer who named the others requesters, and
    so excluded them, is not alone by that.
    """
    able = frozenset(people) - authors.requesters
    others = able - authors.writers
    if rule == NEVER or (rule == WHEN_ALONE and others):
        return others
    if rule == ALWAYS:
        return able
    return able - {writer for writer, other in authors.named if other in people}


def lacks_second_person(asked: Collection[int], opener: int | None) -> bool:
    """Whether the opener of a content would be the only person to agree to it."""
    return opener is not None and not set(asked) - {opener}
