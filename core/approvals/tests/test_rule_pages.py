"""The pages of the approval rules: what is saved decides, what makes no sense is refused."""

from typing import Any

import pytest

from core.approvals.models import ApprovalRule
from core.ledger.models import Event
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db


def rule(**more: Any) -> dict[str, Any]:
    """A rule as the form sends it."""
    return {
        "kind": "0",
        "net_from": "10.000.000",
        "is_active": "on",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "0",
        "steps-0-mode": "any",
        "steps-0-role": "spv",
        "steps-1-mode": "everyone",
        "steps-1-role": "",
    } | more


def test_a_rule_decides_from_the_moment_it_is_saved(cast: Cast) -> None:
    before = a_change(cast.agus)
    waiting = "/changes/?mine=waiting"
    assert before.number not in cast.browser("hendi").get(waiting).content.decode()
    answer = cast.browser("admin").post("/setup/rules/new/", rule(net_from=""))
    assert answer.status_code == 302
    change = a_change(cast.agus)
    page = cast.browser("hendi").get(waiting).content.decode()
    assert change.number in page
    assert before.number not in page  # its route was frozen
    row = ApprovalRule.objects.get()
    assert [step.role for step in row.steps.all()] == ["spv"]
    assert cast.browser("admin").get("/setup/rules/").status_code == 200
    cast.browser("admin").post(
        f"/setup/rules/{row.pk}/",
        rule(**{"net_from": "", "steps-0-role": "manager"}),
    )
    page = cast.browser("admin").get(f"/setup/rules/{row.pk}/").content.decode()
    assert "satu SPV" in page
    assert "satu manager" in page  # before and after, in the history
    cast.browser("admin").post(f"/setup/rules/{row.pk}/remove/")
    kinds = Event.objects.filter(record_type=ApprovalRule._meta.label)
    assert list(kinds.values_list("kind", flat=True)) == [
        "row.added",
        "row.changed",
        "row.removed",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"net_below": "9.000.000"},
        {"kind": "7"},
        {"steps-0-role": "boss"},
        {"steps-0-role": ""},
        {"steps-0-people": "999999"},
        {"net_from": "banyak"},
    ],
)
def test_a_rule_that_makes_no_sense_is_400(cast: Cast, more: dict[str, str]) -> None:
    answer = cast.browser("admin").post("/setup/rules/new/", rule(**more))
    assert answer.status_code == 400
    assert not ApprovalRule.objects.exists()


def test_the_administration_leads_to_the_rules_and_lets_others_look(cast: Cast) -> None:
    row = ApprovalRule.objects.create(kind=0)
    row.steps.create(order=1, mode="any", role="spv")
    path = "/admin/approvals/approvalrule/"
    assert cast.browser("admin").get(path).headers["Location"] == "/setup/rules/"
    assert cast.browser("rina").get(path).status_code == 200
    page = cast.browser("rina").get(f"{path}{row.pk}/change/").content.decode()
    assert "SPV" in page
    assert cast.browser("admin").get(f"{path}add/").status_code == 403
