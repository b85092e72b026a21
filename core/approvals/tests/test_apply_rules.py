"""Today's rules applied to what waits: what stays, what is void, who is told, and what is refused."""

from typing import Any

import pytest

from core.accounts.models import User, UserRole
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Assignment,
    Decision,
    RoundStep,
)
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.invariants import CHECKS
from core.approvals.queries.rerouting import Rerouting, rerouting, reroutings
from core.approvals.services import apply_rules, ask_as_well, forward
from core.approvals.subjects import subject_of
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, withdraw_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db
LABEL = ChangeNotice._meta.label


def a_rule(*steps: dict[str, Any]) -> None:
    """The only rule for ECN from now on."""
    ApprovalRule.objects.all().delete()
    rule = ApprovalRule.objects.create(kind=0)
    for order, step in enumerate(steps, 1):
        people = step.pop("people", ())
        row = ApprovalStep.objects.create(rule=rule, order=order, **step)
        row.people.set(people)


def apply(change: ChangeNotice, by: User, shown: str = "") -> bool:
    return apply_rules(record_type=LABEL, record_id=change.pk, by=by, shown=shown)


def effect(change: ChangeNotice) -> Rerouting:
    change.refresh_from_db()
    steps = subject_of(change).routes([change])[change.pk]
    return rerouting(change, ballot_of(change), steps)


def asked(change: ChangeNotice) -> set[str]:
    change.refresh_from_db()
    return {row.person.name for row in ballot_of(change).asked}


def counting(change: ChangeNotice) -> list[tuple[str, int]]:
    return [(str(row.approver), row.step) for row in ballot_of(change).decisions]


def sound() -> None:
    assert [each for check in CHECKS.values() for each in check()] == []


SPV, MANAGER = {"role": "spv"}, {"role": "manager"}


@pytest.fixture
def change(agus: User, hendi: User, rina: User) -> ChangeNotice:
    """An SPV, then a manager."""
    a_rule(dict(SPV), dict(MANAGER))
    return a_change(agus)


def test_who_is_asked_anew_is_told_and_who_is_not_is_released(
    change: ChangeNotice, admin: User
) -> None:
    a_rule(dict(MANAGER))
    assert asked(change) == {"Hendi"}  # a rule alone moves nothing
    assert apply(change, admin) is True
    assert asked(change) == {"Rina"}
    told = Notification.objects.open().filter(record_id=change.pk)
    assert [str(row.recipient) for row in told] == ["Rina"]
    event = Event.objects.get(kind="approval.rerouted")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["names"], event.after["names"]) == (["Hendi"], ["Rina"])
    assert event.actor == admin
    gone = Assignment.objects.get(person__name="Hendi")
    assert gone.closed_because == "rerouted"
    sound()


def test_the_same_again_has_no_effect(change: ChangeNotice, admin: User) -> None:
    a_rule(dict(MANAGER))
    apply(change, admin)
    before = Event.objects.count()
    assert apply(change, admin, shown="other") is False
    assert Event.objects.count() == before
    assert reroutings().found == []


def test_a_decision_that_fits_goes_on_counting(
    change: ChangeNotice, admin: User, hendi: User, rina: User, ratna: User
) -> None:
    decide_change(change_id=change.pk, by=hendi, status=1)
    first = RoundStep.objects.get(order=0)
    a_rule(dict(SPV), {"role": "manager", "mode": "everyone"}, dict(MANAGER))
    apply(change, admin)
    assert asked(change) == {"Rina", "Ratna"}
    assert counting(change) == [("Hendi", 0)]
    kept = ballot_of(change).steps[0]
    assert (kept.opened_at, kept.due_at) == (first.opened_at, first.due_at)
    for by in (rina, ratna):
        decide_change(change_id=change.pk, by=by, status=1)
    change.refresh_from_db()
    assert change.status == 1
    sound()


def test_a_decision_moves_with_its_person_to_another_step(
    change: ChangeNotice, admin: User, hendi: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=hendi, status=1)
    a_rule(
        {"role": "pic", "duty": "optional"},
        {"role": "spv", "people": [rina], "mode": "everyone"},
        dict(MANAGER),
    )
    apply(change, admin)
    assert counting(change) == [("Hendi", 1)]
    assert asked(change) == {"Rina"}
    sound()


def test_a_decision_that_does_not_fit_is_history(
    change: ChangeNotice, admin: User, hendi: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=hendi, status=1)
    a_rule(dict(MANAGER))
    plan = effect(change)
    assert [row.names for row in plan.voided] == ["Hendi"]
    assert apply(change, admin, shown=plan.fingerprint)
    assert counting(change) == []
    given = Decision.objects.get()
    assert given.voided_at is not None
    event = Event.objects.get(kind="approval.rerouted")
    assert event.before is not None
    assert event.before["voided"] == ["Hendi"]
    with pytest.raises(DomainError):
        decide_change(change_id=change.pk, by=hendi, status=1)
    decide_change(change_id=change.pk, by=rina, status=1)
    sound()


