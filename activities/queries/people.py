"""Names and departments behind ids of the auth server."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.models import InCharge, Task
from core.accounts.models import User
from core.integrations import upstreams


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as a page shows him."""

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


def faces(ext_ids: Iterable[int]) -> dict[int, Face]:
    """A face for every id; the directory tells what is not mirrored here."""
    wanted = frozenset(ext_ids)
    found = _mirrored(wanted)
    bare = {key for key, face in found.items() if not face.department_name}
    missing = (wanted - found.keys()) | bare
    if missing:
        directory = {face.ext_id: face for face in everybody()}
        for key in missing:
            found[key] = directory.get(key) or found.get(key) or Face(key, f"#{key}")
    return found


def _mirrored(wanted: frozenset[int]) -> dict[int, Face]:
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
        row[0]: Face(row[0], row[1] or row[2], row[3], row[4], row[5])
        for row in rows
        if row[0] is not None
    }


def everybody() -> list[Face]:
    """The whole directory by name; empty when it never answered."""
    rows = upstreams.people().value.values()
    people = [
        Face(
            row.ext_id,
            row.name,
            row.department_name or "",
            row.department_ext_id,
            bool(row.is_head),
        )
        for row in rows
    ]
    return sorted(people, key=lambda face: face.name.casefold())


def in_charge_ids(task: Task) -> frozenset[int]:
    """Auth server ids of who is in charge of a task now."""
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
