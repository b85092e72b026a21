"""Whatever happens while something waits for a decision, in any order: nothing is lost, nobody is forgotten.

Random stories of decisions, edits, files, returns, leavers, roles, rules and their application to what waits,
forwarding and substitutes are played through the services; after each act the invariants must hold.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.models import User, UserRole
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Assignment,
    Decision,
    Round,
    Substitution,
)
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.inbox import assignments_of, stuck_rounds
from core.approvals.queries.invariants import CHECKS
from core.approvals.queries.rerouting import reroutings
from core.approvals.services import apply_rules, ask_as_well, forward, mend_rounds
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.queries import first_breach
from engineering.models import ChangeNotice
from engineering.services import (
    attach_file,
    decide_change,
    edit_change,
    raise_change,
    withdraw_change,
)
from engineering.tests.conftest import NOTHING_KNOWN
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db
LABEL = ChangeNotice._meta.label
PEOPLE = ("agus", "hendi", "sari", "rina", "ratna", "boss")
ROLES = {"hendi": "spv", "sari": "spv", "rina": "manager", "ratna": "manager"}
ROUTES: dict[str, list[dict[str, Any]]] = {
    "one manager": [{"role": "manager"}],
    "spv, then managers": [{"role": "spv"}, {"role": "manager", "mode": "everyone"}],
    "two of the spvs": [{"role": "spv", "mode": "some", "number": 2}],
    "may, then must": [{"role": "spv", "duty": "optional"}, {"role": "manager"}],
    "nobody": [{"mode": "everyone"}],
    "told, then spv": [{"role": "manager", "duty": "informed"}, {"role": "spv"}],
}


class Story:
    """One change, its people, and what may happen to it."""

    def __init__(self, route: str) -> None:
        self.people = {
            name: make_person(
                place,
                name.title(),
                *([ROLES[name]] if name in ROLES else []),
                is_superuser=name == "boss",
            )
            for place, name in enumerate(PEOPLE, 300)
        }
        self.rule(route)
        self.texts = 0
        self.change = raise_change(
            by=self.people["agus"], fields={"engineering": "x"}, facts=NOTHING_KNOWN
        )

    def rule(self, route: str) -> None:
        ApprovalRule.objects.all().delete()
        rule = ApprovalRule.objects.create(kind=0)
        for order, step in enumerate(ROUTES[route], 1):
            ApprovalStep.objects.create(rule=rule, order=order, **step)

    def decide(self, who: str, status: int) -> None:
        by = self.people[who]
        if by.is_active:
            decide_change(
                change_id=self.change.pk, by=by, status=status, remark="sebab"
            )

    def edit(self, who: str) -> None:
        self.texts += 1
        edit_change(
            change_id=self.change.pk,
            by=self.people[who],
            fields={"engineering": f"x{self.texts}"},
            facts=NOTHING_KNOWN,
        )

    def attach(self, who: str) -> None:
        """Content of a requester or an editor, evidence of a decider."""
        self.texts += 1
        pdf = BytesIO(f"%PDF-1.4 {self.texts}".encode())
        by = self.people[who]
        attach_file(change_id=self.change.pk, by=by, name="a.pdf", content=pdf)

    def leave(self, who: str) -> None:
        User.objects.filter(pk=self.people[who].pk).update(is_active=who == "boss")
        self.people[who].refresh_from_db()
        mend_rounds()

    def give_role(self, who: str, role: str) -> None:
        UserRole.objects.get_or_create(user_id=self.people[who].ext_id or 0, role=role)
        self.forget_roles()
        mend_rounds()

    def take_roles(self, who: str) -> None:
        UserRole.objects.filter(user_id=self.people[who].ext_id or 0).delete()
        self.forget_roles()
        mend_rounds()

    def forget_roles(self) -> None:
        self.people = {
            name: User.objects.get(pk=each.pk) for name, each in self.people.items()
        }

    def hand_on(self, who: str, to: str) -> None:
        forward(
            record_type=LABEL,
            record_id=self.change.pk,
            by=self.people[who],
            to=self.people[to],
            reason="dinas luar",
        )

    def ask(self, to: str) -> None:
        ask_as_well(
            record_type=LABEL,
            record_id=self.change.pk,
            by=self.people["boss"],
            to=self.people[to],
            reason="buntu",
        )

    def stand_in(self, who: str, for_whom: str) -> None:
        today = timezone.localdate()
        Substitution.objects.create(
            person=self.people[for_whom],
            substitute=self.people[who],
            first_day=today - timedelta(days=1),
            last_day=today + timedelta(days=1),
            made_by=self.people["boss"],
        )

    def decide_for(self, who: str, for_whom: str, status: int) -> None:
        decide_change(
            change_id=self.change.pk,
            by=self.people[who],
            status=status,
            remark="sebab",
            on_behalf_of=self.people[for_whom].ext_id,
        )

    def apply(self, who: str) -> None:
        """Twice: the same again has no effect, and what was shown is what is done."""
        place: dict[str, Any] = {"record_type": LABEL, "record_id": self.change.pk}
        by = self.people[who]
        apply_rules(by=by, **place)
        before = traces()
        assert apply_rules(by=by, shown="another", **place) is False
        assert traces() == before
        assert reroutings().found == []

    def withdraw(self, who: str) -> None:
        withdraw_change(change_id=self.change.pk, by=self.people[who])

    def play(self, act: tuple[str, ...]) -> None:
        """Do it, or be refused; a refusal leaves nothing behind."""
        before = traces()
        verb: Callable[..., None] = getattr(self, act[0])
        try:
            with transaction.atomic():
                verb(*act[1:])
        except DomainError:
            assert traces() == before


def traces() -> tuple[int, ...]:
    kinds = (Event, Notification, Decision, Assignment, Round)
    return tuple(kind.objects.count() for kind in kinds)


def holds(story: Story) -> None:
    """Every invariant, and what a person would see."""
    assert [each for check in CHECKS.values() for each in check()] == []
    assert first_breach() is None
    change = ChangeNotice.objects.get(pk=story.change.pk)
    ballot = ballot_of(change)
    if change.is_pending:
        told = Notification.objects.open().filter(record_id=change.pk)
        if ballot.is_stuck:
            assert ballot.round in stuck_rounds()
            assert told.filter(recipient=story.people["boss"]).exists()
        else:
            step = ballot.current
            assert step is not None
            able = [row for row in ballot.asked if row.step_id == step.pk]
            assert any(row.person.is_active for row in able)
    for name, person in story.people.items():
        asked = assignments_of(person.pk).filter(person=person).exists()
        assert asked is (person.pk in ballot.deciders), name
    for decision in Decision.objects.all():
        assert decision.approver_id != story.people["agus"].pk


WHO = st.sampled_from(PEOPLE)
ACTS = st.one_of(
    st.tuples(st.just("decide"), WHO, st.sampled_from([1, 1, 1, 2, 3])),
    st.tuples(st.just("edit"), st.sampled_from(["agus", "hendi"])),
    st.tuples(st.just("attach"), WHO),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("give_role"), WHO, st.sampled_from(["spv", "manager"])),
    st.tuples(st.just("take_roles"), WHO),
    st.tuples(st.just("rule"), st.sampled_from(list(ROUTES))),
    st.tuples(st.just("hand_on"), WHO, WHO),
    st.tuples(st.just("ask"), WHO),
    st.tuples(st.just("stand_in"), WHO, WHO),
    st.tuples(st.just("decide_for"), WHO, WHO, st.sampled_from([1, 2])),
    st.tuples(st.just("apply"), st.sampled_from(["boss", "boss", "rina"])),
    st.tuples(st.just("withdraw"), st.sampled_from(["agus", "rina"])),
)
STORIES = st.tuples(st.sampled_from(list(ROUTES)), st.lists(ACTS, max_size=12))


def tell(route: str, acts: list[tuple[str, ...]]) -> None:
    """Play one story on a database that forgets it afterwards."""
    with transaction.atomic():
        story = Story(route)
        holds(story)
        for act in acts:
            story.play(act)
            holds(story)
        transaction.set_rollback(True)


@given(STORIES)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_happens_meanwhile(story: tuple[str, list[tuple[str, ...]]]) -> None:
    tell(*story)


@pytest.mark.long
@given(STORIES)
@settings(max_examples=3000, suppress_health_check=list(HealthCheck))
def test_whatever_happens_meanwhile_thousands_of_times(
    story: tuple[str, list[tuple[str, ...]]],
) -> None:
    tell(*story)


def test_the_harness_sees_a_decision_that_nobody_was_asked_for() -> None:
    """Sabotage: a yes past the services."""
    story = Story("one manager")
    story.decide("rina", 1)
    Decision.objects.update(approver=story.people["sari"])
    with pytest.raises(AssertionError):
        holds(story)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_planted_breach_is_named(name: str) -> None:
    story = Story("one manager")
    story.decide("rina", 1)
    plants: dict[str, Callable[[], object]] = {
        "INV-18": lambda: Assignment.objects.update(closed_at=None),
        "INV-19": lambda: ChangeNotice.objects.update(status=2),
        "INV-20": lambda: Decision.objects.update(status=2),
        "INV-21": lambda: Decision.objects.update(digest="0" * 64),
        "INV-23": lambda: Round.objects.update(digest="0" * 64, state="open"),
    }
    assert list(CHECKS[name]()) == []
    plants[name]()
    assert list(CHECKS[name]())
