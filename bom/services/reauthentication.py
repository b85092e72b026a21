"""The password once more, for a decision (``SIGNATURE_REAUTH``, docs/threats.md#t12)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import User
from core.accounts.services import sign_in, wrong_credentials
from core.errors import DomainError

EACH = "each"


@sensitive_variables("password")
def confirm_person(*, by: User, password: str, address: str) -> bool:
    """Ask the auth server whether this is the person who is logged in.

    False when no signature needs it. A wrong password counts in the login throttle; the password
    is neither kept nor logged. Must not be called inside a transaction. Raises DomainError
    ``reauth_required`` (none given), ``wrong_credentials``, ``throttled``, ``unavailable``.
    """
    if settings.SIGNATURE_REAUTH != EACH:
        return False
    if not password:
        raise DomainError(_("Enter your password to sign."), "reauth_required")
    found = sign_in(username=by.username, password=password, address=address)
    if found.user.pk != by.pk:
        raise wrong_credentials()
    return True
