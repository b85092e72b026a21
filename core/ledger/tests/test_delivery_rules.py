"""The rules of a delivery as tables: what is a receipt, when it is tried again, what is overtaken."""

import hashlib
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.integrations.errors import Reason, UpstreamError
from core.ledger.models import Delivery, DeliveryAttempt
from core.ledger.policies import (
    JITTER,
    LEASE,
    SCHEDULE,
    is_delivered,
    is_hopeless,
    masked,
    next_try,
)
from core.ledger.queries import events_about
from core.ledger.services import (
    create_delivery,
    deliver_due,
    deliveries,
)
from core.ledger.signals import delivery_made, delivery_parked
from tests.people import make_person

pytestmark = pytest.mark.django_db


# --- Policies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"", True),
        (201, b'{"ok": true}', True),
        (204, b"  ", True),
        (200, b"OK", True),
        (200, b"[1, 2]", True),
        (409, b"<html>", True),
        (200, b"<!DOCTYPE html><p>Log in", False),
        (200, b"  <br>", False),
        (200, b'{"ok": tr', False),
        (200, b"[1, 2", False),
        (200, b"\xff\xfe\x00", False),
        (199, b"", False),
        (300, b"", False),
        (302, b"", False),
        (400, b"{}", False),
        (500, b"{}", False),
    ],
)
def test_a_receipt_is_what_a_program_answers(
    status: int, body: bytes, *, expected: bool
) -> None:
    assert is_delivered(status, body) is expected


@pytest.mark.parametrize(
    ("status", "expected"), [(410, True), (404, False), (400, False), (500, False)]
)
def test_only_gone_is_hopeless(status: int, *, expected: bool) -> None:
    assert is_hopeless(status) is expected


@pytest.mark.parametrize("attempt", range(1, len(SCHEDULE) + 1))
def test_each_pause_is_that_of_the_schedule_give_or_take(attempt: int) -> None:
    seconds = SCHEDULE[attempt - 1]
    for _try in range(20):
        pause = next_try(attempt)
        assert pause is not None
        low, high = seconds * (1 - JITTER), seconds * (1 + JITTER)
        assert low <= pause.total_seconds() <= high


def test_pauses_never_get_shorter_and_last_three_days() -> None:
    assert sorted(SCHEDULE) == list(SCHEDULE)
    assert 2.4 <= sum(SCHEDULE) / 86_400 <= 3.5
    assert next_try(len(SCHEDULE) + 1) is None


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/snapshot-bom/700", "/snapshot-bom/700"),
        ("agus@example.co.id", "a…@example.co.id"),
        ("a@b", "a…@b"),
        ("@b", "…@b"),
        ("x@y@z", "x…@z"),
        ("/path@host", "/path@host"),
        ("628123", "628123"),
    ],
)
def test_a_persons_address_is_shown_by_its_first_letter(path: str, shown: str) -> None:
    assert masked(path) == shown


# --- A promise --------------------------------------------------------------------------


def promise(by: User, key: str, **more: Any) -> Delivery:
    """Something owed about a person; without ``about`` about who promises it."""
    given: dict[str, Any] = {
        "kind": "test.thing",
        "method": "POST",
        "path": "/snapshot-bom/700",
        "payload": {"b": 1, "a": "x"},
        **more,
    }
    return create_delivery(given.pop("about", by), key=key, by=by, **given)


def test_a_promise_is_frozen_in_one_spelling_with_its_digest(rina: User) -> None:
    one = promise(rina, "one", payload={"b": 1, "a": "x"})
    two = promise(rina, "two", payload={"a": "x", "b": 1})
    assert bytes(one.body) == bytes(two.body) == b'{"a":"x","b":1}'
    assert one.body_sha256 == hashlib.sha256(bytes(one.body)).hexdigest()
    assert (one.record_type, one.record_id, one.created_by) == (
        "accounts.User",
        rina.pk,
        rina,
    )
    assert (one.state, one.attempts, one.upstream) == ("pending", 0, "ppic")


