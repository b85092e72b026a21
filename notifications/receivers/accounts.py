"""News of people: roles, administrators, ended sessions, newcomers."""

from typing import Any

from django.urls import reverse

from core.accounts.models import Role, User, UserRole
from core.accounts.queries import holders_of
from core.accounts.services import ensure_users
from core.ledger.models import Event
from core.ledger.services import record
from notifications.services import notify, reach_newcomer


def on_role_granted(user_id: int, role: str, by: User, **_: Any) -> None:
    """Kept in the ledger; the person hears of it."""
    _on_role(user_id, role, by, "role.granted")


def on_role_revoked(user_id: int, role: str, by: User, **_: Any) -> None:
    """Kept in the ledger; the person hears of it."""
    _on_role(user_id, role, by, "role.revoked")


def _on_role(user_id: int, role: str, by: User, kind: str) -> None:
    """The chain hangs on the auth server's id: the person may not have logged in yet."""
    event = record(
        UserRole(user_id=user_id).chain,
        kind,
        by=by,
        after={"userId": user_id, "role": role},
    )
    facts = {"role": role.upper(), "by": str(by)}
    notify(
        ensure_users([user_id]),
        event=event,
        kind=kind,
        facts=facts,
        url=reverse("home"),
    )
    if kind == "role.granted" and role == Role.MANAGER:
        _warn_managers(user_id, by, event)


def _warn_managers(user_id: int, by: User, event: Event) -> None:
    """An administrator who becomes manager may decide by own rules; the other managers are told."""
    admin = User.objects.filter(ext_id=user_id, is_superuser=True).first()
    if admin is None:
        return
    managers = holders_of([Role.MANAGER]).exclude(pk=admin.pk)
    notify(
        managers.values_list("pk", flat=True),
        event=event,
        kind="role.admin_is_manager",
        facts={"who": str(admin), "by": str(by)},
        url=reverse("home"),
    )


def on_admin_settled(user: User, *, is_admin: bool, **_: Any) -> None:
    """Keep in the ledger when a person becomes administrator and when that ends."""
    kind = "person.became_admin" if is_admin else "person.is_no_admin"
    after = {"userId": user.ext_id, "username": user.username}
    record(user, kind, by=None, after=after)


def on_sessions_ended(user: User, by: User, **_: Any) -> None:
    """Kept in the ledger."""
    record(user, "person.logged_out_everywhere", by=by, after={"userId": user.ext_id})


def on_pin_set(user: User, **_: Any) -> None:
    """Kept in the ledger, without the PIN."""
    record(user, "pin.set", by=user, after={"userId": user.ext_id})


def on_pin_removed(user: User, **_: Any) -> None:
    """Kept in the ledger."""
    record(user, "pin.removed", by=user, after={"userId": user.ext_id})


def on_pin_locked(user: User, **_: Any) -> None:
    """Kept in the ledger; the person hears of it, since it may have been somebody else."""
    event = record(user, "pin.locked", by=user, after={"userId": user.ext_id})
    url = reverse("accounts:pin")
    notify([user.pk], event=event, kind="pin.locked", facts={}, url=url)


def on_person_named(user: User, phone: str, **_: Any) -> None:
    """A person who never logged in sees no bell: WhatsApp is used, if the directory has a number."""
    reach_newcomer(user=user, phone=phone)
