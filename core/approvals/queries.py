"""The rule that holds, and the people who decide by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from core.accounts.models import Role, User, UserRole
from core.approvals.models import ApprovalRule
from core.approvals.policies import ANY, RuleStep

UNBOUNDED = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class Band:
    """A rule in force: its kind, its band of net cost (IDR) and its steps."""

    kind: int
    net_from: Decimal
    net_below: Decimal
    steps: Sequence[RuleStep]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules with their deciders, read once; answers without further queries."""

    bands: Sequence[Band]
    managers: frozenset[int]
    ext_ids: Mapping[int, int]

    def steps(self, kind: int, net: Decimal) -> list[RuleStep]:
        """The steps for a kind of change and its net cost in IDR; the narrowest band wins.

        Without any rule, one manager decides.
        """
        fitting = [
            b for b in self.bands if b.kind == kind and b.net_from <= net < b.net_below
        ]
        band = min(fitting, key=lambda b: b.net_below - b.net_from, default=None)
        steps = band.steps if band and band.steps else [RuleStep(ANY, self.managers)]
        return list(steps)


def rule_book() -> RuleBook:
    """Read the rules in force and the people behind their roles."""
    rows = _role_holders()
    held: dict[str, set[int]] = {}
    for role, _ext_id, person in rows:
        held.setdefault(role, set()).add(person)
    rules = list(
        ApprovalRule.objects.filter(is_active=True).prefetch_related("steps__people")
    )
    ext_ids = {person: ext_id for _role, ext_id, person in rows} | _named(rules)
    bands = [_band(rule, held) for rule in rules]
    return RuleBook(bands, frozenset(held.get(Role.MANAGER, ())), ext_ids)


def _role_holders() -> list[tuple[str, int, int]]:
    """Role, auth server id and user id of active people who hold it, in one query."""
    active = User.objects.filter(is_active=True, ext_id=OuterRef("user_id")).values(
        "pk"
    )
    rows = UserRole.objects.values_list("role", "user_id", Subquery(active))
    return [(role, ext_id, pk) for role, ext_id, pk in rows if pk is not None]


def _named(rules: Iterable[ApprovalRule]) -> dict[int, int]:
    people = (
        person
        for rule in rules
        for step in rule.steps.all()
        for person in step.people.all()
    )
    return {person.pk: person.ext_id for person in people if person.ext_id}


def _band(rule: ApprovalRule, held: Mapping[str, set[int]]) -> Band:
    steps = [
        RuleStep(
            row.mode,
            frozenset(person.pk for person in row.people.all() if person.is_active)
            | frozenset(held.get(row.role, ())),
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
