"""An event holds all that was said, every column of it counts, and a fault is named by its place."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import structlog
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone, translation

from core.accounts.models import User
from core.ledger import history
from core.ledger.history import (
    EventKind,
    entry_of,
    history_of,
    kind_of,
    news_of,
    register,
)
from core.ledger.models import Event
from core.ledger.queries import (
    HASHED,
    events_about,
    first_breach,
    hash_of,
    last_event_id,
    version_of,
)
from core.ledger.services import record
from core.ledger.tests.test_events import Unguarded
from tests.people import make_person

pytestmark = pytest.mark.django_db


def write(about: User, *kinds: str) -> None:
    """Events about a person, by them."""
    for kind in kinds:
        record(about, kind, by=about, after={"kind": kind})


# --- What is written ----------------------------------------------------------------------


def test_an_event_keeps_who_when_and_from_where(agus: User) -> None:
    structlog.contextvars.bind_contextvars(ip="10.0.0.7", request_id="r-1")
    try:
        event = record(
            agus, "test.done", by=agus, note="karena", revision=3, digest="d"
        )
    finally:
        structlog.contextvars.clear_contextvars()
    event.refresh_from_db()
    assert (event.actor, event.actor_name) == (agus, "Agus")
    assert (event.address, event.request_id) == ("10.0.0.7", "r-1")
    assert (event.note, event.revision, event.digest) == ("karena", 3, "d")
    assert timezone.now() - event.at < timedelta(minutes=1)
    assert (event.record_type, event.record_id) == ("accounts.User", agus.pk)


def test_without_a_request_and_a_person_it_is_the_house(agus: User) -> None:
    event = record(agus, "test.done", by=None)
    assert (event.actor, event.actor_name, event.address) == (None, "", "")
    assert entry_of(event).who == "EMS"
    assert entry_of(event, nobody="PPIC").who == "PPIC"


def test_values_are_kept_as_the_wire_spells_them(agus: User) -> None:
    moment = timezone.now()
    after = {"price": Decimal("1.50"), "at": moment, "none": None, "list": [1, "a"]}
    event = Event.objects.get(pk=record(agus, "x", by=None, after=after).pk)
    assert event.after is not None
    assert (event.after["price"], event.after["none"]) == ("1.5", None)
    assert event.after["list"] == [1, "a"]
    assert first_breach() is None


def test_a_name_is_kept_although_the_person_is_renamed(agus: User) -> None:
    write(agus, "a")
    User.objects.filter(pk=agus.pk).update(name="Agus Baru")
    write(User.objects.get(pk=agus.pk), "b")
    assert [e.actor_name for e in events_about(agus)] == ["Agus", "Agus Baru"]
    assert first_breach() is None


def test_chains_of_records_are_apart(agus: User, budi: User) -> None:
    write(agus, "a")
    write(budi, "a")
    write(agus, "b")
    places = Event.objects.order_by("pk").values_list(
        "record_id", "seq", "previous_hash"
    )
    first, other, second = places
    assert [first[1], other[1], second[1]] == [1, 1, 2]
    assert (first[2], other[2]) == ("", "")
    assert second[2] == Event.objects.order_by("pk")[0].hash


def test_equal_events_have_different_hashes(agus: User) -> None:
    write(agus, "a", "a")
    hashes = set(events_about(agus).values_list("hash", flat=True))
    assert len(hashes) == 2


def test_an_event_falls_with_its_cause(agus: User) -> None:
    write(agus, "a")
    with transaction.atomic():
        write(agus, "b")
        transaction.set_rollback(True)
    write(agus, "c")
    assert [(e.kind, e.seq) for e in events_about(agus)] == [("a", 1), ("c", 2)]
    assert first_breach() is None


def test_the_newest_event_is_the_version_of_a_request(agus: User) -> None:
    assert last_event_id() == 0
    write(agus, "a")
    request = type("Request", (), {})()
    seen = version_of(request)
    assert seen == last_event_id() > 0
    write(agus, "b")
    assert version_of(request) == seen  # read once a request
    assert last_event_id() > seen


# --- Every column counts ------------------------------------------------------------------

OTHER: dict[str, Any] = {
    "kind": "forged",
    "actor_id": None,
    "actor_name": "X",
    "at": timezone.now() - timedelta(days=3),
    "address": "1.2.3.4",
    "request_id": "r",
    "revision": 9,
    "digest": "x",
    "note": "forged",
    "before": {"a": 1},
    "after": {"a": 1},
}


def test_each_column_of_an_event_is_hashed() -> None:
    columns = {field.attname for field in Event._meta.concrete_fields}
    assert columns - set(HASHED) == {"id", "hash"}
    assert set(OTHER) | {"record_type", "record_id", "seq", "previous_hash"} == set(
        HASHED
    )


@pytest.mark.parametrize("column", OTHER)
def test_a_changed_column_is_found(agus: User, column: str) -> None:
    write(agus, "a", "b", "c")
    with Unguarded():
        Event.objects.filter(seq=2).update(**{column: OTHER[column]})
    breach = first_breach()
    assert breach is not None
    assert (breach.place, breach.reason) == (
        f"accounts.User:{agus.pk}#2",
        "its content was changed",
    )


def forge(event: Event, **values: Any) -> None:
    """Write an event anew with a fitting hash."""
    for name, value in values.items():
        setattr(event, name, value)
    event.hash = hash_of({name: getattr(event, name) for name in HASHED})
    event.save()


FAULTS: dict[str, tuple[Callable[[], object], int, str]] = {
    "first removed": (
        lambda: Event.objects.filter(seq=1)._raw_delete("default"),
        2,
        "event 1 is missing",
    ),
    "middle removed": (
        lambda: Event.objects.filter(seq=2)._raw_delete("default"),
        3,
        "event 2 is missing",
    ),
    "moved up": (
        lambda: forge(Event.objects.get(seq=3), seq=4),
        4,
        "event 3 is missing",
    ),
    "another hash": (
        lambda: Event.objects.filter(seq=2).update(hash="0" * 64),
        2,
        "its content was changed",
    ),
    "rewritten": (
        lambda: forge(Event.objects.filter(seq=1).latest("pk"), note="forged"),
        2,
        "it does not follow the event before it",
    ),
    "another predecessor": (
        lambda: forge(Event.objects.get(seq=3), previous_hash="0" * 64),
        3,
        "it does not follow the event before it",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_by_its_place(agus: User, budi: User, case: str) -> None:
    tamper, seq, reason = FAULTS[case]
    write(budi, "a")
    last = Event.objects.latest("pk").pk
    write(agus, "a", "b", "c")
    with Unguarded():
        tamper()
        damaged = Event.objects.filter(pk__gt=last)
        breach = first_breach(damaged)
    assert breach is not None
    assert (breach.place, breach.reason) == (f"accounts.User:{agus.pk}#{seq}", reason)
    with pytest.raises(CommandError, match=reason):
        call_command("ledger_verify")


def test_the_next_chain_begins_anew_after_a_broken_one(agus: User, budi: User) -> None:
    """One broken record does not hide that others hold, nor the other way round."""
    write(agus, "a", "b")
    write(budi, "a", "b")
    with Unguarded():
        Event.objects.filter(record_id=budi.pk, seq=1).update(note="forged")
    assert first_breach(Event.objects.filter(record_id=agus.pk)) is None
    breach = first_breach()
    assert breach is not None
    assert breach.place == f"accounts.User:{budi.pk}#1"


def test_a_cut_end_is_no_breach_of_the_chain_alone(agus: User) -> None:
    """Why there are checkpoints."""
    write(agus, "a", "b", "c")
    with Unguarded():
        Event.objects.filter(seq=3)._raw_delete("default")
    assert first_breach() is None


# --- How it reads -------------------------------------------------------------------------


def test_a_kind_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KINDS", {})
    kind = EventKind("test.a", "did it")
    register(kind, EventKind("test.b", "did that", "news of"))
    register(EventKind("test.a", "did it"))
    with pytest.raises(ValueError, match=r"test\.a"):
        register(EventKind("test.a", "did something else"))
    assert kind_of("test.a") is kind
    assert (news_of("test.a"), news_of("test.b")) == ("did it", "news of")


def test_a_kind_that_nobody_registered_shows_its_name(agus: User) -> None:
    write(agus, "x.y")
    (entry,) = history_of(agus)
    assert (entry.what, entry.tone) == ("x.y", "")


def test_a_history_is_newest_first_with_its_words(agus: User) -> None:
    record(agus, "role.granted", by=agus, note="baru", after={"voided": 2})
    record(agus, "row.removed", by=None, revision=4, digest="abc")
    with translation.override("en"):
        newest, oldest = history_of(agus)
    assert (newest.what, newest.who, newest.revision, newest.digest) == (
        "removed it",
        "EMS",
        4,
        "abc",
    )
    assert (oldest.what, oldest.note, oldest.voided) == ("granted the role", "baru", 2)


def test_an_event_without_a_person_of_another_record_is_not_shown(agus: User) -> None:
    write(make_person(70, "Tono"), "a")
    assert history_of(agus) == []
