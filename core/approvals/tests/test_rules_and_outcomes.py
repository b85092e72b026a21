"""Rules as an administrator sets them up, and their bands at the edges."""

from decimal import Decimal
from typing import Any

import pytest

from core.accounts.models import User
from core.approvals.models import ApprovalRule, ApprovalStep
from core.approvals.policies import ANY
from core.approvals.queries.rules import people_of, route
from core.approvals.services import StepWanted, remove_rule, save_rule
from core.approvals.services.rules import steps_wanted
from core.errors import DomainError
from core.ledger.models import Event
from tests.people import make_person


def asked(kind: int, net: str) -> list[set[int]]:
    """User ids of the people of each step."""
    return [{each.pk for each in people_of(step)} for step in route(kind, Decimal(net))]


# --- Bands --------------------------------------------------------------------------------


@pytest.fixture
def book(agus: User, hendi: User, rina: User) -> None:
    """ECN by band of net cost: below 0 PIC, 0 to 100 SPV, from 1000 manager and SPV."""
    for low, high, roles in (
        (None, 0, "pic"),
        (0, 100, "spv"),
        (1000, None, "manager spv"),
    ):
        rule = ApprovalRule.objects.create(kind=0, net_from=low, net_below=high)
        for order, role in enumerate(roles.split(), 1):
            ApprovalStep.objects.create(rule=rule, order=order, role=role)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("net", "people"),
    [
        ("-1000000", "Agus"),
        ("-0.01", "Agus"),
        ("0", "Hendi"),
        ("99.99", "Hendi"),
        ("100", "Rina"),
        ("999.99", "Rina"),
        ("1000", "Rina Hendi"),
        ("9999999999", "Rina Hendi"),
    ],
)
def test_bands_meet_without_a_gap_and_the_manager_has_the_rest(
    book: None, net: str, people: str
) -> None:
    names = [str(User.objects.get(pk=key)) for ids in asked(0, net) for key in ids]
    assert names == people.split()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [1, 2, 3])
def test_a_kind_without_a_rule_is_the_managers(book: None, kind: int) -> None:
    (step,) = route(kind, Decimal(0))
    assert (step.mode, [str(each) for each in people_of(step)]) == (ANY, ["Rina"])


@pytest.mark.django_db
def test_a_rule_without_steps_is_no_rule(rina: User) -> None:
    ApprovalRule.objects.create(kind=0)
    assert asked(0, "0") == [{rina.pk}]


@pytest.mark.django_db
def test_a_step_asks_its_role_and_its_people_and_no_closed_account(
    hendi: User, agus: User, budi: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, role="spv").people.set([agus, budi])
    User.objects.filter(pk=budi.pk).update(is_active=False)
    assert asked(0, "0") == [{hendi.pk, agus.pk}]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 5])
def test_a_route_is_read_in_as_many_queries_however_many_rules(
    hendi: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        rule = ApprovalRule.objects.create(kind=0, net_from=number)
        ApprovalStep.objects.create(rule=rule).people.add(hendi)
    with django_assert_max_num_queries(3):
        assert route(0, Decimal(count))


# --- Setting up ---------------------------------------------------------------------------

SPV = StepWanted("any", "spv", frozenset())


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "pic", "spv", "manager"])
def test_only_an_administrator_sets_rules_up(admin: User, who: str) -> None:
    rule = save_rule(rule_id=None, fields={"kind": 0}, steps=[SPV], by=admin)
    by, before = make_person(60, "Somebody", *who.split()), Event.objects.count()
    calls: list[Any] = [
        lambda: save_rule(rule_id=None, fields={"kind": 1}, steps=[SPV], by=by),
        lambda: save_rule(rule_id=rule.pk, fields={"kind": 1}, steps=[SPV], by=by),
        lambda: remove_rule(rule_id=rule.pk, by=by),
    ]
    for call in calls:
        with pytest.raises(DomainError) as caught:
            call()
        assert caught.value.code == "forbidden"
    assert (ApprovalRule.objects.get().kind, Event.objects.count()) == (0, before)


@pytest.mark.django_db
def test_a_rule_that_is_gone_is_not_found(admin: User) -> None:
    calls: list[Any] = [
        lambda: save_rule(rule_id=99, fields={}, steps=[SPV], by=admin),
        lambda: remove_rule(rule_id=99, by=admin),
    ]
    for call in calls:
        with pytest.raises(DomainError) as caught:
            call()
        assert caught.value.code == "not_found"


@pytest.mark.django_db
def test_an_edit_keeps_what_was_not_sent_and_tells_before_and_after(
    admin: User, hendi: User
) -> None:
    fields = {"kind": 1, "net_from": 5, "net_below": 9}
    rule = save_rule(rule_id=None, fields=fields, steps=[SPV], by=admin)
    both = [SPV, StepWanted("everyone", "", frozenset({hendi.pk}))]
    save_rule(rule_id=rule.pk, fields={"net_below": 7}, steps=both, by=admin)
    rule.refresh_from_db()
    bounds: list[Any] = [rule.net_from, rule.net_below]
    assert (rule.kind, bounds, rule.is_active) == (1, [5, 7], True)
    event = Event.objects.latest("pk")
    assert event.before is not None
    assert event.after is not None
    assert (len(event.before["steps"]), len(event.after["steps"])) == (1, 2)
    assert event.after["steps"][1] == {
        "mode": "everyone",
        "role": "",
        "people": [hendi.pk],
    }


@pytest.mark.django_db
def test_a_refused_edit_keeps_the_old_steps(admin: User) -> None:
    rule = save_rule(rule_id=None, fields={"kind": 1}, steps=[SPV], by=admin)
    wrong = [StepWanted("any", "", frozenset())]
    with pytest.raises(DomainError) as caught:
        save_rule(rule_id=rule.pk, fields={"kind": 2}, steps=wrong, by=admin)
    assert list(caught.value.errors) == ["steps.0.role"]
    rule.refresh_from_db()
    assert (rule.kind, [step.role for step in rule.steps.all()]) == (1, ["spv"])


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        ([], []),
        ([{"mode": "any", "role": "pic"}], ["pic"]),
        ([{"mode": "", "role": "pic"}], []),
        ([{"mode": "any", "role": "pic", "DELETE": True}], []),
        (
            [
                {"mode": "any", "role": "manager", "order": 2},
                {"mode": "any", "role": "spv", "order": 1},
            ],
            ["spv", "manager"],
        ),
        (
            [
                {"mode": "any", "role": "spv"},
                {"mode": "any", "role": "manager", "order": 1},
            ],
            ["manager", "spv"],  # without a place: last
        ),
    ],
)
def test_the_steps_of_a_form_in_their_order(rows: list[Any], roles: list[str]) -> None:
    sent = [{"people": [], **row} for row in rows]
    assert [step.role for step in steps_wanted(sent)] == roles
