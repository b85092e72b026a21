"""What an import knows while it runs: its choices, the people, the parts, the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.services import ensure_users
from core.integrations import upstreams
from core.integrations.errors import UpstreamError
from core.integrations.ppic import Item
from engineering.models import ChangeNotice
from legacy.files import OldFiles

if TYPE_CHECKING:
    from core.integrations.authserver import Person

IMPORTER = "#import"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the caller asked for."""

    drops_doubles: bool = False
    mends_mojibake: bool = False
    keeps_typed_figures: bool = False
    is_without_directory: bool = False


@dataclass(slots=True)
class World:
    """Read before the first transaction; an upstream is asked nothing after that."""

    choices: Choices
    files: OldFiles
    parts: Mapping[int, Item]
    now: datetime
    name: str
    people: dict[int, User] = field(default_factory=dict)
    strangers: set[int] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    importer: User | None = None
    # The last time that a row before had, for one that has none.
    neighbour: datetime | None = None

    def person(self, ext_id: int | None) -> User | None:
        """The person of an auth server's id; every id of the source has one."""
        return self.people.get(ext_id) if ext_id else None

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


def settle_people(world: World, ids: set[int]) -> None:
    """A row for every id; who is in no directory is inactive and says so in the name."""
    known: Mapping[int, Person] = upstreams.known_people()
    ensure_users(ids, even_unknown=True)
    rows = list(User.objects.filter(ext_id__in=ids).iterator())
    world.strangers = {row.ext_id or 0 for row in rows if row.ext_id not in known}
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