def test_a_rule_alone_approves_nothing(
    change: ChangeNotice, admin: User, hendi: User
) -> None:
    """The yes that would fulfil all of today's rule is asked for again."""
    decide_change(change_id=change.pk, by=hendi, status=1)
    a_rule(dict(SPV))
    apply(change, admin)
    change.refresh_from_db()
    assert (change.status, asked(change), counting(change)) == (0, {"Hendi"}, [])
    assert apply(change, admin) is False
    decide_change(change_id=change.pk, by=hendi, status=1)
    change.refresh_from_db()
    assert change.status == 1
    sound()


def test_who_is_still_asked_keeps_their_place(
    change: ChangeNotice, admin: User, hendi: User
) -> None:
    row = Assignment.objects.get(person=hendi, closed_at=None)
    make_person(71, "Sari", "spv")
    a_rule({"role": "spv", "mode": "everyone"})
    apply(change, admin)
    now = Assignment.objects.get(person=hendi, closed_at=None)
    assert (now.pk, now.asked_at) == (row.pk, row.asked_at)
    assert asked(change) == {"Hendi", "Sari"}
    told = Notification.objects.filter(record_id=change.pk, recipient=hendi)
    assert told.count() == 1


def test_a_role_given_or_taken_counts_too(
    change: ChangeNotice, admin: User, hendi: User
) -> None:
    make_person(71, "Sari", "spv")
    UserRole.objects.filter(user_id=hendi.ext_id or 0).delete()
    assert apply(change, admin)
    assert asked(change) == {"Sari"}
    sound()


def test_who_was_asked_by_hand_stands_for_somebody(
    change: ChangeNotice, admin: User, hendi: User, budi: User, ratna: User
) -> None:
    place: dict[str, Any] = {"record_type": LABEL, "record_id": change.pk}
    forward(by=hendi, to=budi, reason="cuti", **place)
    ask_as_well(by=admin, to=ratna, reason="buntu", **place)
    assert apply(change, admin) is False  # the rule asks what it asked
    a_rule({"role": "spv", "mode": "everyone"})
    apply(change, admin)
    assert asked(change) == {
        "Budi"
    }  # in Hendi's place; Ratna was asked at a step that is gone
    sound()


def test_where_the_rule_finds_nobody_the_administrators_hear_it(
    change: ChangeNotice, admin: User
) -> None:
    a_rule({"role": "pic"})
    apply(change, admin)
    assert ballot_of(change).is_stuck
    told = Notification.objects.open().filter(kind="approval.nobody")
    assert admin.pk in told.values_list("recipient", flat=True)


def test_who_is_informed_is_told_once(
    change: ChangeNotice, admin: User, ratna: User
) -> None:
    informed = {"role": "manager", "duty": "informed"}
    for steps in ([informed, SPV], [informed, SPV, MANAGER]):
        a_rule(*(dict(step) for step in steps))
        apply(change, admin)
    rows = Assignment.objects.filter(duty="informed", person=ratna)
    assert rows.count() == 1
    assert asked(change) == {"Hendi"}


# --- Refused ------------------------------------------------------------------------


def refused(change: ChangeNotice, by: User, shown: str = "") -> str:
    before = Event.objects.count(), RoundStep.objects.count()
    with pytest.raises(DomainError) as caught:
        apply(change, by, shown)
    assert (Event.objects.count(), RoundStep.objects.count()) == before
    return caught.value.code


@pytest.mark.parametrize("act", ["decide", "role", "rule", "edit"])
def test_what_changed_since_it_was_shown_is_refused(
    change: ChangeNotice, admin: User, agus: User, hendi: User, act: str
) -> None:
    a_rule({"role": "spv", "mode": "everyone"}, dict(MANAGER))
    plan = effect(change)
    if act == "decide":
        decide_change(change_id=change.pk, by=hendi, status=1)
    elif act == "role":
        make_person(71, "Sari", "spv")
    elif act == "rule":
        a_rule(dict(MANAGER))
    else:
        edit_change(
            change_id=change.pk,
            by=agus,
            fields={"engineering": "lain"},
            facts=NOTHING_KNOWN,
        )
        a_rule(dict(MANAGER))
    assert refused(change, admin, plan.fingerprint) == "stale_revision"


def test_only_an_administrator_and_only_what_waits(
    change: ChangeNotice, admin: User, rina: User, hendi: User, agus: User
) -> None:
    a_rule(dict(MANAGER))
    assert refused(change, rina) == "forbidden"
    decide_change(change_id=change.pk, by=hendi, status=2, remark="tidak")
    assert refused(change, admin) == "illegal_transition"
    other = a_change(agus)
    withdraw_change(change_id=other.pk, by=agus)
    assert refused(other, admin) == "not_found"


def test_a_bom_has_no_rule(admin: User, rina: User) -> None:
    from bom.tests.conftest import put_up  # noqa: PLC0415

    bom = put_up(700, rina)
    with pytest.raises(DomainError) as caught:
        apply_rules(record_type=bom._meta.label, record_id=bom.pk, by=admin)
    assert caught.value.code == "illegal_transition"
    assert reroutings().found == []
