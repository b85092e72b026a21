"""Reads about people: those who logged in here, and those whom the directory knows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.accounts.models import ApiToken, Pin, User, UserRole
from core.integrations import upstreams


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


def pin_of(user: User) -> Pin | None:
    """A person's PIN: when it was set, and whether it is locked."""
    return Pin.objects.filter(user=user).first()


# --- Names behind ids of the auth server ----------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person on a page: name, initials, department."""

    ext_id: int
    name: str
    department_name: str = ""
    department_id: int | None = None
    is_head: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def people_by_id(ext_ids: Iterable[int]) -> dict[int, PersonRef]:
    """A person for every id: from the directory, else as mirrored here, else the number.

    The directory is cached, so that a list of known people costs no query.
    """
    wanted = frozenset(ext_ids)
    found = {key: each for key, each in directory().items() if key in wanted}
    missing = wanted - found.keys()
    known = _mirrored(missing) if missing else {}
    return found | {key: known.get(key, PersonRef(key, f"#{key}")) for key in missing}


def _mirrored(wanted: frozenset[int]) -> dict[int, PersonRef]:
    columns = (
        "ext_id",
        "name",
        "username",
        "department_name",
        "department_ext_id",
        "is_head",
    )
    rows = User.objects.filter(ext_id__in=wanted).values_list(*columns)
    return {
        row[0]: PersonRef(row[0], row[1] or row[2], row[3], row[4], row[5])
        for row in rows
        if row[0] is not None
    }


def directory() -> dict[int, PersonRef]:
    """Everybody whom the directory knows, by id; empty when it never answered."""
    return {
        key: PersonRef(
            key,
            row.name,
            row.department_name or "",
            row.department_ext_id,
            bool(row.is_head),
        )
        for key, row in upstreams.people().value.items()
    }


def names() -> dict[int, str]:
    """Names by the auth server's id: of the directory, and of who ever logged in here."""
    mirrored = User.objects.exclude(ext_id=None).values_list("ext_id", "name")
    return {key: name for key, name in mirrored if key is not None} | {
        key: each.name or each.username or str(key)
        for key, each in upstreams.people().value.items()
    }


def everybody() -> list[PersonRef]:
    """The same by name."""
    return sorted(directory().values(), key=lambda each: each.name.casefold())


def people_choices() -> list[tuple[str, str]]:
    """Everybody as the choices of a filter: the auth server's id, and the name."""
    return [(str(face.ext_id), face.name) for face in everybody()]


def everybody_and(by: User) -> list[PersonRef]:
    """Everybody of the directory by name, and this person in any case."""
    found = everybody()
    if by.ext_id is not None and by.ext_id not in {face.ext_id for face in found}:
        found.insert(0, PersonRef(by.ext_id, by.name or by.username))
    return found


def strangers(ext_ids: Iterable[int], *, asks: bool = True) -> frozenset[int]:
    """Those whom neither we nor the directory know; nobody while the directory never answered.

    Without ``asks`` the directory is used as it is known: inside a transaction no upstream may be asked.
    """
    wanted = frozenset(ext_ids)
    known = User.objects.filter(ext_id__in=wanted).values_list("ext_id", flat=True)
    missing = wanted - set(known)
    if not missing:
        return frozenset()
    found = upstreams.people().value if asks else upstreams.known_people()
    return missing - found.keys() if found else frozenset()


def holds_role(role: str) -> Exists:
    """Whether a person of the query around it holds a role."""
    return Exists(UserRole.objects.filter(user_id=OuterRef("ext_id"), role=role))
