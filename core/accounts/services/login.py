"""Log in and out: the auth server is asked, and keeps the passwords."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import ApiToken, LoginFailures, User
from core.accounts.queries import sha256
from core.accounts.services.people import mirror_person
from core.accounts.services.quota import forget_days
from core.accounts.services.throttle import (
    count_failure,
    release_attempt,
    remember_address,
    reserve_attempt,
)
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.authserver import Person
from core.integrations.errors import (
    IdentityMismatch,
    UnknownPerson,
    UpstreamError,
    WrongCredentials,
)
from core.integrations.tokens import Login

log = structlog.get_logger(__name__)
MAX_USERNAME, MAX_PASSWORD = 150, 1024


@dataclass(frozen=True, slots=True)
class SignIn:
    """The person who logged in, and the auth server's token, which is handed on and not kept."""

    user: User
    token: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        return f"SignIn({self.user})"


@sensitive_variables("password")
def sign_in(*, username: str, password: str, address: str) -> SignIn:
    """Check a name and password with the auth server and mirror the person.

    Only failed attempts count against an account or an address. A place is taken before the
    auth server is asked and given back after a right password, so that parallel guesses
    cannot slip through (docs/threats.md#t20). Must not be called inside a transaction.

    Raises DomainError: ``invalid`` (blank), ``wrong_credentials``, ``throttled``,
    ``upstream_invalid`` or ``unavailable``.
    """
    name = username.strip()
    if not name or not password:
        raise DomainError(_("Enter your user name and your password."), "invalid")
    # The same words as for a wrong password, and no call: nobody has one so long.
    if len(name) > MAX_USERNAME or len(password) > MAX_PASSWORD:
        raise wrong_credentials()
    # Before the auth server is asked, or parallel guesses would slip through (docs/threats.md#t20).
    reserved = reserve_attempt(name, address)
    try:
        login, person = _ask_auth_server(name, password)
    except WrongCredentials:
        count_failure(reserved)
        raise wrong_credentials() from None
    # An auth server that is away is no wrong password.
    except BaseException:
        release_attempt(reserved)
        raise
    release_attempt(reserved)
    remember_address(name, address)
    # A directory need not tell user names; the one that was typed has just been proved.
    known = person if person.username else replace(person, username=name)
    return SignIn(mirror_person(known), login.token, login.expires_at)


@sensitive_variables("password")
def confirm_password(*, by: User, password: str, address: str) -> None:
    """Ask the auth server whether this is the password of the person who is logged in.

    It counts in the login throttle. Must not be called inside a transaction. Raises DomainError
    ``wrong_credentials``, ``throttled``, ``upstream_invalid``, ``unavailable``.
    """
    try:
        found = sign_in(username=by.username, password=password, address=address)
    except DomainError as error:
        raise (
            _wrong_password() if error.code == "wrong_credentials" else error
        ) from None
    if found.user.pk != by.pk:
        raise _wrong_password()


def _wrong_password() -> DomainError:
    sentence = _("The password is wrong.")
    return DomainError(sentence, "wrong_credentials", errors={"password": [sentence]})


def wrong_credentials() -> DomainError:
    """One sentence for every wrong name and password, so that none can be probed."""
    return DomainError(
        _("The user name or the password is wrong."), "wrong_credentials"
    )


@sensitive_variables("password")
def _ask_auth_server(username: str, password: str) -> tuple[Login, Person]:
    auth = upstreams.auth()
    try:
        login = auth.login(username, password)
        return login, auth.person(login.ext_id, login.token, username=username)
    except (IdentityMismatch, UnknownPerson) as error:
        log.warning("login_refused", reason=type(error).__name__)
        raise DomainError(
            _("The auth server answered for another person. Tell IT."),
            "upstream_invalid",
        ) from None
    except UpstreamError as error:
        raise _unavailable(error) from None


def _unavailable(error: UpstreamError) -> DomainError:
    if error.is_nonsense:
        return DomainError(
            _("The auth server gave an answer that cannot be read. Tell IT."),
            "upstream_invalid",
        )
    return DomainError(
        _("The auth server does not answer. Try again in a moment."),
        "unavailable",
        retry_after=int(error.retry_after or 10),
    )


def remember_token(signed_in: SignIn) -> ApiToken:
    """Let the API accept this token until it expires, at most ``AUTH_TOKEN_TTL`` seconds."""
    latest = timezone.now() + timedelta(seconds=settings.AUTH_TOKEN_TTL)
    row, _made = ApiToken.objects.update_or_create(
        token_sha256=sha256(signed_in.token),
        defaults={
            "user": signed_in.user,
            # A token may live for years at its issuer; here it ends with ``AUTH_TOKEN_TTL``.
            "expires_at": min(signed_in.expires_at or latest, latest),
        },
    )
    return row


def forget_token(token: str) -> None:
    """Log out: the token is refused from now on."""
    ApiToken.objects.filter(token_sha256=sha256(token)).delete()


def forget_expired() -> int:
    """Remove tokens, sessions and failures that no longer matter; returns how many rows went."""
    now = timezone.now()
    window = timedelta(seconds=settings.LOGIN_FAILURES["window"])
    tokens, _by_model = ApiToken.objects.filter(expires_at__lt=now).delete()
    failures, _by_model = LoginFailures.objects.filter(since__lt=now - window).delete()
    sessions, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return tokens + failures + sessions + forget_days()
