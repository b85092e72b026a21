"""The rule that holds for a record, and the people who stand behind its steps."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.accounts.models import Role, User
from core.accounts.queries import holders_of, holds_role
from core.approvals.models import ApprovalRule, ApprovalStep, Duty, RoundStep
from core.approvals.policies import ANY

UNBOUNDED = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as it is frozen into a round; ``people`` are user ids.

    mode, number, duty and the escalation are those of ``core.approvals.models.rules.Place``.
    """

    mode: str = ANY
    number: int = 0
    duty: str = Duty.REQUIRED
    role: str = ""
    of_head: bool = False
    people: Sequence[int] = ()
    escalate_after: int | None = None
    escalate_role: str = ""
    escalate_person_id: int | None = None


# The fields of a step but its people: of a rule, as it was typed, planned, or frozen into a round.
PLACE = (
    "mode",
    "role",
    "number",
    "duty",
    "of_head",
    "escalate_after",
    "escalate_role",
    "escalate_person_id",
)
# Without any rule, one manager decides.
ONE_MANAGER = PlannedStep(role=Role.MANAGER)
Place = PlannedStep | RoundStep


def route(kind: int, net: Decimal | None) -> list[PlannedStep]:
    """The steps for a kind of change and its net cost in IDR; the narrowest band wins.

    A cost that is not known (None) takes the widest route: that of the highest band.
    """
    return chosen(rules_in_force().filter(kind=kind), kind, net)


def rules_in_force() -> QuerySet[ApprovalRule]:
    """The rules that count, with their steps and people."""
    return ApprovalRule.objects.filter(is_active=True).prefetch_related("steps__people")


def chosen(
    rules: Iterable[ApprovalRule], kind: int, net: Decimal | None
) -> list[PlannedStep]:
    """The same from rules that were read."""
    fitting = [
        rule
        for rule in rules
        if rule.kind == kind and (net is None or _holds(rule, net))
    ]
    found = min(fitting, key=_height if net is None else _width, default=None)
    steps = [planned(step) for step in found.steps.all()] if found else []
    return steps or [ONE_MANAGER]


def _bounds(rule: ApprovalRule) -> tuple[Decimal, Decimal]:
    low = -UNBOUNDED if rule.net_from is None else rule.net_from
    return low, UNBOUNDED if rule.net_below is None else rule.net_below


def _holds(rule: ApprovalRule, net: Decimal) -> bool:
    low, high = _bounds(rule)
    return low <= net < high


def _width(rule: ApprovalRule) -> Decimal:
    low, high = _bounds(rule)
    return high - low


def _height(rule: ApprovalRule) -> tuple[Decimal, Decimal]:
    """The highest band first; of two that end alike, the one that begins higher."""
    low, high = _bounds(rule)
    return -high, -low


def planned(step: ApprovalStep) -> PlannedStep:
    """A rule's step as a round freezes it."""
    return with_people(step, (person.pk for person in step.people.all()))


def with_people(step: object, people: Iterable[int]) -> PlannedStep:
    """A step of any kind, with these people, as a round freezes it."""
    return PlannedStep(people=tuple(sorted(people)), **place_fields(step))


def place_fields(step: object) -> dict[str, Any]:
    """The fields of a step but its people."""
    return {name: getattr(step, name) for name in PLACE}


class People:
    """The active people behind many steps, each with the ext id of a department, or None: one query."""

    def __init__(self, asked: Iterable[tuple[Place, int | None]]) -> None:
        places = list(asked)
        roles = sorted({step.role for step, _department in places if step.role})
        self._held = {role: f"holds_{number}" for number, role in enumerate(roles)}
        self._found: dict[tuple[Any, ...], list[User]] = {}
        names = {key for step, _department in places for key in step.people}
        heads = {department for step, department in places if step.of_head}
        fitting = Q(pk__in=names)
        fitting |= Q(is_head=True, department_ext_id__in=heads - {None})
        for name in self._held.values():
            fitting |= Q(**{name: True})
        held = {name: holds_role(role) for role, name in self._held.items()}
        rows = User.objects.filter(is_active=True).annotate(**held)
        self._rows: list[User] = list(rows.filter(fitting)) if places else []

    def of(self, step: Place, department: int | None = None) -> list[User]:
        """Those of one step: by name, by role, as head of the department.

        Each has ``is_named``, ``has_role`` and ``heads``, which say why.
        """
        at = department if step.of_head else None
        key = (step.role, at, *step.people)
        if key not in self._found:
            told = (self._told(row, step, at) for row in self._rows)
            self._found[key] = [
                row for row in told if row.is_named or row.has_role or row.heads
            ]
        return self._found[key]

    def _told(self, person: User, step: Place, department: int | None) -> Any:
        """The person with the reasons of this step, which are others at another."""
        row: Any = copy(person)
        row.is_named = row.pk in step.people
        row.has_role = bool(step.role) and getattr(row, self._held[step.role])
        row.heads = (
            department is not None
            and row.is_head
            and row.department_ext_id == department
        )
        return row


def people_of(step: Place, department: int | None = None) -> list[User]:
    """The active people of a step, with the reasons of ``People.of``."""
    return People([(step, department)]).of(step, department)


def escalation_of(step: RoundStep) -> list[User]:
    """The active people to whom a step escalates: the named one, and who holds the role."""
    named = [step.escalate_person] if step.escalate_person else []
    people = dict.fromkeys([*named, *holders_of([step.escalate_role])])
    return [person for person in people if person.is_active]


def names_of(user_ids: frozenset[int]) -> list[User]:
    """The people behind ids, by name."""
    return list(User.objects.filter(pk__in=user_ids).order_by("name"))
