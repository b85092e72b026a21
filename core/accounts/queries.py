"""Reads about people."""

import hashlib
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import ApiToken, User, UserRole


def sha256(token: str) -> str:
    """The stored form of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_of_token(token: str) -> User | None:
    """The active person to whom a token of ours belongs, if it has not expired."""
    row = (
        ApiToken.objects.select_related("user")
        .filter(
            token_sha256=sha256(token),
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )
    return row.user if row else None


def holders_of(roles: Iterable[str]) -> QuerySet[User]:
    """Active people who hold any of the roles."""
    ids = UserRole.objects.filter(role__in=list(roles)).values("user_id")
    return User.objects.filter(is_active=True, ext_id__in=ids)


def roles_of(ext_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Roles by the auth server's id, in one query."""
    held: dict[int, set[str]] = {}
    for user_id, role in UserRole.objects.filter(user_id__in=list(ext_ids)).values_list(
        "user_id", "role"
    ):
        held.setdefault(user_id, set()).add(role)
    return {user_id: frozenset(roles) for user_id, roles in held.items()}
