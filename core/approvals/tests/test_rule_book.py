"""Which rule holds for a kind and a net cost."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep
from core.approvals.queries import names_of, rule_book

pytestmark = pytest.mark.django_db


def a_rule(
    net_from: int | None, net_below: int | None, role: str = "spv"
) -> ApprovalRule:
    """A rule for ECN of one step."""
    rule = ApprovalRule.objects.create(kind=0, net_from=net_from, net_below=net_below)
    ApprovalStep.objects.create(rule=rule, role=role)
    return rule


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
    steps = rule_book().steps(0, Decimal(net))
    assert [step.deciders for step in steps] == [{people[role].pk}]


def test_the_narrower_band_wins(people: dict[str, User]) -> None:
    a_rule(None, None, "pic")
    a_rule(0, 100, "spv")
    assert rule_book().steps(0, Decimal(5))[0].deciders == {people["spv"].pk}


def test_other_kinds_and_rules_out_of_force_do_not_count(
    people: dict[str, User],
) -> None:
    rule = a_rule(None, None, "pic")
    assert rule_book().steps(1, Decimal(0))[0].deciders == {people["manager"].pk}
    rule.is_active = False
    rule.save()
    assert rule_book().steps(0, Decimal(0))[0].deciders == {people["manager"].pk}


def test_closed_accounts_are_not_asked(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["manager"].pk).update(is_active=False)
    assert rule_book().steps(0, Decimal(0))[0].deciders == frozenset()


def test_a_band_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        ApprovalRule(kind=0, net_from=5, net_below=5).clean()


def test_names_come_in_order(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["pic"].pk).update(name="Zaki")
    User.objects.filter(pk=people["spv"].pk).update(name="Ani")
    ids = frozenset({people["pic"].pk, people["spv"].pk})
    assert [str(person) for person in names_of(ids)] == ["Ani", "Zaki"]
