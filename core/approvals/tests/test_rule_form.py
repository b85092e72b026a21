"""The form of an approval rule: every field of a step, the rule in words, and what makes no sense."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from core.accounts.models import User
from core.approvals.models import ApprovalRule
from core.approvals.queries.rule_words import (
    route_words,
    rule_sentences,
    sentence,
    short_rupiah,
    steps_said,
)
from core.approvals.queries.rules import PlannedStep
from core.approvals.services import StepWanted, save_rule
from core.errors import DomainError
from core.ledger.models import Event
from core.text.formatting import NOTHING
from tests.people import Cast

pytestmark = pytest.mark.django_db
NEW = "/setup/rules/new/"


def typed(*steps: dict[str, Any], **head: Any) -> dict[str, Any]:
    """A rule as the page sends it."""
    found = {"kind": "3", "net_from": "10.000.000", "is_active": "on"} | head
    found |= {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": "0"}
    for place, step in enumerate(steps):
        row = {"mode": "any", "duty": "required"} | step
        found |= {f"steps-{place}-{name}": value for name, value in row.items()}
    return found


def test_every_field_of_a_step_is_kept_and_shown_again(cast: Cast) -> None:
    sent = typed(
        {"role": "spv", "duty": "informed", "order": "2"},
        {
            "people": [cast.hendi.pk, cast.rina.pk, cast.ratna.pk],
            "of_head": "on",
            "mode": "some",
            "number": "2",
            "escalate_after": "8",
            "escalate_person_id": cast.admin.pk,
            "order": "1",
        },
    )
    answer = cast.browser("admin").post(NEW, sent, follow=True)
    assert answer.status_code == 200
    first, second = ApprovalRule.objects.get().steps.all()
    assert (first.mode, first.number, first.of_head) == ("some", 2, True)
    assert (first.escalate_after, first.escalate_person) == (8, cast.admin)
    assert first.people.count() == 3
    assert (second.role, second.duty) == ("spv", "informed")
    page = cast.browser("admin").get(f"/setup/rules/{first.rule_id}/")
    assert page.status_code == 200
    shown = page.context["steps"].forms[0].initial
    assert (shown["number"], shown["escalate_after"]) == (2, 8)
    assert page.context["words"].startswith("FAB ≥ Rp\u00a010\u00a0jt: 2 dari: ")


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"number": "2"}, "role"),  # something is said, and nobody is named
        ({"role": "spv", "mode": "some"}, "number"),
        ({"role": "manager", "mode": "some", "number": "9"}, "number"),
        ({"role": "spv", "duty": "nothing"}, "duty"),
        ({"role": "spv", "escalate_after": "4"}, "escalate_role"),
        ({"role": "spv", "escalate_role": "manager"}, "escalate_after"),
        (
            {"role": "spv", "escalate_role": "spv", "escalate_after": "4"},
            "escalate_role",
        ),
        ({"role": "spv", "escalate_person_id": "987654"}, "escalate_person_id"),
        ({"role": "spv", "escalate_person_id": "9" * 40}, "escalate_person_id"),
        ({"people": ["9" * 40]}, "people"),
        (
            {
                "role": "pic",
                "duty": "informed",
                "escalate_after": "4",
                "escalate_role": "spv",
            },
            "escalate_after",
        ),
    ],
)
def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(
    cast: Cast, step: dict[str, Any], field: str
) -> None:
    sent = typed({"role": "manager"}, step, net_from="12.345.678")
    answer = cast.browser("admin").post(NEW, sent)
    assert answer.status_code == 400
    assert list(answer.context["steps"].forms[1].errors) == [field]
    assert answer.context["steps"].forms[0].errors == {}
    assert "12.345.678" in answer.content.decode()
    assert not ApprovalRule.objects.exists()
    assert not Event.objects.filter(record_type=ApprovalRule._meta.label).exists()


def test_whoever_has_left_is_no_target(cast: Cast) -> None:
    User.objects.filter(pk=cast.budi.pk).update(is_active=False)
    step = StepWanted(
        "any", "spv", frozenset(), escalate_after=4, escalate_person_id=cast.budi.pk
    )
    with pytest.raises(DomainError) as caught:
        save_rule(rule_id=None, fields={"kind": 0}, steps=[step], by=cast.admin)
    assert list(caught.value.errors) == ["steps.0.escalatePerson"]
    asked = StepWanted(
        "any",
        "",
        frozenset({cast.rina.pk}),
        escalate_after=4,
        escalate_person_id=cast.rina.pk,
    )
    with pytest.raises(DomainError) as caught:
        save_rule(rule_id=None, fields={"kind": 0}, steps=[asked], by=cast.admin)
    assert list(caught.value.errors) == ["steps.0.escalatePerson"]


@pytest.mark.parametrize(
    ("low", "high", "is_refused"),
    [
        ("10.000.000", "20.000.000", True),
        ("", "", False),
        ("", "10.000.001", False),
        ("20.000.000", "", False),
        ("11.000.000", "12.000.000", False),
    ],
)
def test_two_rules_have_not_the_same_limits(
    cast: Cast, low: str, high: str, is_refused: bool
) -> None:
    spv = {"role": "spv"}
    cast.browser("admin").post(NEW, typed(spv, net_below="20.000.000"))
    sent = typed(spv, net_from=low, net_below=high)
    answer = cast.browser("admin").post(NEW, sent)
    assert answer.status_code == (400 if is_refused else 302)
    assert ApprovalRule.objects.count() == (1 if is_refused else 2)
    if is_refused:
        field = "net_below" if high else "net_from"
        assert list(answer.context["form"].errors) == [field]
    for other in ({"kind": "0"}, {"is_active": ""}):
        assert cast.browser("admin").post(NEW, sent | other).status_code == 302


def test_a_removed_step_is_gone(cast: Cast) -> None:
    sent = typed({"role": "spv"}, {"role": "pic", "number": "x", "DELETE": "on"})
    assert cast.browser("admin").post(NEW, sent).status_code == 302
    assert [row.role for row in ApprovalRule.objects.get().steps.all()] == ["spv"]


# --- Words ------------------------------------------------------------------------------

SPV, MANAGER = PlannedStep(role="spv"), PlannedStep(role="manager")
NAMES = {1: "Ani", 2: "Budi"}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([SPV, MANAGER], "one SPV, then one manager"),
        ([PlannedStep(mode="everyone", role="manager")], "every manager"),
        ([PlannedStep(people=(1,))], "Ani"),
        ([PlannedStep(people=(1, 2))], "one of: Ani, Budi"),
        ([PlannedStep(mode="everyone", people=(1, 2))], "everyone of: Ani, Budi"),
        ([PlannedStep(mode="some", number=2, role="spv")], "2 of: SPV"),
        ([PlannedStep(of_head=True)], "head of the requester's department"),
        (
            [PlannedStep(role="pic", duty="optional"), SPV],
            "one PIC (may decide), then one SPV",
        ),
        (
            [PlannedStep(role="spv", escalate_after=4, escalate_role="manager")],
            "one SPV (after 4 working hours also manager)",
        ),
        (
            [PlannedStep(role="spv", escalate_after=4, escalate_person_id=3)],
            "one SPV (after 4 working hours also #3)",
        ),
        ([PlannedStep()], "nobody"),
        ([], "nobody"),
    ],
)
def test_a_route_in_words(steps: list[PlannedStep], words: str) -> None:
    with override("en"):
        assert route_words(steps, NAMES) == words


def test_a_rule_in_words() -> None:
    ten = Decimal(10_000_000)
    with override("en"):
        assert sentence(3, ten, None, [SPV, MANAGER], {}) == (
            "FAB from Rp\u00a010\u00a0million: one SPV, then one manager"
        )
        assert sentence(0, None, ten, [SPV], {}).startswith("ECN below Rp")
        assert sentence(0, None, None, [SPV], {}) == "ECN of any cost: one SPV"
        assert " to below " in sentence(0, ten, ten * 2, [SPV], {})
    with override("id"):
        assert sentence(3, ten, None, [SPV, MANAGER], {}) == (
            "FAB ≥ Rp\u00a010\u00a0jt: satu SPV, lalu satu manager"
        )


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (12_500_000, "Rp 12,5 jt"),
        (1_250_000_000, "Rp 1,25 miliar"),
        (-2_000_000, "Rp \u22122 jt"),
        (1_234_567, "Rp 1.234.567"),
        (500, "Rp 500"),
        (None, NOTHING),
    ],
)
def test_an_amount_is_short_where_nothing_is_lost(
    amount: int | None, words: str
) -> None:
    given = None if amount is None else Decimal(amount)
    assert short_rupiah(given).replace("\u00a0", " ") == words


def test_what_is_typed_is_said_while_it_is_typed(cast: Cast) -> None:
    browser = cast.browser("admin")
    path = "/setup/rules/words/"
    said = browser.post(path, typed({"role": "spv"}, {"role": "manager"}))
    assert "satu SPV, lalu satu manager" in said.content.decode()
    for step in ({}, {"role": "boss"}, {"people": ["x"]}):
        said = browser.post(path, typed(step))
        assert said.status_code == 200
        assert "Setelah satu langkah" in said.content.decode()
    assert not ApprovalRule.objects.exists()
    assert cast.browser("rina").post(path, typed({})).status_code == 403


def test_the_list_and_the_history_say_it_in_words(cast: Cast) -> None:
    cast.browser("admin").post(NEW, typed({"role": "spv"}))
    rule = ApprovalRule.objects.get()
    assert rule.pk in rule_sentences([rule])
    page = cast.browser("admin").get("/setup/rules/").content.decode()
    assert "FAB ≥ Rp\u00a010\u00a0jt: satu SPV" in page
    assert steps_said(None)
    kept = [{"mode": "everyone", "role": "", "people": [cast.rina.pk], "number": 1}]
    assert steps_said(kept) == str(cast.rina)
