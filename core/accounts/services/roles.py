"""Give and take roles."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import Role, User, UserRole
from core.accounts.permissions import require
from core.accounts.signals import role_granted, role_revoked
from core.errors import invalid


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
