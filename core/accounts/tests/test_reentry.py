"""Password or PIN once more for a signature: when it is needed, and how it was confirmed."""

from typing import Any

import pytest
from django.db import transaction

from core.accounts.models import LoginFailures, Pin
from core.accounts.services import (
    check_pin,
    confirm_signature,
    needs_reentry,
    require_reentry,
    set_pin,
)
from core.errors import DomainError
from core.integrations.transaction_guard import SocketInTransaction
from tests.people import PASSWORD, Cast

PIN, OTHER = "270391", "905172"
HOME = "10.0.0.1"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def confirmed(cast: Cast, secret: str, *, is_needed: bool = True) -> str:
    """How Agus confirmed, or the code of the refusal."""
    try:
        return confirm_signature(
            by=cast.agus, secret=secret, address=HOME, is_needed=is_needed
        )
    except DomainError as error:
        return error.code


def give_pin(cast: Cast) -> None:
    set_pin(by=cast.agus, pin=PIN, password=PASSWORD, address=HOME)


@pytest.mark.parametrize(
    ("mode", "below", "above"),
    [("off", False, False), ("each", True, True), ("above_threshold", False, True)],
)
def test_the_setting_says_which_signatures_need_it(
    settings: Any, mode: str, below: bool, above: bool
) -> None:
    settings.SIGNATURE_REAUTH = mode
    assert needs_reentry() is needs_reentry(is_above_threshold=False) is below
    assert needs_reentry(is_above_threshold=True) is above
    if below:
        with pytest.raises(DomainError):
            require_reentry("")
    else:
        require_reentry("")
    require_reentry("pin")


def test_nothing_is_asked_where_nothing_is_needed(cast: Cast) -> None:
    cast.sandbox.auth.people.clear()
    assert confirmed(cast, "whatever", is_needed=False) == ""


def test_the_password_or_the_pin(cast: Cast) -> None:
    assert confirmed(cast, "") == "reauth_required"
    assert confirmed(cast, "salah") == "wrong_credentials"
    assert confirmed(cast, PASSWORD) == "password"
    assert confirmed(cast, PIN) == "wrong_credentials"  # no PIN is set: a password
    give_pin(cast)
    assert confirmed(cast, PIN) == "pin"
    assert confirmed(cast, PASSWORD) == "password"
    assert confirmed(cast, OTHER) == "wrong_credentials"


def test_a_mistyped_pin_goes_to_no_other_server(cast: Cast) -> None:
    give_pin(cast)
    cast.sandbox.auth.calls.clear()
    assert [confirmed(cast, "27039") for _ in range(5)][-1] == "pin_locked"
    assert confirmed(cast, PIN) == "pin_locked"
    assert not cast.sandbox.auth.calls
    assert sum(LoginFailures.objects.values_list("count", flat=True)) == 0
    assert confirmed(cast, PASSWORD) == "password"
    give_pin(cast)
    assert confirmed(cast, PIN) == "pin"


def test_wrong_passwords_are_throttled_as_at_the_login(cast: Cast) -> None:
    assert [confirmed(cast, "no") for _ in range(12)][-1] == "throttled"
    give = {"by": cast.hendi, "secret": PASSWORD, "address": HOME, "is_needed": True}
    assert confirm_signature(**give) == "password"  # type: ignore[arg-type]


def test_an_auth_server_that_is_away_stops_no_pin(cast: Cast, settings: Any) -> None:
    give_pin(cast)
    settings.AUTH_SERVER_URL = ""
    assert confirmed(cast, PIN) == "pin"


def test_a_count_that_could_be_taken_back_is_refused(cast: Cast) -> None:
    """A refusal inside somebody's transaction would undo the count of the wrong try."""
    give_pin(cast)
    with pytest.raises(RuntimeError), transaction.atomic():
        check_pin(cast.agus, OTHER)
    with pytest.raises(SocketInTransaction), transaction.atomic():
        confirmed(cast, PASSWORD)
    assert Pin.objects.get().failures == 0
