"""Failed logins are counted, so that guessing is slow and locks nobody else out.

A place is taken before the auth server is asked (``judging``); a wrong password turns it into a
failure, anything else gives it back. So parallel guesses cannot slip through, and many right logins
at once are never called wrong passwords.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import KnownAddress, LoginFailures
from core.errors import DomainError

BUSY_SECONDS = 2  # until a place that somebody else's login holds is likely free


def reserve_attempt(username: str, address: str) -> list[str]:
    """Take a place before a login is judged; returns the keys to settle it with afterwards.

    Limits of failures and open attempts: 10 per account and address, 20 per account from addresses
    it never used, 50 per address, in 15 minutes; an account at an address it has logged in from is
    asked for the first only. An attempt over a limit costs no write. Raises DomainError ``throttled``
    with the seconds to wait.
    """
    keys = _keys(username, address)
    for kind, key in keys.items():
        _require_room(key, settings.LOGIN_FAILURES[kind])
    taken: list[str] = []
    for kind, key in keys.items():
        limit = settings.LOGIN_FAILURES[kind]
        if not _take(key, limit):
            release_attempt(taken)
            _require_room(key, limit)
            raise _busy()
        taken.append(key)
    return taken


def require_room_for_address(door: str, address: str) -> None:
    """Raises DomainError ``throttled`` while an address has used up its wrong tries at a door; no write."""
    _require_room(_key(door, address), settings.LOGIN_FAILURES["address"])


def reserve_for_address(door: str, address: str) -> list[str]:
    """Take a place before a secret is judged at a door that names no account; settle it as a login's.

    Each door counts for itself, 50 failures per address in 15 minutes. Raises DomainError ``throttled``.
    """
    require_room_for_address(door, address)
    key = _key(door, address)
    if not _take(key, settings.LOGIN_FAILURES["address"]):
        require_room_for_address(door, address)
        raise _busy()
    return [key]


def release_attempt(keys: Iterable[str]) -> None:
    """Give the places of an attempt back that was no failure."""
    rows = LoginFailures.objects.filter(key__in=list(keys), judging__gt=0)
    rows.update(judging=F("judging") - 1)


def count_failure(keys: Iterable[str]) -> None:
    """The password was wrong: the places count until the window ends."""
    rows = LoginFailures.objects.filter(key__in=list(keys))
    rows.update(count=F("count") + 1, judging=Greatest(F("judging") - 1, 0))


def remember_address(username: str, address: str) -> None:
    """The account has logged in from here: failures of strangers do not lock it here."""
    KnownAddress.objects.get_or_create(key=_pair(username, address))


def account_of(username: str) -> str:
    """One spelling of a user name: compatible forms, case and invisible characters are the same."""
    text = unicodedata.normalize("NFKC", username)
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return unicodedata.normalize("NFKC", seen.casefold()).strip()


def _keys(username: str, address: str) -> dict[str, str]:
    """The keys of an attempt, the address first: it costs a stranger the least."""
    pair = _pair(username, address)
    # So that strangers who guess cannot lock the owner out (docs/threats.md#t20b).
    if KnownAddress.objects.filter(key=pair).exists():
        return {"pair": pair}
    return {
        "address": _key("address", address),
        "account": _key("account", account_of(username)),
        "pair": pair,
    }


def _pair(username: str, address: str) -> str:
    return _key("pair", account_of(username), address)


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _window() -> timedelta:
    return timedelta(seconds=settings.LOGIN_FAILURES["window"])


def _require_room(key: str, limit: int) -> None:
    """Refuse without a write when the place is full of failures, or of open attempts."""
    now = timezone.now()
    row = LoginFailures.objects.filter(key=key, since__gte=now - _window()).first()
    if row is None or row.count + row.judging < limit:
        return
    if row.count < limit:
        raise _busy()
    wait = max(1, int((row.since + _window() - now).total_seconds()))
    raise DomainError(
        _("Too many wrong passwords. Wait %(minutes)d minutes and try again.")
        % {"minutes": -(-wait // 60)},
        "throttled",
        retry_after=wait,
    )


def _busy() -> DomainError:
    return DomainError(
        _("Many people log in from here at this moment. Try again in a few seconds."),
        "throttled",
        retry_after=BUSY_SECONDS,
    )


def _take(key: str, limit: int) -> bool:
    """Take one place of the window, if there is one."""
    now = timezone.now()
    # Insert-or-nothing, then one conditional UPDATE: two processes cannot both take the last.
    LoginFailures.objects.bulk_create(
        [LoginFailures(key=key, since=now)], ignore_conflicts=True
    )
    rows = LoginFailures.objects.filter(key=key)
    rows.filter(since__lt=now - _window()).update(since=now, count=0, judging=0)
    free = rows.filter(count__lt=limit - F("judging"))
    return bool(free.update(judging=F("judging") + 1))
