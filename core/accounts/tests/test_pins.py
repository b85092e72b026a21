"""The PIN for signatures: what is taken for one, five wrong tries, its page, many tries at once."""

import threading
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from core.accounts.models import Pin, User
from core.accounts.services import check_pin, pins, remove_pin, set_pin
from core.errors import DomainError
from core.ledger.models import Event
from engineering.tests.test_races import at_once
from notifications.models import Notification
from notifications.queries.texts import message_of, title_of
from tests.people import PASSWORD, Cast

PIN, OTHER = "270391", "905172"
HOME = "10.0.0.1"
PAGE = "/accounts/pin/"
FORM = {"pin": PIN, "again": PIN, "password": PASSWORD}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """The slow hash is Django's own; what is tested here is what stands around it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def give(user: User, pin: str = PIN) -> Pin:
    """A PIN, set with the password."""
    return set_pin(by=user, pin=pin, password=PASSWORD, address=HOME)


def tried(user: User, pin: str) -> str:
    """``right``, ``wrong`` or the code of the refusal."""
    try:
        return "right" if check_pin(user, pin) else "wrong"
    except DomainError as error:
        return error.code


def refused(user: User, **given: Any) -> str:
    """The code of the refusal to set a PIN."""
    with pytest.raises(DomainError) as caught:
        set_pin(
            **{"by": user, "pin": PIN, "password": PASSWORD, "address": HOME, **given}
        )
    return caught.value.code


def kinds(user: User) -> list[str]:
    rows = Event.objects.filter(kind__startswith="pin.", record_id=user.pk)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_it_is_set_changed_and_removed_with_an_event_each(cast: Cast) -> None:
    give(cast.agus)
    assert (tried(cast.agus, PIN), tried(cast.agus, OTHER)) == ("right", "wrong")
    give(cast.agus, OTHER)
    assert (tried(cast.agus, PIN), tried(cast.agus, OTHER)) == ("wrong", "right")
    remove_pin(by=cast.agus)
    remove_pin(by=cast.agus)
    assert tried(cast.agus, OTHER) == "wrong"
    assert kinds(cast.agus) == ["pin.set", "pin.set", "pin.removed"]


def test_the_digits_stand_nowhere(cast: Cast) -> None:
    give(cast.agus)
    pin = Pin.objects.get()
    said = f"{pin} {Event.objects.values_list('after', 'before', 'note')}"
    assert PIN not in pin.hashed
    assert PIN not in said


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "1234567890123",
        "27039a",
        "27 391",
        "٢٧٠٣٩١",
        "000000",
        "123456",
        "890123",
        "654321",
        "210987",
        "000012",
    ],
)
def test_what_is_no_good_is_refused_before_anybody_is_asked(
    cast: Cast, pin: str
) -> None:
    """12 is the number of Agus at the auth server."""
    cast.sandbox.auth.people.clear()
    assert refused(cast.agus, pin=pin) == "invalid"
    assert not Pin.objects.exists()


def test_the_password_comes_first(cast: Cast) -> None:
    assert refused(cast.agus, password="") == "invalid"
    assert refused(cast.agus, password="salah") == "wrong_credentials"
    assert refused(cast.agus, by=cast.people["ratna"], password="x" * 2000)
    assert not Pin.objects.exists()
    tries = [refused(cast.agus, password="salah") for _ in range(12)]
    assert tries[-1] == "throttled"


def test_another_persons_password_sets_no_pin(cast: Cast) -> None:
    """Somebody took the name meanwhile: the auth server answers for another id."""
    rows = {row["username"]: row for row in cast.sandbox.auth.people}
    rows["rina"]["username"], rows["agus"]["username"] = "agus", "rina"
    assert refused(cast.agus) in {"wrong_credentials", "upstream_invalid"}
    assert not Pin.objects.exists()


def test_the_fifth_wrong_try_locks_it_and_the_person_hears(cast: Cast) -> None:
    give(cast.agus)
    assert [tried(cast.agus, OTHER) for _ in range(4)] == ["wrong"] * 4
    assert tried(cast.agus, PIN) == "right"  # a right one forgives
    said = [tried(cast.agus, OTHER) for _ in range(5)]
    assert said == [*["wrong"] * 4, "pin_locked"]
    assert tried(cast.agus, PIN) == tried(cast.agus, OTHER) == "pin_locked"
    assert kinds(cast.agus) == ["pin.set", "pin.locked"]
    notice = Notification.objects.get(kind="pin.locked")
    assert (notice.recipient, notice.url) == (cast.agus, PAGE)
    assert title_of(notice.kind, notice.facts)
    assert message_of(notice.kind, notice.facts)
    give(cast.agus, OTHER)
    assert tried(cast.agus, OTHER) == "right"


def test_a_person_without_one_is_answered_no_after_the_same_work(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    real = make_password

    def counted(text: str) -> str:
        work.append(text)
        return real(text)

    monkeypatch.setattr(pins, "make_password", counted)
    assert [tried(cast.agus, PIN) for _ in range(7)] == ["wrong"] * 7
    assert work == [PIN] * 7


def test_a_try_of_the_pin_that_was_before_counts_for_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(cast.agus)

    def meanwhile(pin: str, hashed: str) -> bool:
        give(cast.agus, OTHER)
        return True

    with monkeypatch.context() as patched:
        patched.setattr(pins, "check_password", meanwhile)
        assert tried(cast.agus, PIN) == "wrong"
    assert Pin.objects.get().failures == 0
    assert tried(cast.agus, OTHER) == "right"


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_tries_at_once_five_count(agus: User) -> None:
    hashed = make_password(PIN)
    for done in range(4):
        Pin.objects.all().delete()
        Pin.objects.create(user=agus, hashed=hashed, set_at=agus.created_at)
        said = at_once(*[lambda: check_pin(agus, OTHER)] * 8)
        assert sorted(said) == ["done"] * 4 + ["pin_locked"] * 4
        pin = Pin.objects.get()
        assert (pin.failures, bool(pin.locked_at)) == (5, True)
        assert kinds(agus).count("pin.locked") == done + 1
        assert tried(agus, PIN) == "pin_locked"


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_more_would_pass(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sabotage: a count that two read before either writes it."""
    met, seen = threading.Barrier(2), []
    hashed = make_password(PIN)
    pin = Pin.objects.create(user=agus, hashed=hashed, set_at=agus.created_at)

    def unlocked(known: Pin, *, is_right: bool) -> bool:
        row = Pin.objects.get(pk=known.pk)
        met.wait(10)
        seen.append(row.failures)
        Pin.objects.filter(pk=known.pk).update(failures=row.failures + 1)
        return is_right

    monkeypatch.setattr(pins, "_judged", unlocked)
    at_once(*[lambda: check_pin(agus, OTHER)] * 2)
    pin.refresh_from_db()
    assert (seen, pin.failures) == ([0, 0], 1)


