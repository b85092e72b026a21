"""Whose leave a person may enter and remove."""

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.errors import DomainError


def may_keep_leave(user: User, ext_user_id: int) -> bool:
    """One's own; an SPV, a manager and an administrator that of anybody."""
    return user.ext_id == ext_user_id or may(user, "keep_leave")


def require_keeper(user: User, ext_user_id: int) -> None:
    """Refuse; raises DomainError ``forbidden``."""
    if not may_keep_leave(user, ext_user_id):
        raise DomainError(
            _(
                "You may enter and remove your own leave only. Ask an SPV, a manager or an administrator."
            ),
            "forbidden",
        )
