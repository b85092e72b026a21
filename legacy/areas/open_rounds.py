"""Rounds of imported changes that wait: by today's rules, in no query of their own.

``open_round`` asks the database ten times for one record; here are thousands, which nobody has
edited in EMS: the requester is the only author.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from core.accounts.models import User
from core.approvals.models import Duty, Round, RoundStep
from core.approvals.policies import Authors, four_eyes
from core.approvals.queries.due import due_at
from core.approvals.queries.rules import (
    PlannedStep,
    chosen,
    people_of,
    place_fields,
    rules_in_force,
)
from core.approvals.services.routes import (
    assignments_of,
    because_of,
    frozen,
    next_steps,
)
from engineering.models import ChangeItem, ChangeNotice
from legacy.world import World


class Rules:
    """Today's rules, the people behind their steps, and the times until when; each read once."""

    def __init__(self, now: datetime) -> None:
        self._now, self._rules = now, list(rules_in_force())
        self._people: dict[object, list[User]] = {}
        self._due: dict[tuple[str, int], datetime | None] = {}

    def steps(
        self, change: ChangeNotice, lines: Sequence[ChangeItem]
    ) -> list[PlannedStep]:
        """While a live line has no price the cost is not known: the widest route."""
        live = [line for line in lines if line.deleted_at is None]
        is_known = all(line.snapshot_price is not None for line in live)
        return chosen(self._rules, change.kind, change.net if is_known else None)

    def people(self, step: PlannedStep, department: int | None) -> list[User]:
        """The active people whom a step names."""
        asked_of = department if step.of_head else None
        key = (tuple(place_fields(step).items()), tuple(step.people), asked_of)
        if key not in self._people:
            self._people[key] = people_of(step, asked_of)
        return self._people[key]

    def due(self, made: Round) -> datetime | None:
        """When a step that opens now is to be decided."""
        key = (made.kind, made.priority)
        if key not in self._due:
            self._due[key] = due_at(*key, self._now)
        return self._due[key]


def waiting_rows(
    made: Round, change: ChangeNotice, lines: Sequence[ChangeItem], world: World
) -> list[Model]:
    """The round, its steps, and the people who are asked at the first."""
    rules = rules_of(world)
    planned = rules.steps(change, lines)
    steps = [frozen(made, order, step) for order, step in enumerate(planned)]
    asked: list[Model] = []
    for step in next_steps(list(steps)):
        step.opened_at, step.due_at = world.now, rules.due(made)
        asked += assignments_of(
            made,
            step,
            _asked(made, change, step, planned[step.order], rules),
            world.now,
        )
    return [made, *steps, *asked]


def _asked(
    made: Round,
    change: ChangeNotice,
    step: RoundStep,
    planned: PlannedStep,
    rules: Rules,
) -> list[tuple[User, str]]:
    """Four eyes: who asked for the change does not decide on it."""
    department = change.requester.department_ext_id if change.requester else None
    people = rules.people(planned, department)
    ids = [person.pk for person in people]
    requesters = {pk for pk in ids if pk == change.requester_id}
    authors = Authors(
        frozenset() if settings.REQUESTER_MAY_DECIDE else frozenset(requesters)
    )
    able = (
        frozenset(ids)
        if step.duty == Duty.INFORMED
        else four_eyes(ids, authors, settings.AUTHOR_MAY_DECIDE)
    )
    return [(each, because_of(made, each)) for each in people if each.pk in able]


def rules_of(world: World) -> Any:
    """Those of this import, read with its first change that waits."""
    if world.rules is None:
        world.rules = Rules(world.now)
    return world.rules
