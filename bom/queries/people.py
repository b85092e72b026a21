"""Names behind ids of the auth server: people who logged in here, and those who never did."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.accounts.models import User
from core.integrations import upstreams


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person on a page: name, initials, department."""

    ext_id: int
    name: str
    department_name: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def people_by_id(ext_ids: Iterable[int]) -> dict[int, PersonRef]:
    """A face for every id; the directory is asked only for those who never logged in."""
    wanted = frozenset(ext_ids)
    columns = ("ext_id", "name", "username", "department_name")
    rows = User.objects.filter(ext_id__in=wanted).values_list(*columns)
    found = {
        ext_id: PersonRef(ext_id, name or username, department)
        for ext_id, name, username, department in rows
        if ext_id is not None
    }
    missing = wanted - found.keys()
    return found | _strangers(missing) if missing else found


def _strangers(ext_ids: frozenset[int]) -> dict[int, PersonRef]:
    directory = upstreams.people().value
    return {
        key: PersonRef(key, directory[key].name if key in directory else f"#{key}")
        for key in ext_ids
    }


def strangers(ext_ids: Iterable[int]) -> frozenset[int]:
    """Those whom neither we nor the directory know; nobody while the directory never answered."""
    wanted = frozenset(ext_ids)
    known = User.objects.filter(ext_id__in=wanted).values_list("ext_id", flat=True)
    missing = wanted - set(known)
    directory = upstreams.people().value if missing else {}
    return missing - directory.keys() if directory else frozenset()


def everybody() -> list[PersonRef]:
    """The whole directory by name, to choose PICs from; empty when it never answered."""
    rows = upstreams.people().value.values()
    people = [
        PersonRef(row.ext_id, row.name, row.department_name or "") for row in rows
    ]
    return sorted(people, key=lambda face: face.name.casefold())
