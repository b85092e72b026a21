"""Deciding: one person, one revision, one effect."""

from decimal import Decimal

import pytest

from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep, Status
from core.errors import DomainError
from core.ledger.queries import events_about, first_breach
from engineering.models import ChangeNotice
from engineering.queries.approval import open_deciders, waiting_ids
from engineering.services import (
    decide_change,
    edit_change,
    raise_change,
    withdraw_change,
)
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.people import make_person

pytestmark = pytest.mark.django_db


def refusal(**call: object) -> str:
    """The code with which a decision is refused."""
    with pytest.raises(DomainError) as caught:
        decide_change(**call)  # type: ignore[arg-type]
    return caught.value.code


def test_it_approves_with_a_managers_yes(change: ChangeNotice, rina: User) -> None:
    decision = decide_change(change_id=change.pk, by=rina, status=1, remark=" setuju ")
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED
    assert (change.approval_ext_user_id, change.approval_remark) == (
        rina.ext_id,
        "setuju",
    )
    assert (decision.revision, decision.digest) == (1, change.digest)
    event = events_about(change).last()
    assert event is not None
    assert (event.kind, event.actor, event.note) == ("change.approved", rina, "setuju")
    assert first_breach() is None


def test_it_rejects_only_with_a_reason(change: ChangeNotice, rina: User) -> None:
    assert refusal(change_id=change.pk, by=rina, status=2, remark="  ") == "invalid"
    decide_change(change_id=change.pk, by=rina, status=2, remark="terlalu mahal")
    change.refresh_from_db()
    assert change.status == Status.REJECTED


@pytest.mark.parametrize("status", [0, 3, -1])
def test_it_refuses_a_status_that_is_no_decision(
    change: ChangeNotice, rina: User, status: int
) -> None:
    assert refusal(change_id=change.pk, by=rina, status=status) == "invalid"


def test_it_takes_the_same_decision_twice_as_one(
    change: ChangeNotice, rina: User
) -> None:
    first = decide_change(change_id=change.pk, by=rina, status=1)
    events = events_about(change).count()
    assert decide_change(change_id=change.pk, by=rina, status=1) == first
    assert events_about(change).count() == events


def test_it_refuses_a_second_thought(change: ChangeNotice, rina: User) -> None:
    decide_change(change_id=change.pk, by=rina, status=1)
    assert (
        refusal(change_id=change.pk, by=rina, status=2, remark="x") == "already_decided"
    )


def test_it_refuses_a_second_manager_once_settled(
    change: ChangeNotice, rina: User, ratna: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=1)
    assert (
        refusal(change_id=change.pk, by=ratna, status=2, remark="x")
        == "illegal_transition"
    )


def test_it_refuses_the_requester(rina: User) -> None:
    own = a_change(rina)
    assert refusal(change_id=own.pk, by=rina, status=1) == "self_approval"


def test_it_refuses_whoever_raised_it_for_somebody_else(rina: User, agus: User) -> None:
    for_agus = a_change(rina, ext_user_id=agus.ext_id)
    assert refusal(change_id=for_agus.pk, by=rina, status=1) == "self_approval"
    assert waiting_ids(rina.pk) == []


def test_it_refuses_whoever_gave_the_request_away(rina: User, agus: User) -> None:
    own = a_change(rina)
    edit_change(
        change_id=own.pk,
        by=rina,
        fields={"ext_user_id": agus.ext_id},
        facts=NOTHING_KNOWN,
    )
    assert refusal(change_id=own.pk, by=rina, status=1) == "self_approval"


def test_it_refuses_a_requester_who_was_not_known_then(agus: User) -> None:
    for_a_stranger = a_change(agus, ext_user_id=30)
    late = make_person(30, "Late", "manager")
    assert refusal(change_id=for_a_stranger.pk, by=late, status=1) == "self_approval"
    assert waiting_ids(late.pk) == []


def test_it_lets_the_requester_decide_when_the_setting_allows(
    rina: User, settings: object
) -> None:
    settings.REQUESTER_MAY_DECIDE = True  # type: ignore[attr-defined]
    own = a_change(rina)
    assert decide_change(change_id=own.pk, by=rina, status=1).status == Status.ACCEPTED


