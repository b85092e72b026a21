"""Make and end accounts of machines and their tokens, and note who used them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.accounts.queries import sha256
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.ledger.services import record
from core.service_accounts.models import (
    USERNAME,
    ServiceAccount,
    ServiceToken,
    TokenlessCall,
)
from core.service_accounts.policies import READ_ALL
from core.service_accounts.queries import PREFIX

MOST_DAYS = 731
SHOWN = 12
SECRET_BYTES = 32
NOTED_EVERY = timedelta(minutes=1)
# Rows of strangers are bounded, and forgotten.
MOST_CALLERS, KEPT_DAYS = 1000, 90
CALLERS_COUNTED = 60.0


@transaction.atomic
def make_service_account(*, name: str, purpose: str, by: User) -> ServiceAccount:
    """An account for a machine, without a token yet.

    Raises DomainError ``forbidden``, ``invalid`` (no name or purpose, a name that is taken or a person's).
    """
    require(by, "set_up")
    name, purpose = name.strip(), purpose.strip()
    for field, text in (("name", name), ("purpose", purpose)):
        if not text:
            raise invalid(field, _("Needed."))
    if ServiceAccount.objects.filter(name__iexact=name).exists():
        raise invalid("name", _("There is a service account of this name."))
    if User.objects.filter(name__iexact=name).exists():
        raise invalid(
            "name", _("A person has this name; histories must tell them apart.")
        )
    user = User(username=USERNAME % name, name=name, is_active=False)
    user.set_unusable_password()
    user.save()
    account = ServiceAccount.objects.create(
        name=name, purpose=purpose, user=user, created_at=timezone.now()
    )
    record(
        account, "machine.made", by=by, after={"name": account.name, "purpose": purpose}
    )
    return account


@transaction.atomic
def make_service_token(
    *,
    account_id: int,
    last_day: date,
    by: User,
    scopes: Sequence[str] = (),
    addresses: Sequence[str] = (),
) -> tuple[ServiceToken, str]:
    """A token of the account, and its text, which nobody can read again.

    ``scopes`` and ``addresses`` as ``policies.read_scopes`` and ``read_addresses`` give them; without
    a scope it may read everything and write nothing. ``last_day``: the last day on which it is good.
    Raises DomainError ``forbidden``, ``not_found``, ``illegal_transition`` (the account has ended),
    ``invalid``.
    """
    require(by, "set_up")
    account = locked(ServiceAccount.objects.all(), account_id)
    if account.ended_at is not None:
        raise DomainError(
            _("%s has ended. Make a new account.") % account, "illegal_transition"
        )
    _require_day(last_day)
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ServiceToken.objects.create(
        account=account,
        token_sha256=sha256(text),
        beginning=text[:SHOWN],
        scopes=list(scopes) or [READ_ALL],
        addresses=list(addresses),
        last_day=last_day,
        created_at=timezone.now(),
    )
    record(account, "machine.token_made", by=by, after=_facts(token))
    return token, text


def _require_day(last_day: date) -> None:
    today = timezone.localdate()
    if not today <= last_day <= today + timedelta(days=MOST_DAYS):
        raise invalid(
            "last_day", _("A day from today on, and at most two years ahead.")
        )


def _facts(token: ServiceToken) -> dict[str, object]:
    return {
        "token": token.beginning,
        "scopes": token.scopes,
        "addresses": token.addresses,
        "last_day": token.last_day,
    }


@transaction.atomic
def end_service_token(*, token_id: int, by: User) -> ServiceToken:
    """From now on it opens nothing; the same again has no effect."""
    require(by, "set_up")
    account = locked(ServiceAccount.objects.filter(tokens=token_id), _owner(token_id))
    token = account.tokens.get(pk=token_id)
    if token.ended_at is None:
        token.ended_at = timezone.now()
        token.save(update_fields=["ended_at"])
        record(account, "machine.token_ended", by=by, before={"token": token.beginning})
    return token


def _owner(token_id: int) -> int:
    found = ServiceToken.objects.filter(pk=token_id).values_list("account", flat=True)
    return found.first() or 0


@transaction.atomic
def end_service_account(*, account_id: int, by: User) -> ServiceAccount:
    """The account and all its tokens open nothing from now on; what it wrote stays."""
    require(by, "set_up")
    account = locked(ServiceAccount.objects.all(), account_id)
    if account.ended_at is None:
        account.ended_at = timezone.now()
        account.save(update_fields=["ended_at"])
        record(account, "machine.ended", by=by, before={"name": account.name})
    return account


# --- Use ----------------------------------------------------------------------------


def note_use(token: ServiceToken, address: str) -> None:
    """Remember when and from where a token was used, once a minute; its first use is an event."""
    now = timezone.now()
    if token.first_used_at is None:
        _note_first_use(token, address, now)
    elif token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        ServiceToken.objects.filter(pk=token.pk).update(
            last_used_at=now, last_address=address
        )


@transaction.atomic
def _note_first_use(token: ServiceToken, address: str, now: datetime) -> None:
    account = locked(ServiceAccount.objects.all(), token.account_id)
    made = ServiceToken.objects.filter(pk=token.pk, first_used_at=None).update(
        first_used_at=now, last_used_at=now, last_address=address
    )
    if made:
        record(
            account,
            "machine.token_used",
            by=account.user,
            after={"token": token.beginning, "address": address},
        )


def note_tokenless_call(*, method: str, route: str, address: str, program: str) -> None:
    """Remember that somebody called the API without a token; one write a minute and caller.

    What is beyond 1,000 callers is not kept, so that strangers cannot fill the table.
    """
    place = {
        "method": method[:10],
        "route": route[:200],
        "address": address[:64],
        "program": program.replace("\0", "")[:120],
    }
    if not cache.add(f"tokenless:{sha256(repr(place))}", 1, CALLERS_COUNTED):
        return
    now = timezone.now()
    rows = TokenlessCall.objects.filter(**place)
    if rows.update(minutes=F("minutes") + 1, last_at=now):
        return
    if TokenlessCall.objects.count() < MOST_CALLERS:
        first = {"first_at": now, "last_at": now}
        TokenlessCall.objects.get_or_create(**place, defaults=first)


def forget_tokenless_calls() -> int:
    """Remove who has not called without a token for 90 days."""
    rows = TokenlessCall.objects.filter(
        last_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)
    )
    return rows.delete()[0]
