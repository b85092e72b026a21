"""Which rule holds for a kind and a net cost."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep
from core.approvals.queries.rules import names_of, people_of, route

pytestmark = pytest.mark.django_db


def a_rule(
    net_from: int | None, net_below: int | None, role: str = "spv"
) -> ApprovalRule:
    """A rule for ECN of one step."""
    rule = ApprovalRule.objects.create(kind=0, net_from=net_from, net_below=net_below)
    ApprovalStep.objects.create(rule=rule, role=role)
    return rule


def asked(kind: int, net: int | None) -> list[set[int]]:
    """User ids of the people of each step."""
    cost = None if net is None else Decimal(net)
    return [{each.pk for each in people_of(step)} for step in route(kind, cost)]


@pytest.fixture
def people() -> dict[str, User]:
    """One person per role."""
    found = {}
    for ext_id, role in ((1, "pic"), (2, "spv"), (3, "manager")):
        found[role] = User.objects.create_user(role, ext_id=ext_id)
        UserRole.objects.create(user_id=ext_id, role=role)
    return found


@pytest.mark.parametrize(
    ("net", "role"),
    [(-1, "manager"), (0, "pic"), (99, "pic"), (100, "spv"), (10**12, "spv")],
)
def test_the_band_of_the_net_cost_decides(
    people: dict[str, User], net: int, role: str
) -> None:
    a_rule(0, 100, "pic")
    a_rule(100, None, "spv")
    assert asked(0, net) == [{people[role].pk}]


def test_the_narrower_band_wins(people: dict[str, User]) -> None:
    a_rule(None, None, "pic")
    a_rule(0, 100, "spv")
    assert asked(0, 5) == [{people["spv"].pk}]


def test_other_kinds_and_rules_out_of_force_do_not_count(
    people: dict[str, User],
) -> None:
    rule = a_rule(None, None, "pic")
    assert asked(1, 0) == [{people["manager"].pk}]
    rule.is_active = False
    rule.save()
    assert asked(0, 0) == [{people["manager"].pk}]


def test_closed_accounts_are_not_asked(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["manager"].pk).update(is_active=False)
    assert asked(0, 0) == [set()]


def test_a_band_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        ApprovalRule(kind=0, net_from=5, net_below=5).clean()


def test_a_cost_that_is_not_known_takes_the_widest_route(
    people: dict[str, User],
) -> None:
    a_rule(None, 100, "pic")
    a_rule(100, 1000, "spv")
    assert asked(0, None) == [{people["spv"].pk}]
    a_rule(1000, None, "manager")
    assert asked(0, None) == [{people["manager"].pk}]


def test_names_come_in_order(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["pic"].pk).update(name="Zaki")
    User.objects.filter(pk=people["spv"].pk).update(name="Ani")
    ids = frozenset({people["pic"].pk, people["spv"].pk})
    assert [str(person) for person in names_of(ids)] == ["Ani", "Zaki"]
