"""Permissions of one BOM approval."""

from core.accounts.models import User
from core.accounts.permissions import may


def may_invite(user: User) -> bool:
    """SPV and manager open approvals, invite and remove PICs."""
    return may(user, "open_bom_approval")


def may_remove_pics(user: User, asked: frozenset[int]) -> bool:
    """Not a PIC of the same BOM, unless that is a manager or an administrator."""
    return user.ext_id not in asked or may(user, "manage_approvals")
