"""An administrator sets up who decides: through the service, and not in the Django admin."""

from typing import Any

import pytest

from core.approvals.models import ApprovalRule
from core.approvals.services import StepWanted, remove_rule, save_rule
from core.errors import DomainError
from core.ledger.models import Event
from tests.people import Cast

pytestmark = pytest.mark.django_db
SPV = StepWanted("any", "spv", frozenset())


def test_steps_keep_their_order_and_people(cast: Cast) -> None:
    both = StepWanted("everyone", "", frozenset({cast.rina.pk, cast.hendi.pk}))
    rule = save_rule(rule_id=None, fields={"kind": 1}, steps=[SPV, both], by=cast.admin)
    steps = list(rule.steps.all())
    assert [(step.order, step.mode) for step in steps] == [(1, "any"), (2, "everyone")]
    assert {person.pk for person in steps[1].people.all()} == both.people


def test_the_same_again_leaves_no_event(cast: Cast) -> None:
    rule = save_rule(rule_id=None, fields={"kind": 1}, steps=[SPV], by=cast.admin)
    save_rule(rule_id=rule.pk, fields={"kind": 1}, steps=[SPV], by=cast.admin)
    assert Event.objects.filter(record_type=rule._meta.label).count() == 1


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"kind": 0}, []),
        ({"kind": 0}, [SPV] * 11),
        ({"kind": 0}, [StepWanted("some", "spv", frozenset())]),
        ({"kind": 0}, [StepWanted("any", "boss", frozenset())]),
        ({"kind": 0}, [StepWanted("any", "", frozenset())]),
        ({"kind": 0}, [StepWanted("any", "", frozenset({0}))]),
        ({"kind": 9}, [SPV]),
        ({"kind": 0, "net_from": 5, "net_below": 5}, [SPV]),
    ],
)
def test_it_refuses_what_makes_no_sense(
    cast: Cast, fields: dict[str, Any], steps: list[StepWanted]
) -> None:
    with pytest.raises(DomainError) as refusal:
        save_rule(rule_id=None, fields=fields, steps=steps, by=cast.admin)
    assert refusal.value.code == "invalid"
    assert not ApprovalRule.objects.exists()


def test_only_an_administrator_may(cast: Cast) -> None:
    rule = save_rule(rule_id=None, fields={"kind": 0}, steps=[SPV], by=cast.admin)
    with pytest.raises(DomainError, match=r".") as refusal:
        save_rule(rule_id=rule.pk, fields={}, steps=[SPV], by=cast.rina)
    assert refusal.value.code == "forbidden"
    with pytest.raises(DomainError):
        remove_rule(rule_id=rule.pk, by=cast.rina)
    assert ApprovalRule.objects.count() == 1


def in_admin(**more: str) -> dict[str, str]:
    """The form of the Django admin."""
    return {
        "kind": "0",
        "is_active": "on",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "0",
        "steps-0-order": "2",
        "steps-0-mode": "any",
        "steps-0-role": "manager",
        "steps-1-order": "1",
        "steps-1-mode": "any",
        "steps-1-role": "spv",
    } | more


def test_the_admin_writes_no_rule(cast: Cast) -> None:
    """Rules are written on their page in the portal; the administration shows them."""
    browser = cast.browser("admin")
    page = "/admin/approvals/approvalrule/"
    assert browser.post(f"{page}add/", in_admin()).status_code == 403
    assert not ApprovalRule.objects.exists()