@pytest.mark.parametrize("name", ["budi", "hendi", "admin"])
def test_it_refuses_whom_the_rule_does_not_name(
    change: ChangeNotice, name: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(name)
    assert refusal(change_id=change.pk, by=person, status=1) == "forbidden"
    change.refresh_from_db()
    assert change.status == Status.PENDING
    assert not change.decisions.exists()


def test_a_role_taken_moves_nothing_that_was_put_up_before(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    """The route is frozen (docs/decisions/0010-one-approval-engine.md)."""
    UserRole.objects.filter(user_id=rina.ext_id or 0).delete()
    later = a_change(agus)
    assert refusal(change_id=later.pk, by=rina, status=1) == "forbidden"
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED


def test_it_refuses_a_stale_revision_and_names_the_current_one(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    line = change.items.first()
    assert line is not None
    edit_change(
        change_id=change.pk,
        by=agus,
        fields={},
        items=[{"id": line.pk, "qty": 3}],
        facts=NOTHING_KNOWN,
    )
    with pytest.raises(DomainError) as caught:
        decide_change(
            change_id=change.pk, by=rina, status=1, revision=1, digest=change.digest
        )
    assert caught.value.code == "stale_revision"
    assert caught.value.extra["currentRevision"] == 2


def test_it_refuses_a_digest_that_was_not_shown(
    change: ChangeNotice, rina: User
) -> None:
    call = {
        "change_id": change.pk,
        "by": rina,
        "status": 1,
        "revision": 1,
        "digest": "0" * 64,
    }
    assert refusal(**call) == "stale_revision"


def test_it_knows_no_withdrawn_change(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    withdraw_change(change_id=change.pk, by=agus)
    assert refusal(change_id=change.pk, by=rina, status=1) == "not_found"
    assert waiting_ids(rina.pk) == []


@pytest.fixture
def two_steps(hendi: User, rina: User) -> ApprovalRule:
    """SPV first, then every manager, from 5 million."""
    rule = ApprovalRule.objects.create(kind=0, net_from=Decimal(5_000_000))
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager", mode="everyone")
    return rule


def test_it_follows_the_steps_of_a_rule(
    two_steps: ApprovalRule, agus: User, hendi: User, rina: User, ratna: User
) -> None:
    change = a_change(agus)
    assert refusal(change_id=change.pk, by=rina, status=1) == "illegal_transition"
    assert open_deciders(change) == {hendi.pk}
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert waiting_ids(rina.pk) == [change.pk]
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    assert change.status == Status.PENDING
    decide_change(change_id=change.pk, by=ratna, status=1)
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED


def test_it_ends_with_one_no_at_any_step(
    two_steps: ApprovalRule, agus: User, hendi: User, rina: User
) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=hendi, status=2, remark="salah part")
    change.refresh_from_db()
    assert change.status == Status.REJECTED
    assert open_deciders(change) == frozenset()


def test_it_uses_the_default_below_the_band(
    two_steps: ApprovalRule, agus: User, rina: User
) -> None:
    line = {"ext_item_id": 1001, "qty": "1", "snapshot_price": "4999999"}
    small = raise_change(
        by=agus, fields={"engineering": "x"}, items=[line], facts=NOTHING_KNOWN
    )
    assert waiting_ids(rina.pk) == [small.pk]


def test_it_never_approves_with_nobody_to_ask(agus: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, mode="everyone")
    change = a_change(agus)
    assert open_deciders(change) == frozenset()
    assert change.status == Status.PENDING


def test_it_asks_named_people_too(agus: User) -> None:
    expert = make_person(20, "Sari")
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1).people.add(expert)
    change = a_change(agus)
    decide_change(change_id=change.pk, by=expert, status=1)
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED


@pytest.fixture
def in_two_steps(rina: User, hendi: User) -> User:
    """Rina, who is an SPV as well; a rule asks any SPV, then any manager."""
    UserRole.objects.create(user_id=rina.ext_id or 0, role="spv")
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager")
    return rina


def test_one_person_in_two_steps_that_follow_decides_once(
    in_two_steps: User, agus: User
) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=in_two_steps, status=1)
    change.refresh_from_db()
    assert change.status == Status.ACCEPTED
    assert list(change.decisions.values_list("step", flat=True)) == [0, 1]
    kinds = events_about(change).values_list("kind", flat=True)
    assert list(kinds).count("change.approved") == 2
    assert decide_change(change_id=change.pk, by=in_two_steps, status=1).step == 1
    assert change.decisions.count() == 2


def test_one_person_in_two_steps_apart_decides_when_each_is_open(
    in_two_steps: User, agus: User, hendi: User
) -> None:
    middle = ApprovalRule.objects.get().steps.last()
    assert middle is not None
    middle.role = ""
    middle.save()
    middle.people.set([hendi])
    ApprovalStep.objects.create(rule=middle.rule, order=3, role="manager")
    change = a_change(agus)
    decide_change(change_id=change.pk, by=in_two_steps, status=1)
    assert waiting_ids(in_two_steps.pk) == []
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert waiting_ids(in_two_steps.pk) == [change.pk]
    decide_change(change_id=change.pk, by=in_two_steps, status=2, remark="berubah")
    change.refresh_from_db()
    assert change.status == Status.REJECTED


def test_a_no_in_two_steps_is_one_no(in_two_steps: User, agus: User) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=in_two_steps, status=2, remark="tidak")
    assert change.decisions.count() == 1