def test_the_first_promise_of_a_key_stands(rina: User, agus: User) -> None:
    first = promise(rina, "one", payload={"v": 1})
    again = promise(agus, "one", payload={"v": 2}, about=agus, path="/other")
    assert again.pk == first.pk
    kept = Delivery.objects.get()
    assert (orjson.loads(bytes(kept.body)), kept.path, kept.record_id) == (
        {"v": 1},
        "/snapshot-bom/700",
        rina.pk,
    )


def test_a_promise_falls_with_its_cause(rina: User) -> None:
    with transaction.atomic():
        promise(rina, "one")
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


# --- Which is next ----------------------------------------------------------------------

NEXT: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "oldest of a record": ([{}, {}], ["0"]),
    "each record by itself": ([{}, {"about": "agus"}], ["0", "1"]),
    "each receiver by itself": ([{}, {"upstream": "mail"}], ["0", "1"]),
    "a delivered one holds up nobody": ([{"state": "delivered"}, {}], ["1"]),
    "a parked one holds up nobody": ([{"state": "parked"}, {}], ["1"]),
    "one that waits holds up the next": ([{"next_at": 60}, {}], []),
    "one that is taken holds up the next": ([{"lease_until": 60}, {}], []),
    "most urgent first": (
        [{"next_at": -1}, {"about": "agus", "next_at": -9}],
        ["1", "0"],
    ),
}


@pytest.mark.parametrize("case", NEXT)
def test_what_is_tried_next(rina: User, agus: User, case: str) -> None:
    rows, expected = NEXT[case]
    now = timezone.now()
    for number, row in enumerate(rows):
        about = agus if row.get("about") else rina
        made = promise(
            rina, str(number), about=about, upstream=row.get("upstream", "ppic")
        )
        changed = {
            name: now + timedelta(seconds=row[name])
            for name in ("next_at", "lease_until")
            if name in row
        }
        state = row.get("state", "pending")
        Delivery.objects.filter(pk=made.pk).update(state=state, **changed)
    assert [row.key for row in deliveries._next_due(20)] == expected


def test_a_look_takes_no_more_than_it_was_told(rina: User) -> None:
    for number in range(3):
        promise(rina, str(number), about=make_person(50 + number, f"P{number}"))
    assert len(deliveries._next_due(2)) == 2


def test_a_lease_counts_the_attempt_and_lasts_a_minute(rina: User) -> None:
    row = promise(rina, "one")
    before = timezone.now()
    assert deliveries._lease(row)
    kept = Delivery.objects.get()
    assert (row.attempts, kept.attempts) == (1, 1)
    assert before + LEASE <= kept.lease_until <= timezone.now() + LEASE


# --- What an answer does ------------------------------------------------------------------