def test_the_page_sets_changes_and_removes_it(cast: Cast) -> None:
    browser = cast.browser("agus")
    assert b"pin/remove" not in browser.get(PAGE).content
    assert browser.post(PAGE, FORM).status_code == 302
    assert tried(cast.agus, PIN) == "right"
    assert b"pin/remove" in browser.get(PAGE).content
    browser.post(PAGE, FORM | {"pin": OTHER, "again": OTHER})
    assert tried(cast.agus, OTHER) == "right"
    for _try in range(5):
        tried(cast.agus, PIN)
    assert "terkunci" in browser.get(PAGE).content.decode()
    browser.post(f"{PAGE}remove/")
    assert not Pin.objects.exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"again": OTHER}, 400),
        ({"pin": "123456", "again": "123456"}, 400),
        ({"pin": "\0", "again": "\0"}, 400),
        ({"pin": "1" * 500, "again": "1" * 500}, 400),
        ({"password": "salah"}, 400),
        ({"password": ""}, 400),
    ],
)
def test_the_page_refuses_with_the_form(
    cast: Cast, given: dict[str, str], status: int
) -> None:
    answer = cast.browser("agus").post(PAGE, FORM | given if given else {})
    assert answer.status_code == status
    assert PIN not in answer.content.decode()
    assert not Pin.objects.exists()


def test_the_page_is_for_who_is_logged_in(cast: Cast) -> None:
    assert cast.browser().get(PAGE).status_code == 302
    assert cast.browser().post(f"{PAGE}remove/").status_code == 302
    assert cast.browser("agus").get(f"{PAGE}remove/").status_code == 405
