"""What is owed outside: paid once, retried, parked, sent again; against a real PPIC stand-in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Delivery, DeliveryAttempt
from core.ledger.policies import SCHEDULE, is_delivered, is_hopeless, next_try
from core.ledger.queries import deliveries_about, events_about, oldest_owed_seconds
from core.ledger.services import create_delivery, deliver_due, deliveries, resend

pytestmark = pytest.mark.django_db(transaction=True)


def promise(
    user: User, key: str = "bom:700:rev:1", about: User | None = None
) -> Delivery:
    """Owe PPIC a snapshot."""
    with transaction.atomic():
        return create_delivery(
            about or user,
            key=key,
            kind="test.snapshot",
            method="POST",
            path="/snapshot-bom/700",
            payload={"revision": 1, "lines": [{"part": "A", "qty": "1.50"}]},
            by=user,
        )


def make_due(delivery: Delivery) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=past, lease_until=past)


def state_of(delivery: Delivery) -> str:
    """As the database has it."""
    return Delivery.objects.get(pk=delivery.pk).state


def test_it_pays_once_and_keeps_the_answer(rina: User, sandbox: Any) -> None:
    delivery = promise(rina)
    assert deliver_due() == 1
    assert deliver_due() == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status, delivery.attempts) == (
        "delivered",
        200,
        1,
    )
    assert delivery.last_answer
    assert sandbox.ppic.snapshots.effects
    call = next(call for call in sandbox.ppic.calls if call.path == "/snapshot-bom/700")
    assert call.headers["idempotency-key"] == delivery.key
    assert call.body == bytes(delivery.body)
    assert [event.kind for event in events_about(delivery)] == ["delivery.made"]


def test_owing_the_same_key_twice_is_one_debt(rina: User) -> None:
    assert promise(rina) == promise(rina)
    assert Delivery.objects.count() == 1


def test_a_debt_needs_the_transaction_of_its_cause(rina: User) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        create_delivery(
            rina, key="k", kind="x", method="POST", path="/", payload={}, by=rina
        )


def test_it_tries_again_after_an_error_by_the_schedule(
    rina: User, sandbox: Any
) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "status", 503, times=1)
    delivery = promise(rina)
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("pending", 503)
    wait = (delivery.next_at - timezone.now()).total_seconds()
    assert 0 < wait <= SCHEDULE[0] * 1.25
    assert deliver_due() == 0
    make_due(delivery)
    deliver_due()
    assert state_of(delivery) == "delivered"
    assert delivery.tries.count() == 2


def test_an_answer_that_was_lost_has_one_effect(rina: User, sandbox: Any) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "drop_after_effect", times=1)
    delivery = promise(rina)
    deliver_due()
    assert state_of(delivery) == "pending"
    make_due(delivery)
    deliver_due()
    assert state_of(delivery) == "delivered"
    assert len(sandbox.ppic.snapshots.receipts) == 2
    assert len(sandbox.ppic.snapshots.effects) == 1


def test_the_harness_sees_a_receiver_that_ignores_the_key(
    rina: User, sandbox: Any
) -> None:
    """Sabotage: without the receiver's memory the effect doubles, and this harness shows it."""
    sandbox.ppic.dedupe = False
    sandbox.ppic.faults.set("/snapshot-bom", "drop_after_effect", times=1)
    delivery = promise(rina)
    deliver_due()
    make_due(delivery)
    deliver_due()
    assert len(sandbox.ppic.snapshots.effects) == 2


@pytest.mark.parametrize("status", [200, 410, 500])
def test_a_worker_that_slept_past_its_lease_takes_nothing_back(
    rina: User, sandbox: Any, status: int
) -> None:
    delivery = promise(rina)
    Delivery.objects.update(attempts=len(SCHEDULE))
    late = Delivery.objects.get()
    assert deliveries._lease(late)
    make_due(delivery)
    assert deliver_due() == 1
    known = Delivery.objects.values().get()
    if status != 200:
        sandbox.ppic.faults.set("/snapshot-bom", "status", status)
    deliveries._try_to_deliver(late)
    assert Delivery.objects.values().get() == known
    assert [event.kind for event in events_about(delivery)] == ["delivery.made"]
    assert delivery.tries.count() == 2


def test_a_late_yes_counts_although_another_try_failed(
    rina: User, sandbox: Any
) -> None:
    delivery = promise(rina)
    late = Delivery.objects.get()
    assert deliveries._lease(late)
    make_due(delivery)
    sandbox.ppic.faults.set("/snapshot-bom", "status", 410, times=1)
    deliver_due()
    assert state_of(delivery) == "parked"
    deliveries._try_to_deliver(late)
    assert state_of(delivery) == "delivered"


