"""People mirrored from the auth server: who they are, who administers, who is gone."""

from collections.abc import Iterable, Mapping

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.accounts.queries import strangers
from core.accounts.signals import admin_settled, person_named, sessions_ended
from core.errors import DomainError, invalid
from core.integrations import upstreams
from core.integrations.authserver import Person

log = structlog.get_logger(__name__)


def mirror_person(person: Person) -> User:
    """Keep our copy of a person of the auth server up to date."""
    fields = {
        "username": person.username or str(person.ext_id),
        "name": person.name,
        "department_ext_id": person.department_ext_id,
        # The login's answer has no name of it; the directory brings it (``sync_directory``).
        "department_name": person.department_name or None,
        "is_active": True,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    with transaction.atomic():
        # A reused name must not hand one person the records of another (docs/threats.md#t15).
        _free_name(str(known["username"]), person.ext_id)
        user, made = User.objects.update_or_create(
            ext_id=person.ext_id,
            defaults=known,
            create_defaults={**known, "password": "!"},
        )
    if made:
        log.info("person_mirrored", ext_id=person.ext_id)
    return update_admin_flag(user)


def _free_name(name: str, ext_id: int) -> None:
    """A name that moved to another id leaves the old one: the id is the identity."""
    for other in User.objects.filter(username=name).exclude(ext_id=ext_id):
        other.username, other.is_active = _placeholder(other, name), False
        other.save(update_fields=["username", "is_active"])
        _end(other)


def _placeholder(user: User, wanted: str) -> str:
    """A user name that nobody types and nobody has."""
    name = f"#{user.ext_id or user.pk}"
    while name == wanted or User.objects.filter(username=name).exclude(pk=user.pk):
        name = f"#{name}"
    return name


def ensure_users(ext_ids: Iterable[int], *, even_unknown: bool = False) -> list[int]:
    """Our ids of people of the auth server; people who never logged in get a row for their notices.

    Only a login makes a session, so such a row opens no door. No upstream is asked: the directory is
    used as it is known, and ids that a directory which has answered does not have are left out, unless
    ``even_unknown``. Sends ``person_named`` for each new row.
    """
    wanted = frozenset(ext_ids)
    found = dict(
        User.objects.filter(ext_id__in=wanted).values_list("ext_id", "pk").iterator()
    )
    missing = wanted - found.keys()
    people = upstreams.known_people() if missing else {}
    if people and not even_unknown:
        missing &= people.keys()
    if not missing:
        return sorted(found.values())
    User.objects.bulk_create(
        [_named(ext_id, people.get(ext_id)) for ext_id in sorted(missing)],
        ignore_conflicts=True,
    )
    made = list(User.objects.filter(ext_id__in=missing))
    for user in made:
        person = people.get(user.ext_id or 0)
        phone = person.phone if person else ""
        person_named.send(User, user=user, phone=phone or "")
    return sorted([*found.values(), *(user.pk for user in made)])


def known_person(ext_id: int | None, field: str) -> User:
    """The person of an auth server's id, with a row here from now on.

    Raises DomainError ``invalid`` under the wire's name of the field.
    """
    if ext_id is None:
        raise invalid(field, _("Name a person."))
    ids = [] if strangers([ext_id]) else ensure_users([ext_id])
    found = User.objects.filter(pk__in=ids).first()
    if found is None:
        raise _nobody(ext_id, field)
    return found


def refuse_stranger(ext_id: int | None, field: str) -> None:
    """Raise DomainError ``invalid`` for an id that neither we nor the directory have.

    To be asked before a transaction opens: the directory may be read for it.
    """
    if ext_id is not None and strangers([ext_id]):
        raise _nobody(ext_id, field)


def _nobody(ext_id: int, field: str) -> DomainError:
    return invalid(field, _("The directory knows nobody with id %s.") % ext_id)


def _named(ext_id: int, person: Person | None) -> User:
    """The user name is a placeholder that nobody can type; the login brings the true one."""
    return User(
        username=f"#{ext_id}",
        password="!",  # noqa: S106  (what Django writes for none)
        ext_id=ext_id,
        name=person.name if person else "",
        department_ext_id=person.department_ext_id if person else None,
        department_name=(person.department_name or "") if person else "",
    )


# --- Administrators ---------------------------------------------------------------


def is_named_admin(ext_id: int | None, username: str) -> bool:
    """Whether EMS_ADMINS names this person: numbers name ids and nothing else, names user names."""
    named = {each.strip() for each in settings.EMS_ADMINS} - {""}
    numbers = {each for each in named if each.isascii() and each.isdigit()}
    return str(ext_id) in numbers or username in named - numbers


def update_admin_flag(user: User) -> User:
    """Make somebody administrator, or no longer, as EMS_ADMINS has it now (read at each use)."""
    is_admin = is_named_admin(user.ext_id, user.username)
    if user.is_superuser == is_admin:
        return user
    with transaction.atomic():
        rows = User.objects.filter(pk=user.pk, is_superuser=not is_admin)
        is_changed = rows.update(is_superuser=is_admin)
        user.is_superuser = is_admin
        if is_changed:
            log.warning("admin_settled", ext_id=user.ext_id, is_admin=is_admin)
            admin_settled.send(User, user=user, is_admin=is_admin)
    return user


# --- Leaving ------------------------------------------------------------------------


@transaction.atomic
def end_sessions(*, user: User, by: User) -> None:
    """Log a person out everywhere: every session and every token, streams within a minute.

    One's own, or anybody's as administrator; raises DomainError ``forbidden``.
    """
    if user.pk != by.pk:
        require(by, "set_up")
    _end(user)
    sessions_ended.send(User, user=user, by=by)


def _end(user: User) -> None:
    """A session holds the hash of this marker, which is no password; another one ends them all."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    user.tokens.all().delete()


def sync_directory(
    people: Mapping[int, Person], names: Mapping[int, Person] | None = None
) -> None:
    """Close the accounts of people who left the auth server; refresh names and departments.

    Call it only with a fresh, complete reading of the auth server: nobody else says who may come
    in. ``names`` may come from a fuller directory.
    """
    known = {**people, **(names or {})}
    for user in User.objects.exclude(ext_id=None).filter(is_active=True):
        update_admin_flag(user)
        person = known.get(user.ext_id or 0)
        if person is None or user.ext_id not in people:
            _close_account(user)
        elif (person.name and user.name != person.name) or (
            person.department_name and user.department_name != person.department_name
        ):
            user.name = person.name or user.name
            user.department_name = person.department_name or user.department_name
            user.department_ext_id = person.department_ext_id or user.department_ext_id
            user.save(update_fields=["name", "department_name", "department_ext_id"])


def _close_account(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end(user)
    log.warning("account_closed", ext_id=user.ext_id)
