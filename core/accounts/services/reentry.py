"""The password or the PIN once more, for a signature (``SIGNATURE_REAUTH``, docs/threats.md#t12)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import Pin, User
from core.accounts.services.login import confirm_password
from core.accounts.services.pins import check_pin, may_be_pin
from core.errors import DomainError

EACH, ABOVE = "each", "above_threshold"
PASSWORD, PIN = "password", "pin"  # how a signature was confirmed


def needs_reentry(*, is_above_threshold: bool = False) -> bool:
    """Whether a signature needs the password or the PIN again.

    ``is_above_threshold``: it decides a change that costs more than the company's threshold;
    signatures on BOMs and tasks never do.
    """
    mode = settings.SIGNATURE_REAUTH
    return mode == EACH or (mode == ABOVE and is_above_threshold)


def require_reentry(confirmed: str) -> None:
    """Refuse a signature that needs a re-entry and has none; raises DomainError ``reauth_required``."""
    if needs_reentry() and not confirmed:
        raise reauth_required()


def reauth_required() -> DomainError:
    """The refusal of a signature without password and PIN."""
    return DomainError(_("Enter your password or your PIN to sign."), "reauth_required")


@sensitive_variables("secret")
def confirm_signature(*, by: User, secret: str, address: str, is_needed: bool) -> str:
    """Make sure that the person who signs is the one who is logged in.

    Returns how: ``""`` (no signature needs it), ``password`` or ``pin``. Digits only are judged as
    the PIN of a person who has set one, and go nowhere else: a mistyped PIN is no wrong password.
    Anything else is the password, judged by the auth server and counted in the login throttle.
    The secret is neither kept nor logged. Must not be called inside a transaction. Raises
    DomainError ``reauth_required`` (nothing given), ``wrong_credentials``, ``pin_locked``,
    ``throttled``, ``upstream_invalid``, ``unavailable``.
    """
    if not is_needed:
        return ""
    if not secret:
        raise reauth_required()
    if may_be_pin(secret) and Pin.objects.filter(user=by).exists():
        if check_pin(by, secret):
            return PIN
        raise _wrong()
    try:
        confirm_password(by=by, password=secret, address=address)
    except DomainError as error:
        raise (_wrong() if error.code == "wrong_credentials" else error) from None
    return PASSWORD


def _wrong() -> DomainError:
    return DomainError(_("The password or the PIN is wrong."), "wrong_credentials")
