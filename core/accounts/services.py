"""The verbs about people: log in, log out, grant and revoke roles."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import (
    ApiToken,
    KnownAddress,
    LoginFailures,
    Role,
    User,
    UserRole,
)
from core.accounts.permissions import require
from core.accounts.queries import sha256
from core.accounts.signals import person_named, role_granted, role_revoked
from core.common.errors import DomainError, invalid
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
    """Who logged in, and the auth server's token, which is handed on and not kept."""

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
    cannot slip through (attack T20). Must not be called inside a transaction.

    Raises DomainError: ``invalid`` (blank), ``wrong_credentials``, ``throttled``,
    ``upstream_invalid`` or ``unavailable``.
    """
    name = username.strip()
    if not name or not password:
        raise DomainError(_("Enter your user name and your password."), "invalid")
    if len(name) > MAX_USERNAME or len(password) > MAX_PASSWORD:
        raise wrong_credentials()
    reserved = reserve_attempt(name, address)
    try:
        login, person = _ask_auth_server(name, password)
    except WrongCredentials:
        raise wrong_credentials() from None
    except DomainError:
        release_attempt(reserved)
        raise
    release_attempt(reserved)
    _remember_address(name, address)
    # A directory need not tell user names; the one that was typed has just been proved.
    known = person if person.username else replace(person, username=name)
    return SignIn(mirror_person(known), login.token, login.expires_at)


def wrong_credentials() -> DomainError:
    """One sentence for every wrong name and password, so that none can be probed (T18)."""
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


def mirror_person(person: Person) -> User:
    """Keep our copy of a person of the auth server up to date."""
    fields = {
        "username": person.username or str(person.ext_id),
        "name": person.name,
        "department_ext_id": person.department_ext_id,
        # The login's answer has no name of it; the directory brings it (`sync_directory`).
        "department_name": person.department_name or None,
        "is_active": True,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    known["is_superuser"] = _is_admin(person)
    with transaction.atomic():
        # A name that moved to another id frees it: ids are the identity (attack T15).
        User.objects.filter(username=known["username"]).exclude(
            ext_id=person.ext_id
        ).update(username=F("ext_id"), is_active=False)
        user, made = User.objects.update_or_create(
            ext_id=person.ext_id,
            defaults=known,
            create_defaults={**known, "password": "!"},
        )
    if made:
        log.info("person_mirrored", ext_id=person.ext_id)
    return user


def acquaint(ext_ids: Iterable[int]) -> list[int]:
    """Our ids of people of the auth server; who never logged in gets a row, so that news find him.

    Only a login makes a session, so such a row opens no door. No upstream is asked: what is
    known of the directory is taken, and whom a directory that has answered does not know is left
    out. Sends ``person_named`` for each new row.
    """
    wanted = frozenset(ext_ids)
    found = dict(
        User.objects.filter(ext_id__in=wanted).values_list("ext_id", "pk").iterator()
    )
    missing = wanted - found.keys()
    people = upstreams.known_people() if missing else {}
    if people:
        missing &= people.keys()
    if not missing:
        return sorted(found.values())
    User.objects.bulk_create(
        [_named(ext_id, people.get(ext_id)) for ext_id in sorted(missing)],
        ignore_conflicts=True,
    )
    made = list(User.objects.filter(ext_id__in=missing))
    for user in made:
        person = people.get(user.ext_id or 0)
        phone = person.phone if person else ""
        person_named.send(User, user=user, phone=phone or "")
    return sorted([*found.values(), *(user.pk for user in made)])


def _named(ext_id: int, person: Person | None) -> User:
    """The user name is a placeholder that nobody can type; the login brings the true one."""
    return User(
        username=f"#{ext_id}",
        password="!",  # noqa: S106  (what Django writes for none)
        ext_id=ext_id,
        name=person.name if person else "",
        department_ext_id=person.department_ext_id if person else None,
        department_name=(person.department_name or "") if person else "",
    )


def _is_admin(person: Person) -> bool:
    return bool({person.username, str(person.ext_id)} & set(settings.EMS_ADMINS))


def remember_token(signed_in: SignIn) -> ApiToken:
    """Let the API accept this token until it expires, at most ``AUTH_TOKEN_TTL`` seconds."""
    latest = timezone.now() + timedelta(seconds=settings.AUTH_TOKEN_TTL)
    row, _made = ApiToken.objects.update_or_create(
        token_sha256=sha256(signed_in.token),
        defaults={
            "user": signed_in.user,
            "expires_at": min(signed_in.expires_at or latest, latest),
        },
    )
    return row


def forget_token(token: str) -> None:
    """Log out: the token is refused from now on."""
    ApiToken.objects.filter(token_sha256=sha256(token)).delete()


def forget_expired() -> int:
    """Remove tokens and failures that no longer matter; returns how many rows went."""
    now = timezone.now()
    window = timedelta(seconds=settings.LOGIN_FAILURES["window"])
    tokens, _by_model = ApiToken.objects.filter(expires_at__lt=now).delete()
    failures, _by_model = LoginFailures.objects.filter(since__lt=now - window).delete()
    return tokens + failures


def sync_directory(people: Mapping[int, Person]) -> None:
    """Refresh names and departments; close the door to people who left the directory (T23).

    Call it only with a fresh, complete reading of the auth server.
    """
    for user in User.objects.exclude(ext_id=None).filter(is_active=True):
        person = people.get(user.ext_id or 0)
        if person is None:
            _close_account(user)
        elif (person.name and user.name != person.name) or (
            person.department_name and user.department_name != person.department_name
        ):
            user.name = person.name or user.name
            user.department_name = person.department_name or user.department_name
            user.department_ext_id = person.department_ext_id or user.department_ext_id
            user.save(update_fields=["name", "department_name", "department_ext_id"])


def _close_account(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.tokens.all().delete()
    log.warning("account_closed", ext_id=user.ext_id)


# --- Throttling ---------------------------------------------------------------


def reserve_attempt(username: str, address: str) -> list[str]:
    """Count an attempt before it is made; returns the keys to give back when it was right.

    Raises DomainError ``throttled`` with the seconds to wait. Limits: 10 failures per account
    and address, 20 per account from addresses it never used, 50 per address, in 15 minutes.
    """
    keys = _keys(username, address)
    taken: list[str] = []
    for kind, key in keys.items():
        wait = _count(key, settings.LOGIN_FAILURES[kind])
        if wait:
            release_attempt(taken)
            raise DomainError(
                _("Too many wrong passwords. Wait %(minutes)d minutes and try again.")
                % {"minutes": -(-wait // 60)},
                "throttled",
                retry_after=wait,
            )
        taken.append(key)
    return taken


def release_attempt(keys: list[str]) -> None:
    """Give the places of a right attempt back."""
    LoginFailures.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def _keys(username: str, address: str) -> dict[str, str]:
    account = username.casefold()
    pair = _key("pair", account, address)
    keys = {"pair": pair, "address": _key("address", address)}
    if not KnownAddress.objects.filter(key=pair).exists():
        keys["account"] = _key("account", account)
    return keys


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _count(key: str, limit: int) -> int:
    """Take one place of the window; 0 when there was one, else the seconds until there is."""
    now = timezone.now()
    window = timedelta(seconds=settings.LOGIN_FAILURES["window"])
    # Insert-or-nothing, then one conditional UPDATE: two processes cannot both take the last.
    LoginFailures.objects.bulk_create(
        [LoginFailures(key=key, since=now)], ignore_conflicts=True
    )
    rows = LoginFailures.objects.filter(key=key)
    rows.filter(since__lt=now - window).update(since=now, count=0)
    if rows.filter(count__lt=limit).update(count=F("count") + 1):
        return 0
    since = rows.values_list("since", flat=True).first() or now
    return max(1, int((since + window - now).total_seconds()))


def _remember_address(username: str, address: str) -> None:
    key = _key("pair", username.casefold(), address)
    KnownAddress.objects.get_or_create(key=key)


# --- Roles --------------------------------------------------------------------


@transaction.atomic
def grant_role(*, user_id: int, role: str, by: User) -> UserRole:
    """Give a role to a person (auth server id); giving it twice is one effect.

    Raises DomainError ``forbidden`` unless ``by`` is an administrator, ``invalid`` otherwise.
    """
    require(by, "set_up")
    row, made = UserRole.objects.get_or_create(user_id=user_id, role=valid_role(role))
    if made:
        role_granted.send(UserRole, user_id=user_id, role=row.role, by=by)
    return row


@transaction.atomic
def change_role(
    *, row: UserRole, user_id: int | None, role: str | None, by: User
) -> UserRole:
    """Change a row of roles; members that were not sent stay."""
    require(by, "set_up")
    row = UserRole.objects.select_for_update().get(pk=row.pk)
    before = (row.user_id, row.role)
    after = (user_id or row.user_id, valid_role(role) if role else row.role)
    if before == after:
        return row
    if (
        UserRole.objects.filter(user_id=after[0], role=after[1])
        .exclude(pk=row.pk)
        .exists()
    ):
        raise invalid("role", _("This person holds that role already."))
    row.user_id, row.role = after
    row.save(update_fields=["user_id", "role"])
    role_revoked.send(UserRole, user_id=before[0], role=before[1], by=by)
    role_granted.send(UserRole, user_id=after[0], role=after[1], by=by)
    return row


@transaction.atomic
def revoke_role(*, row: UserRole, by: User) -> None:
    """Take a role away."""
    require(by, "set_up")
    row.delete()
    role_revoked.send(UserRole, user_id=row.user_id, role=row.role, by=by)


def valid_role(text: str) -> str:
    """The role that the text names, in any letter case; raises DomainError ``invalid``."""
    role = text.strip().lower()
    if role not in Role.values:
        raise invalid("role", _("A role is one of: pic, spv, manager."))
    return role