class Relay:
    """A receiver that answers what it is told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.sent: list[tuple[Any, ...]] = []

    def send(self, method: str, path: str, *, json: Any, headers: Any) -> Any:
        """Note the call."""
        self.sent.append((method, path, json, headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        status, body = self.answer
        return type("Answer", (), {"status": status, "body": body})


def relayed(monkeypatch: pytest.MonkeyPatch, answer: Any) -> Relay:
    """The receiver of the next look."""
    relay = Relay(answer)
    monkeypatch.setitem(deliveries.RELAYS, "ppic", lambda: relay)
    return relay


ANSWERS: dict[str, tuple[Any, int, tuple[Any, ...]]] = {
    "a receipt": ((200, b"{}"), 0, ("delivered", 200, 1, ["delivery.made"])),
    "known already": ((409, b"<p>"), 0, ("delivered", 409, 1, ["delivery.made"])),
    "a page": ((200, b"<p>"), 0, ("pending", 200, 1, [])),
    "an error": ((500, b""), 0, ("pending", 500, 1, [])),
    "refused": ((400, b"{}"), 0, ("pending", 400, 1, [])),
    "gone": ((410, b""), 0, ("parked", 410, 1, ["delivery.parked"])),
    "the last error but one": ((500, b""), len(SCHEDULE) - 1, ("pending", 500, 12, [])),
    "the last error": (
        (500, b""),
        len(SCHEDULE),
        ("parked", 500, 13, ["delivery.parked"]),
    ),
    "no answer": (
        UpstreamError("PPIC", Reason.TIMEOUT, "x"),
        0,
        ("pending", None, 1, []),
    ),
    "not sent at all": (
        UpstreamError("PPIC", Reason.BUSY, "x"),
        4,
        ("pending", None, 4, []),
    ),
    "breaker open": (
        UpstreamError("PPIC", Reason.OPEN, "x"),
        4,
        ("pending", None, 4, []),
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_an_answer_does(
    rina: User, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    answer, attempts, expected = ANSWERS[case]
    relay = relayed(monkeypatch, answer)
    row = promise(rina, "one")
    Delivery.objects.update(attempts=attempts)
    assert deliver_due() == 1
    row.refresh_from_db()
    kinds = [event.kind for event in events_about(row)]
    assert (row.state, row.last_status, row.attempts, kinds) == expected
    body, headers = {"a": "x", "b": 1}, {"Idempotency-Key": "one"}
    assert relay.sent == [("POST", "/snapshot-bom/700", body, headers)]
    is_sent = case not in {"not sent at all", "breaker open"}
    assert DeliveryAttempt.objects.count() == int(is_sent)
    assert (row.next_at > timezone.now()) is (row.state == "pending")
    assert deliver_due() == 0


def test_a_get_has_no_body(rina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = relayed(monkeypatch, (200, b"{}"))
    promise(rina, "one", method="GET")
    deliver_due()
    assert relay.sent[0][2] is None


def test_a_long_or_broken_answer_is_kept_as_text(
    rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed(monkeypatch, (500, b"a\x00\xff" + b"b" * 9000))
    row = promise(rina, "one")
    deliver_due()
    row.refresh_from_db()
    assert row.last_answer == "a\ufffd\ufffd" + "b" * 3997
    assert row.tries.get().answer == row.last_answer


@pytest.mark.parametrize(
    ("status", "signal"), [(200, delivery_made), (410, delivery_parked)]
)
def test_others_hear_of_the_end_within_its_transaction(
    rina: User, monkeypatch: pytest.MonkeyPatch, status: int, signal: Any
) -> None:
    """A listener that fails takes the mark back: it is tried again, nothing is half said."""
    relayed(monkeypatch, (status, b"{}"))
    row = promise(rina, "one")

    def listener(**_: Any) -> None:
        raise ZeroDivisionError

    signal.connect(listener)
    try:
        with pytest.raises(ZeroDivisionError):
            deliver_due()
    finally:
        signal.disconnect(listener)
    row.refresh_from_db()
    assert (row.state, list(events_about(row))) == ("pending", [])


@pytest.mark.parametrize(
    ("attempts", "has_it", "sent", "state"),
    [
        (0, True, 1, "pending"),
        (1, True, 0, "delivered"),
        (1, False, 1, "pending"),
        (1, None, 1, "pending"),
    ],
)
def test_a_receiver_that_can_be_asked_is_asked_before_the_second_try(
    rina: User,
    monkeypatch: pytest.MonkeyPatch,
    attempts: int,
    has_it: bool | None,
    sent: int,
    state: str,
) -> None:
    relay = relayed(monkeypatch, (500, b""))

    def read_back(_row: Delivery) -> bool:
        if has_it is None:
            raise UpstreamError("PPIC", Reason.TIMEOUT, "x")
        return has_it

    monkeypatch.setitem(deliveries.READ_BACKS, "test.thing", read_back)
    promise(rina, "one")
    Delivery.objects.update(attempts=attempts)
    deliver_due()
    assert (len(relay.sent), Delivery.objects.get().state) == (sent, state)
