"""Permissions of one BOM approval."""

from core.accounts.models import User
from core.accounts.permissions import may


def may_invite(user: User) -> bool:
    """SPV and manager open approvals, invite and remove PICs."""
    return may(user, "open_bom_approval")
