"""The PIN for signatures: set after the password, kept as a hash, locked after five wrong tries."""

import re
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import Pin, User
from core.accounts.services.login import confirm_password
from core.accounts.signals import pin_locked, pin_removed, pin_set
from core.errors import DomainError, invalid

MAX_TRIES = 5
MIN_DIGITS, MAX_DIGITS = 6, 12
DIGITS = re.compile(rf"[0-9]{{1,{MAX_DIGITS}}}")
# Equal digits, and digits that count up or down, by what each adds to the one before.
EASY_STEPS = ({0}, {1}, {9})


def may_be_pin(secret: str) -> bool:
    """Whether a text has the form of a PIN; one with too few digits is a PIN that was mistyped."""
    return bool(DIGITS.fullmatch(secret))


@sensitive_variables("pin", "password")
def set_pin(*, by: User, pin: str, password: str, address: str) -> Pin:
    """Set or change one's own PIN; it also frees a locked one.

    The auth server is asked for the password first, so never inside a transaction. Raises
    DomainError ``invalid`` (the PIN is no good, or no password came), ``wrong_credentials``,
    ``throttled``, ``upstream_invalid``, ``unavailable``.
    """
    _require_good(pin, by)
    if not password:
        raise invalid("password", _("Enter your password."))
    confirm_password(by=by, password=password, address=address)
    # It takes a fraction of a second, which no other person should wait for.
    values = {"hashed": make_password(pin), "set_at": timezone.now()}
    with transaction.atomic():
        row, _made = Pin.objects.update_or_create(
            user=by, defaults={**values, "failures": 0, "locked_at": None}
        )
        pin_set.send(Pin, user=by)
    return row


@transaction.atomic
def remove_pin(*, by: User) -> None:
    """Do without a PIN; one that is not there is no fault."""
    removed, _by_model = Pin.objects.filter(user=by).delete()
    if removed:
        pin_removed.send(Pin, user=by)


@sensitive_variables("pin")
def check_pin(user: User, pin: str) -> bool:
    """Whether this is the person's PIN; for a person without one it takes as long and says no.

    The fifth wrong try in a row locks it. Must not be called inside a transaction: a refusal that
    takes the transaction back would take the count back, too. Raises DomainError ``pin_locked``.
    """
    known = Pin.objects.filter(user=user).first()
    if known is None:
        make_password(pin)
        return False
    if known.locked_at is not None:
        raise _locked()
    return _judged(known, is_right=check_password(pin, known.hashed))


def _locked() -> DomainError:
    return DomainError(
        _(
            "Your PIN is locked after five wrong tries. Sign with your password, or set a new PIN."
        ),
        "pin_locked",
    )


def _judged(known: Pin, *, is_right: bool) -> bool:
    """Count a try; raises DomainError ``pin_locked`` once five wrong ones came before it.

    Tries that come at once count one after the other, so that the right one among many guesses is
    refused as any other (docs/threats.md#t12b).
    """
    with transaction.atomic(durable=True):
        rows = Pin.objects.select_for_update().filter(pk=known.pk)
        pin = rows.filter(hashed=known.hashed).first()
        if pin is None:  # another one was set meanwhile, or none is left
            return False
        if pin.locked_at is None:
            _count(pin, is_right=is_right)
    if pin.locked_at is not None:
        raise _locked()
    return is_right


def _count(pin: Pin, *, is_right: bool) -> None:
    pin.failures = 0 if is_right else pin.failures + 1
    pin.locked_at = timezone.now() if pin.failures >= MAX_TRIES else None
    pin.save(update_fields=["failures", "locked_at"])
    if pin.locked_at is not None:
        pin_locked.send(Pin, user=pin.user)


def _require_good(pin: str, by: User) -> None:
    if not (may_be_pin(pin) and len(pin) >= MIN_DIGITS):
        raise invalid("pin", _("A PIN has 6 to 12 digits."))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    own = {str(by.ext_id or ""), by.username} - {""}
    if steps in EASY_STEPS or pin.lstrip("0") in own or pin in own:
        raise invalid(
            "pin",
            _(
                "This PIN is too easy to guess: no equal digits, no digits in a row, not your own number."
            ),
        )
