"""Names and departments behind ids of the auth server."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.models import InCharge, Task
from core.accounts.models import User
from core.integrations import upstreams


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
    """A face for every id: from the directory, else as mirrored here, else its number."""
    wanted = frozenset(ext_ids)
    found = {key: face for key, face in directory().items() if key in wanted}
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


def everybody() -> list[PersonRef]:
    """The same by name."""
    return sorted(directory().values(), key=lambda face: face.name.casefold())


def in_charge_ids(task: Task) -> frozenset[int]:
    """Auth server ids of the people in charge of a task now."""
    rows = InCharge.objects.filter(task=task, deleted_at=None)
    return frozenset(rows.values_list("ext_user_id", flat=True))


def is_in_charge_of_activity(activity_id: int, ext_id: int | None) -> bool:
    """Whether a person is in charge of any live task of an activity."""
    if ext_id is None:
        return False
    rows = InCharge.objects.filter(
        task__activity=activity_id,
        task__deleted_at=None,
        deleted_at=None,
        ext_user_id=ext_id,
    )
    return rows.exists()
