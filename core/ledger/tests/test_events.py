"""Events: appended, chained, never changed, and every tampering named."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.accounts.models import User
from core.ledger.models import Event
from core.ledger.queries import (
    HASHED,
    events_about,
    first_breach,
    hash_of,
)
from core.ledger.services import record


def write(user: User, count: int = 3) -> None:
    """A chain of events about a person."""
    with transaction.atomic():
        for place in range(count):
            record(user, "test.done", by=user, after={"place": place, "price": "1.50"})


@pytest.mark.django_db
def test_it_chains_events_of_one_record(agus: User) -> None:
    write(agus)
    first, second, third = events_about(agus)
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert first_breach() is None


@pytest.mark.django_db
def test_a_note_is_kept_without_what_postgresql_refuses(agus: User) -> None:
    with transaction.atomic():
        record(agus, "test.done", by=agus, note="cuti\0 panjang")
    assert events_about(agus)[0].note == "cuti panjang"
    assert first_breach() is None


@pytest.mark.django_db
def test_it_gives_each_place_once(agus: User) -> None:
    write(agus, 1)
    twin = Event.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_outside_a_transaction(agus: User) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(agus, "test.done", by=agus)
    assert not Event.objects.exists()


def go_around() -> None:
    """The statement that looks like none of the two."""
    statement = {
        "sqlite": "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event",
        "postgresql": "TRUNCATE ledger_event CASCADE",
    }
    with connection.cursor() as cursor:
        cursor.execute(statement[connection.vendor])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        go_around,
        lambda: Event.objects.update(note="forged"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.filter(seq=2)._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_or_remove_events(
    agus: User, change: Callable[[], object]
) -> None:
    write(agus)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert Event.objects.count() == 3


class Unguarded:
    """The tables without their triggers, as a thief with the owner's password has them."""

    def __enter__(self) -> "Unguarded":
        statements = {
            "sqlite": [
                "DROP TRIGGER ledger_event_no_update",
                "DROP TRIGGER ledger_event_no_delete",
            ],
            "postgresql": ["DROP TRIGGER ledger_event_append_only ON ledger_event"],
        }
        with connection.cursor() as cursor:
            for statement in statements[connection.vendor]:
                cursor.execute(statement)
        return self

    def __exit__(self, *_: object) -> None:
        """The test's transaction is rolled back, and the triggers are there again."""


TAMPERINGS: dict[str, tuple[Callable[[], object], str]] = {
    "edit": (
        lambda: Event.objects.filter(seq=2).update(note="forged"),
        "its content was changed",
    ),
    "after": (
        lambda: Event.objects.filter(seq=2).update(after={"place": 9}),
        "its content was changed",
    ),
    "actor": (
        lambda: Event.objects.filter(seq=2).update(actor_name="X"),
        "its content was changed",
    ),
    "remove": (
        lambda: Event.objects.filter(seq=2)._raw_delete("default"),
        "event 2 is missing",
    ),
    "rehash": (lambda: rewrite(2), "it does not follow the event before it"),
}


def rewrite(seq: int) -> None:
    """Change an event and give it a fitting hash: the next one betrays it."""
    event = Event.objects.get(seq=seq)
    event.note = "forged"
    event.hash = hash_of({name: getattr(event, name) for name in HASHED})
    event.save()


@pytest.mark.django_db
@pytest.mark.parametrize("name", TAMPERINGS)
def test_it_names_the_first_bad_row(agus: User, name: str) -> None:
    write(agus)
    tamper, reason = TAMPERINGS[name]
    with Unguarded():
        tamper()
    breach = first_breach()
    assert breach is not None
    assert breach.reason == reason
    with pytest.raises(CommandError, match=r"accounts\.User"):
        call_command("ledger_verify")


@pytest.mark.django_db
def test_the_command_counts_what_holds(
    agus: User, capsys: pytest.CaptureFixture[str]
) -> None:
    write(agus)
    call_command("ledger_verify")
    assert "3 events hold" in capsys.readouterr().out
