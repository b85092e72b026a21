"""Forwarded, asked as well, replaced when somebody leaves: who may, and what it leaves behind."""

from typing import Any

import pytest

from bom.models import BomApproval
from bom.queries.invariants import CHECKS as BOM_CHECKS
from bom.services import decide_bom
from bom.tests.conftest import put_up
from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep, Assignment
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.inbox import stuck_rounds
from core.approvals.services import ask_as_well, forward, mend_rounds
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, resubmit_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db
LABEL, BOM = ChangeNotice._meta.label, BomApproval._meta.label


def deciders(record: Any) -> set[str]:
    record.refresh_from_db()
    return {row.person.name for row in ballot_of(record).asked}


def refusal(verb: Any, **given: Any) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        verb(**given)
    return caught.value.code, list(caught.value.errors)


def hand_on(change: Any, by: User, to: User, **more: Any) -> Any:
    return forward(
        **{
            "record_type": change._meta.label,
            "record_id": change.pk,
            "by": by,
            "to": to,
            "reason": "dinas luar",
            **more,
        }
    )


@pytest.fixture
def change(agus: User, rina: User) -> ChangeNotice:
    return a_change(agus)


def test_a_forwarded_decision_is_the_other_persons(
    change: ChangeNotice, rina: User, hendi: User
) -> None:
    row = hand_on(change, rina, hendi)
    assert deciders(change) == {"Hendi"}
    assert (row.because, row.origin.person) == ("forwarding", rina)
    event = Event.objects.get(kind="approval.forwarded")
    assert (event.note, event.after["names"]) == ("dinas luar", ["Hendi"])  # type: ignore[index]
    open_ = Notification.objects.open().filter(record_id=change.pk)
    assert [row.recipient for row in open_.filter(kind="approval.asked")] == [hendi]
    assert not open_.filter(recipient=rina).exists()
    with pytest.raises(DomainError) as caught:
        decide_change(change_id=change.pk, by=rina, status=1)
    assert caught.value.code == "forbidden"
    decide_change(change_id=change.pk, by=hendi, status=1)
    change.refresh_from_db()
    assert change.status == 1


def test_who_may_forward_to_whom(
    change: ChangeNotice, agus: User, rina: User, hendi: User, admin: User
) -> None:
    left = make_person(70, "Left", is_active=False)
    assert refusal(hand_on, change=change, by=hendi, to=admin)[0] == "forbidden"
    more = {"person": rina}
    assert refusal(hand_on, change=change, by=hendi, to=admin, **more)[0] == "forbidden"
    for to in (agus, rina, left):
        assert refusal(hand_on, change=change, by=rina, to=to) == (
            "invalid",
            ["toExtUserId"],
        )
    assert refusal(hand_on, change=change, by=rina, to=hendi, reason=" ") == (
        "invalid",
        ["reason"],
    )
    assert not Event.objects.filter(kind="approval.forwarded").exists()
    hand_on(change, admin, hendi, person=rina)
    assert deciders(change) == {"Hendi"}


def test_a_manager_asks_one_more_and_a_stuck_change_moves(
    agus: User, hendi: User, admin: User
) -> None:
    change = a_change(agus)
    assert [row.record_id for row in stuck_rounds()] == [change.pk]
    given: dict[str, Any] = {
        "record_type": LABEL,
        "record_id": change.pk,
        "reason": "buntu",
    }
    assert refusal(ask_as_well, by=hendi, to=hendi, **given)[0] == "forbidden"
    ask_as_well(by=admin, to=hendi, **given)
    assert deciders(change) == {"Hendi"}
    assert not stuck_rounds().exists()
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert refusal(ask_as_well, by=admin, to=admin, **given)[0] == "illegal_transition"


def test_who_leaves_is_replaced_by_the_others_of_the_role(
    agus: User, rina: User, admin: User
) -> None:
    change = a_change(agus)
    ratna = make_person(28, "Ratna", "manager")
    User.objects.filter(pk=rina.pk).update(is_active=False)
    assert mend_rounds() == 1
    assert deciders(change) == {"Ratna"}
    assert mend_rounds() == 0
    User.objects.filter(pk=ratna.pk).update(is_active=False)
    mend_rounds()
    assert deciders(change) == set()
    assert [row.record_id for row in stuck_rounds()] == [change.pk]
    told = Notification.objects.open().filter(kind="approval.nobody")
    assert {row.recipient.name for row in told} == {"Agus", "Admin"}
    mend_rounds()
    assert told.all().count() == 2  # once, until somebody is asked again
    make_person(71, "Sari", "manager")
    assert mend_rounds() == 1
    assert deciders(change) == {"Sari"}
    assert not told.all().exists()


