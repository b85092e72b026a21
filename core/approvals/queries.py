"""Which rule holds, and who decides by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from core.accounts.models import Role, User, UserRole
from core.approvals.models import ApprovalRule
from core.approvals.policies import ANY, Step

UNBOUNDED = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class Band:
    """A rule in force: its kind, its band of net cost (IDR) and its steps."""

    kind: int
    net_from: Decimal
    net_below: Decimal
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules with their deciders, read once; answers without further queries."""

    bands: Sequence[Band]
    managers: frozenset[int]

    def steps(
        self, kind: int, net: Decimal, *, without: int | None = None
    ) -> list[Step]:
        """The steps for a kind of change and its net cost in IDR; the narrowest band wins.

        ``without`` leaves the requester out. Without any rule, one manager decides.
        """
        fitting = [
            b for b in self.bands if b.kind == kind and b.net_from <= net < b.net_below
        ]
        band = min(fitting, key=lambda b: b.net_below - b.net_from, default=None)
        steps = band.steps if band and band.steps else [Step(ANY, self.managers)]
        return [Step(step.mode, step.deciders - {without}) for step in steps]


def rule_book() -> RuleBook:
    """Read the rules in force and the people behind their roles."""
    holders = _holders()
    rules = ApprovalRule.objects.filter(is_active=True).prefetch_related(
        "steps__people"
    )
    return RuleBook(
        [_band(rule, holders) for rule in rules], holders.get(Role.MANAGER, frozenset())
    )


def _holders() -> dict[str, frozenset[int]]:
    """User ids of active people by role, in one query."""
    active = User.objects.filter(is_active=True, ext_id=OuterRef("user_id")).values(
        "pk"
    )
    held: dict[str, set[int]] = {}
    for role, person in UserRole.objects.values_list("role", Subquery(active)):
        if person is not None:
            held.setdefault(role, set()).add(person)
    return {role: frozenset(ids) for role, ids in held.items()}


def _band(rule: ApprovalRule, holders: Mapping[str, frozenset[int]]) -> Band:
    steps = [
        Step(
            row.mode,
            frozenset(person.pk for person in row.people.all() if person.is_active)
            | holders.get(row.role, frozenset()),
        )
        for row in rule.steps.all()
    ]
    low = -UNBOUNDED if rule.net_from is None else rule.net_from
    return Band(
        rule.kind, low, UNBOUNDED if rule.net_below is None else rule.net_below, steps
    )


def names_of(user_ids: frozenset[int]) -> list[User]:
    """The people behind ids, by name."""
    return list(User.objects.filter(pk__in=user_ids).order_by("name"))