def test_it_parks_after_the_last_try_and_sends_again_on_demand(
    rina: User, agus: User, sandbox: Any
) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "status", 500)
    delivery = promise(rina)
    Delivery.objects.update(attempts=len(SCHEDULE))
    deliver_due()
    assert state_of(delivery) == "parked"
    assert [event.kind for event in events_about(delivery)] == ["delivery.parked"]
    with pytest.raises(DomainError):
        resend(delivery=delivery, by=agus)
    resend(delivery=delivery, by=rina)
    sandbox.ppic.faults.clear()
    deliver_due()
    assert state_of(delivery) == "delivered"
    with pytest.raises(DomainError):
        resend(delivery=delivery, by=rina)


def test_an_old_state_is_not_sent_after_a_newer_one(rina: User, sandbox: Any) -> None:
    old, new = promise(rina), promise(rina, "bom:700:rev:2")
    Delivery.objects.filter(pk=old.pk).update(state="parked")
    deliver_due()
    assert (state_of(old), state_of(new)) == ("parked", "delivered")
    with pytest.raises(DomainError, match="lebih baru"):
        resend(delivery=old, by=rina)
    # Put back just before the newer one was accepted.
    Delivery.objects.filter(pk=old.pk).update(state="pending")
    make_due(old)
    deliver_due()
    assert state_of(old) == "parked"
    assert [each.key for each in sandbox.ppic.snapshots.effects] == [new.key]


def test_a_message_is_never_too_old(rina: User) -> None:
    old, new = promise(rina), promise(rina, "bom:700:rev:2")
    Delivery.objects.filter(pk=old.pk).update(state="parked", upstream="mail")
    Delivery.objects.filter(pk=new.pk).update(state="delivered", upstream="mail")
    resend(delivery=old, by=rina)
    assert state_of(old) == "pending"


def test_it_parks_at_once_what_is_gone(rina: User, sandbox: Any) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "status", 410)
    delivery = promise(rina)
    deliver_due()
    assert state_of(delivery) == "parked"


def test_an_open_breaker_costs_no_attempt(rina: User, sandbox: Any) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "status", 500)
    deliveries = [
        promise(rina, key=str(n), about=person) for n, person in enumerate(many(12))
    ]
    deliver_due()
    attempts = Delivery.objects.in_bulk([each.pk for each in deliveries]).values()
    assert any(each.attempts == 0 and each.state == "pending" for each in attempts)


def many(count: int) -> list[User]:
    """People to write about."""
    return [User.objects.create_user(f"p{n}") for n in range(count)]


def test_it_keeps_the_order_within_a_record(rina: User, sandbox: Any) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", "status", 503, times=1)
    first, second = promise(rina, "one"), promise(rina, "two")
    deliver_due()
    deliver_due()
    assert (state_of(first), state_of(second)) == ("pending", "pending")
    make_due(first)
    deliver_due()
    deliver_due()
    assert (state_of(first), state_of(second)) == ("delivered", "delivered")


def test_a_lease_keeps_a_second_worker_away(rina: User, sandbox: Any) -> None:
    delivery = promise(rina)
    twin = Delivery.objects.get(pk=delivery.pk)
    assert deliveries._lease(delivery)
    assert not deliveries._lease(twin)
    assert deliver_due() == 0
    assert not DeliveryAttempt.objects.exists()


def test_the_age_of_the_oldest_debt_is_known(rina: User) -> None:
    assert oldest_owed_seconds() == 0
    delivery = promise(rina)
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert 299 < oldest_owed_seconds() < 400
    assert list(deliveries_about(rina)) == [delivery]


@pytest.mark.parametrize("kind", ["html", "garbage", "truncated"])
def test_a_200_that_no_program_gave_is_no_receipt(
    rina: User, sandbox: Any, kind: str
) -> None:
    sandbox.ppic.faults.set("/snapshot-bom", kind, times=1)
    delivery = promise(rina)
    deliver_due()
    assert state_of(delivery) == "pending"
    assert DeliveryAttempt.objects.get().status == 200
    make_due(delivery)
    deliver_due()
    assert state_of(delivery) == "delivered"
    assert len(sandbox.ppic.snapshots.effects) == 1


def test_the_schedule_ends() -> None:
    assert next_try(len(SCHEDULE)) is not None
    assert next_try(len(SCHEDULE) + 1) is None
    assert (is_delivered(204), is_delivered(409), is_delivered(302)) == (
        True,
        True,
        False,
    )
    assert (is_hopeless(410), is_hopeless(404)) == (True, False)