def test_an_escalation_takes_over_where_a_step_has_nobody(
    agus: User, hendi: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, role="manager", escalate_role="spv")
    change = a_change(agus)
    assert deciders(change) == set()
    mend_rounds()
    assert deciders(change) == {"Hendi"}


def test_a_pic_who_leaves_or_forwards_takes_the_row_along(
    agus: User, hendi: User, rina: User
) -> None:
    approval = put_up(700, agus, hendi)
    hand_on(approval, agus, rina)
    pics = approval.pics.alive().values_list("ext_user_id", flat=True)
    assert set(pics) == {3, 7}
    User.objects.filter(pk=hendi.pk).update(is_active=False)
    mend_rounds()
    assert set(pics.all()) == {3}
    approval.refresh_from_db()
    decide_bom(ext_bom_id=700, by=rina, status=1, revision=1, digest=approval.digest)
    approval.refresh_from_db()
    assert approval.status == 1
    assert [each for check in BOM_CHECKS.values() for each in check()] == []


# --- Back for rework ----------------------------------------------------------------


def test_sent_back_it_keeps_its_number_and_asks_the_requester(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=3, remark="lampirkan SLD")
    change.refresh_from_db()
    assert (change.status, change.number, deciders(change)) == (
        3,
        change.number,
        set(),
    )
    told = Notification.objects.get(kind="change.returned")
    assert (told.recipient, told.facts["remark"]) == (agus, "lampirkan SLD")
    edit_change(
        change_id=change.pk,
        by=agus,
        fields={"engineering": "dengan SLD"},
        facts=NOTHING_KNOWN,
    )
    assert deciders(change) == {"Rina"}
    assert (change.status, change.revision) == (0, 2)
    given = change.decisions.get()
    assert given.voided_at is not None
    assert given.remark == "lampirkan SLD"


def test_put_up_again_as_it_is_with_an_answer(
    change: ChangeNotice, agus: User, rina: User, hendi: User
) -> None:
    again: Any = {"change_id": change.pk, "by": agus, "note": "sudah terlampir"}
    assert refusal(resubmit_change, **again)[0] == "illegal_transition"
    decide_change(change_id=change.pk, by=rina, status=3, remark="lampirkan SLD")
    digest = change.digest
    stranger = make_person(72, "Tono")
    assert refusal(resubmit_change, **again | {"by": stranger})[0] == "forbidden"
    assert refusal(resubmit_change, **again | {"note": " "})[1] == ["note"]
    resubmit_change(**again)
    assert deciders(change) == {"Rina"}
    assert (change.status, change.revision, change.digest) == (0, 2, digest)
    decide_change(change_id=change.pk, by=rina, status=1)


def test_a_department_head_decides_where_the_rule_says_so(
    agus: User, hendi: User, rina: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, of_head=True)
    User.objects.filter(pk=agus.pk).update(department_ext_id=4)
    User.objects.filter(pk=hendi.pk).update(department_ext_id=4, is_head=True)
    User.objects.filter(pk=rina.pk).update(department_ext_id=5, is_head=True)
    agus.refresh_from_db()
    change = a_change(agus)
    assert deciders(change) == {"Hendi"}
    assert Assignment.objects.get().because == "head"


def test_two_of_three_are_enough_and_the_third_is_asked_no_more(agus: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, role="spv", mode="some", number=2)
    spvs = [make_person(80 + each, f"Spv{each}", "spv") for each in range(3)]
    change = a_change(agus)
    decide_change(change_id=change.pk, by=spvs[0], status=1)
    assert deciders(change) == {"Spv1", "Spv2"}
    decide_change(change_id=change.pk, by=spvs[2], status=1)
    change.refresh_from_db()
    assert (change.status, deciders(change)) == (1, set())
    assert Assignment.objects.get(person=spvs[1]).closed_because == "overtaken"


def test_who_is_informed_decides_nothing(agus: User, rina: User, hendi: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv", duty="informed")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager")
    change = a_change(agus)
    assert deciders(change) == {"Rina"}
    assert Assignment.objects.get(person=hendi).closed_because == "informed"
    with pytest.raises(DomainError):
        decide_change(change_id=change.pk, by=hendi, status=1)
    UserRole.objects.all().delete()
    decide_change(change_id=change.pk, by=rina, status=1)
