"""Permissions of one change."""

from typing import Protocol

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.errors import DomainError
from engineering.models import ChangeNotice


def may_edit(user: User, change: ChangeNotice) -> bool:
    """While nobody has settled it: the requester, who raised it, an SPV or a manager."""
    return change.is_editable and (
        user.pk in {change.requester_id, change.created_by_id}
        or may(user, "edit_any_change")
    )


def require_editor(user: User, change: ChangeNotice) -> None:
    """Refuse an edit; raises DomainError ``illegal_transition`` or ``forbidden``."""
    if not change.is_editable:
        raise DomainError(
            _("%s is decided and can no longer be changed.") % change,
            "illegal_transition",
        )
    if not may_edit(user, change):
        raise DomainError(
            _("Only the requester, an SPV or a manager may change this record."),
            "forbidden",
        )


class ChangeUnderRule(Protocol):
    """The attributes of a change by which its authors are known."""

    @property
    def pk(self) -> int: ...

    @property
    def revision(self) -> int:
        """Number of its present content."""

    @property
    def requester_id(self) -> int | None:
        """User id of the requester; None for a person who never logged in."""

    @property
    def created_by_id(self) -> int | None:
        """User id of the author."""

    @property
    def ext_user_id(self) -> int | None:
        """Auth server id of the requester, who may not have logged in yet."""


def adds_content(user: User, change: ChangeNotice, route: frozenset[int]) -> bool:
    """Whether a file of this person becomes part of what is signed; else it is evidence."""
    if not change.is_editable:
        return False
    if user.pk in {change.requester_id, change.created_by_id}:
        return True
    decides = user.pk in route or change.decisions.filter(
        approver=user, revision=change.revision
    )
    return not decides and may(user, "edit_any_change")


def may_attach(user: User, change: ChangeNotice, deciders: frozenset[int]) -> bool:
    """Its author and requester, an SPV, a manager, and the people who decide or have decided."""
    return (
        user.pk in {change.requester_id, change.created_by_id} | deciders
        or may(user, "edit_any_change")
        or change.decisions.filter(approver=user).exists()
    )
