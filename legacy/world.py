"""What an import knows while it runs: its choices, the people, the parts, the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.services import ensure_users
from core.integrations import upstreams
from core.integrations.authserver import Person
from core.integrations.errors import UpstreamError
from core.integrations.item_catalogue import Item
from engineering.models import ChangeNotice
from legacy.files import OldFiles

IMPORTER = "#import"
FLAGS = {
    "drops_doubles": "--drop-doubles",
    "mends_mojibake": "--mend-mojibake",
    "keeps_typed_figures": "--keep-typed-figures",
    "is_without_directory": "--without-directory",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the caller asked for."""

    drops_doubles: bool = False
    mends_mojibake: bool = False
    keeps_typed_figures: bool = False
    is_without_directory: bool = False

    def words(self) -> list[str]:
        """The same, as ``import_legacy`` takes it."""
        return [word for name, word in FLAGS.items() if getattr(self, name)]


@dataclass(slots=True)
class World:
    """Read before the first transaction; an upstream is asked nothing after that."""

    choices: Choices
    files: OldFiles
    parts: Mapping[int, Item]
    now: datetime
    name: str
    directory: Mapping[int, Person]
    people: dict[int, User] = field(default_factory=dict)
    strangers: set[int] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    importer: User | None = None
    # Of the BOMs that PPIC lists, their names; None while it is away.
    boms: Mapping[int, str] | None = None
    # The row that counts of each BOM; the row here of each job; links that are there.
    bom_rows: dict[int, int] = field(default_factory=dict)
    first_boms: set[int] = field(default_factory=set)
    jobs: dict[int, int] = field(default_factory=dict)
    links: set[tuple[int, int]] = field(default_factory=set)
    job_names: dict[int, str] = field(default_factory=dict)
    first_documents: set[int] = field(default_factory=set)
    nobodys: list[dict[str, Any]] = field(default_factory=list)
    rules: Any = None
    # The stage that each task waits for; "" where it waits for none.
    stages: dict[int, str] = field(default_factory=dict)
    known_changes: set[int] = field(default_factory=set)
    known_documents: set[int] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    roles: set[tuple[int, str]] = field(default_factory=set)
    departments: set[int] = field(default_factory=set)
    notices: set[tuple[Any, ...]] = field(default_factory=set)
    taken_notices: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    # The last time that a row before had, for one that has none.
    neighbour: datetime | None = None

    def person(self, ext_id: int | None) -> User | None:
        """The person of an auth server's id; every id of the source has one."""
        return self.people.get(ext_id) if ext_id else None

    def meet(self, ids: set[int]) -> None:
        """People whom somebody named by hand, beside those of the source."""
        if ids - self.people.keys():
            settle_people(self, self.people.keys() | ids)

    def stage_of(self, task_id: int) -> str | None:
        """The stage that a task waits for, "" for none; None for a task that is not there."""
        return self.stages.get(task_id)

    def is_stranger(self, ext_id: int | None) -> bool:
        """Whether no directory knows the id."""
        return ext_id in self.strangers


def read_world(choices: Choices, files: OldFiles) -> World:
    """What EMS and the upstreams know now."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Import from the old system")
    return World(
        choices=choices,
        files=files,
        parts=_parts(),
        boms=_boms(),
        directory=_directory(),
        now=timezone.now(),
        name=name,
        numbers={
            number.lower()
            for number in ChangeNotice.objects.values_list("number", flat=True)
        },
    )


def _parts() -> Mapping[int, Item]:
    """PPIC's parts; none while it is away: the names are then read when a page is opened."""
    try:
        return upstreams.ppic().items().value
    except UpstreamError:
        return {}


def _directory() -> Mapping[int, Person]:
    try:
        return upstreams.people().value
    except UpstreamError:
        return {}


def _boms() -> Mapping[int, str] | None:
    try:
        return {key: row.name for key, row in upstreams.ppic().boms().value.items()}
    except UpstreamError:
        return None


def settle_people(world: World, ids: set[int]) -> None:
    """A row for every id; who is in no directory is inactive and says so in the name."""
    ensure_users(ids, even_unknown=True)
    rows = list(User.objects.filter(ext_id__in=ids).iterator())
    world.strangers = {
        row.ext_id or 0 for row in rows if row.ext_id not in world.directory
    }
    strange = [row for row in rows if row.ext_id in world.strangers]
    if not world.choices.is_without_directory:
        _name_strangers([row for row in strange if not row.last_login])
    world.people = {row.ext_id or 0: row for row in rows}
    world.importer, _made = User.objects.get_or_create(
        username=IMPORTER,
        defaults={"name": world.name, "is_active": False, "password": "!"},
    )


def _name_strangers(rows: list[User]) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows:
            row.name = _("Person #%d (in no directory)") % (row.ext_id or 0)
            row.is_active = False
    User.objects.bulk_update(rows, ["name", "is_active"], batch_size=200)
