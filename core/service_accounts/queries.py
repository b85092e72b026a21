"""Reads of service accounts, their tokens, and who called without one."""

from core.accounts.authentication import MAX_TOKEN
from core.accounts.queries import sha256
from core.service_accounts.models import ServiceAccount, ServiceToken, TokenlessCall

# It tells a found token of a machine from one of a person.
PREFIX = "ems_"
MOST_CALLS = 200


def is_service_token(text: str) -> bool:
    """Whether a token is meant to be one of a machine."""
    return text.startswith(PREFIX)


def service_token(text: str) -> ServiceToken | None:
    """The token that opens something today; one query, none for what is too long to be one."""
    if len(text) > MAX_TOKEN:
        return None
    rows = ServiceToken.objects.select_related("account__user")
    found = rows.filter(token_sha256=sha256(text)).first()
    return found if found is not None and found.is_good() else None


def service_accounts() -> list[ServiceAccount]:
    """All accounts with their tokens; those that still open something first."""
    rows = ServiceAccount.objects.prefetch_related("tokens")
    return sorted(rows, key=lambda row: (row.ended_at is not None, row.name.casefold()))


def tokenless_calls() -> list[TokenlessCall]:
    """Who called without a token, the latest first."""
    return list(TokenlessCall.objects.all()[:MOST_CALLS])
