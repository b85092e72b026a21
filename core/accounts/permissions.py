"""The one table of permissions. Conditions on a record stand in its app."""

from typing import Any, Protocol

from django.utils.translation import gettext as _

from core.accounts.models import Role, User
from core.errors import DomainError

STAFF = "staff"
ADMIN = "admin"
MAY: dict[str, frozenset[str]] = {
    "read": frozenset({STAFF}),
    "raise_change": frozenset({STAFF}),
    "edit_any_change": frozenset({Role.SPV, Role.MANAGER}),
    "analyse_document": frozenset({STAFF}),
    "open_bom_approval": frozenset({Role.SPV, Role.MANAGER}),
    # Ask other people than those a route names: forward, invite, remove anybody's assignment.
    "manage_approvals": frozenset({ADMIN, Role.MANAGER}),
    "plan_activity": frozenset({STAFF}),
    "upload_document": frozenset({STAFF}),
    "delete_any_document": frozenset({ADMIN, Role.MANAGER}),
    "set_up": frozenset({ADMIN}),
    "keep_tables": frozenset({ADMIN, Role.SPV, Role.MANAGER}),
    "keep_leave": frozenset({ADMIN, Role.SPV, Role.MANAGER}),
    "update_metrics": frozenset({ADMIN, Role.SPV, Role.MANAGER}),
    # What one wrote oneself, everybody may strike.
    "strike_any_comment": frozenset({ADMIN, Role.MANAGER}),
    "resend_delivery": frozenset({ADMIN, Role.SPV, Role.MANAGER}),
}


class HasUser(Protocol):
    """A request of Django or of DRF."""

    @property
    def user(self) -> Any: ...


def person(request: HasUser) -> User:
    """The logged-in person of a request; views and API let nobody else get this far."""
    if not isinstance(request.user, User):
        raise DomainError(_("Log in first."), "unauthenticated")
    return request.user


def may(user: User, verb: str) -> bool:
    """Whether this person's roles allow the verb."""
    allowed = MAY[verb]
    return (
        STAFF in allowed
        or (ADMIN in allowed and user.is_superuser)
        or bool(allowed & user.role_names)
    )


def require(user: User, verb: str) -> None:
    """Refuse unless the verb is allowed; raises DomainError ``forbidden``."""
    if not may(user, verb):
        raise DomainError(
            _("Your role does not allow this. Ask an administrator."), "forbidden"
        )
