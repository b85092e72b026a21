"""A whole import: looked at before, taken over area by area, checked after."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval
from core.accounts.models import User
from core.db.bulk import reserve_ids
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.errors import UpstreamError
from engineering.models import ChangeNotice
from legacy.aggregates import Aggregate
from legacy.areas.area import Area
from legacy.areas.order import AREAS
from legacy.gone import note_gone
from legacy.mending import JAKARTA, moment
from legacy.models import LegacyRow, LegacyRun
from legacy.reading import CHUNK, changed_since, chunks
from legacy.schema import PEOPLE, TABLES
from legacy.source import Source
from legacy.words import DONE, area_words
from legacy.world import Choices, World, settle_people
from legacy.writing import save, write_chunk
from supportdocs.models import SupportJob, SupportTable

# The old server stamps with its own clock, and a transaction takes its time.
SLACK = timedelta(minutes=10)
# New rows here begin so far above the old ids: a delta may still bring some.
ROOM = 10_000
OWN: tuple[type[Model], ...] = (
    ChangeNotice, BomApproval, Activity, SupportTable, SupportJob, InquiryAiGeneration,
)  # fmt: skip
ORPHANS = ":orphans"
# What a program that listens hears of a run.
SPELLED = ("area", "speed", "read", "written", "total")


@dataclass(slots=True)
class Progress:
    """Said while it runs, and noted for who looks at the page; ``as_json`` for a program that listens."""

    say: Callable[[str], object]
    run: LegacyRun
    began: float = field(default_factory=monotonic)
    at_start: int = 0
    said: float = 0.0
    as_json: bool = False

    def tell(self, area: str, *, now: bool = False) -> None:
        """A line every two seconds: rows, speed, time left."""
        if not now and monotonic() - self.said < 2:
            return
        self.said, run = monotonic(), self.run
        took = max(self.said - self.began, 0.001)
        run.area, run.speed = area[:60], round((run.read - self.at_start) / took)
        run.told_at = timezone.now()
        run.save(update_fields=["area", "speed", "told_at"])
        self.say(self._spelled() if self.as_json else self._line())

    def _spelled(self) -> str:
        return orjson.dumps(
            {name: getattr(self.run, name) for name in SPELLED}
        ).decode()

    def _line(self) -> str:
        sentence = _(
            "%(area)s: %(read)s of %(total)s rows, %(speed)s a second, %(left)s left"
        )
        return sentence % {
            "area": area_words(self.run.area),
            "read": f"{self.run.read:,}",
            "total": f"{self.run.total:,}",
            "speed": f"{self.run.speed:,}",
            "left": self.run.left,
        }


def begin(
    source: Source,
    *,
    by: User | None = None,
    since_last: bool = False,
    choices: Choices | None = None,
    ordered: LegacyRun | None = None,
) -> LegacyRun:
    """The run that was killed, the one that was ordered, or a new one.

    Raises DomainError ``illegal_transition``: EMS has records of its own, or a delta has no beginning.
    """
    rows = LegacyRun.objects.imports()
    if ordered is not None:
        rows = rows.exclude(pk=ordered.pk)
    # One that was killed before its first chunk has written nothing.
    rows.filter(cursors={}, finished_at=None).delete()
    last = rows.first()
    killed = ordered if ordered and ordered.cursors else last
    if killed is not None and killed.finished_at is None:
        return _same(killed, source)
    if last is None:
        _require_empty()
        if since_last:
            raise DomainError(
                _(
                    "There was no import yet that a delta could follow. Leave out --since."
                ),
                "illegal_transition",
            )
    print_ = fingerprint(source)
    if not any(each["rows"] for each in print_.values()):
        raise DomainError(
            _("The old database has no rows. Nothing was written."), "invalid"
        )
    run = ordered or LegacyRun(
        kind=LegacyRun.Kind.IMPORT, started_by=by, started_at=timezone.now()
    )
    run.source, run.fingerprint = source.address, print_
    run.options = run.options | {
        "since": _since(last) if since_last and last else None,
        "choices": asdict(choices or Choices()),
        "isFirst": last is None,
    }
    run.watermark = _watermark(print_)
    run.total = sum(print_[table]["rows"] for area in AREAS for table in area.tables)
    run.told_at = timezone.now()
    run.save()
    return run


def _same(last: LegacyRun, source: Source) -> LegacyRun:
    if last.source != source.address:
        raise DomainError(
            _("An import from %s is not finished. Give that address, and it goes on.")
            % last.source,
            "illegal_transition",
        )
    last.problem, last.told_at = "", timezone.now()
    last.save(update_fields=["problem", "told_at"])
    return last


def _since(last: LegacyRun) -> str | None:
    return (last.watermark - SLACK).isoformat() if last.watermark else None


def _require_empty() -> None:
    full = [
        str(model._meta.verbose_name_plural)
        for model in OWN
        if model._default_manager.exists()
    ]
    if full:
        raise DomainError(
            _(
                "EMS has records of its own already (%s), and the ids of the old system must stay as they"
                " are. Import into an empty EMS. Nothing was written."
            )
            % ", ".join(full),
            "illegal_transition",
        )


def fingerprint(source: Source) -> dict[str, dict[str, Any]]:
    """Rows, largest id and newest time of each table."""
    found = {}
    for table, columns in TABLES.items():
        newest = None
        if "CreatedAt" in columns:
            sql = f"SELECT MAX(COALESCE(`UpdatedAt`, `CreatedAt`)) n FROM `{table}`"  # noqa: S608
            newest = source.rows(sql)[0]["n"]
        found[table] = {
            "rows": source.count(table),
            "lastId": source.last_id(table),
            "newest": str(newest) if newest else None,
        }
    return found


def _watermark(print_: dict[str, dict[str, Any]]) -> datetime | None:
    times = [each["newest"] for each in print_.values() if each["newest"]]
    newest = moment(datetime.fromisoformat(max(times))) if times else None
    return min(newest, timezone.now()) if newest else None


def run_import(
    source: Source,
    run: LegacyRun,
    world: World,
    progress: Progress,
    *,
    chunk: int = CHUNK,
) -> None:
    """Every area from its cursor to its end; then the end of the run is written.

    Raises DomainError ``unavailable`` when the source has gone: what was written stays.
    """
    prepare(source, world)
    for area in AREAS:
        know(source, area, world)
        for whole in _chunks(source, area, run, chunk):
            write_chunk(area, whole, run, world)
            progress.tell(area.name)
        _orphans(source, area, run, world)
    if not run.options.get("isFirst", True):
        note_gone(source, world.now)
    _keep_ids_free(source)
    _finish(run)
    progress.tell(DONE, now=True)


def _chunks(
    source: Source, area: Area, run: LegacyRun, chunk: int
) -> Iterator[list[Aggregate]]:
    after = run.cursors.get(area.name, 0)
    since = run.options.get("since")
    if since and not after:
        return changed_since(source, area, _local(datetime.fromisoformat(since)))
    return chunks(source, area, after, chunk)


def _local(at: datetime) -> datetime:
    """By the old server's clock, without a zone."""
    return at.astimezone(JAKARTA).replace(tzinfo=None)


def prepare(source: Source, world: World) -> None:
    """A row for every person, and ids that stay free for what a delta may bring."""
    ids = {key for table, column in PEOPLE for key in source.ids(table, column)}
    with transaction.atomic():
        settle_people(world, {key for key in ids if key > 0})
        _keep_ids_free(source)


def require_directory() -> None:
    """Who still works here must be known; raises DomainError ``unavailable``."""
    try:
        reading = upstreams.people().require()
    except UpstreamError as error:
        raise _no_directory(str(error)) from None
    if not reading.value:
        raise _no_directory(_("it is empty"))


def _no_directory(reason: str) -> DomainError:
    return DomainError(
        _(
            "The directory of people does not answer (%s), so nobody can tell who still works here."
            " Try again when it does, or say --without-directory. Nothing was written."
        )
        % reason,
        "unavailable",
    )


def _keep_ids_free(source: Source) -> None:
    with transaction.atomic():
        for area in AREAS:
            for model, table in area.reserved.items():
                reserve_ids(model, source.last_id(table) + ROOM)


@transaction.atomic
def know(source: Source, area: Area, world: World) -> None:
    """What must be known, or made, before the first row of an area."""
    if area.before is not None:
        save(list(area.before(source, world)), world)


def _orphans(source: Source, area: Area, run: LegacyRun, world: World) -> None:
    """Once; they have no cursor of their own."""
    name = f"{area.name}{ORPHANS}"
    if area.orphans is None or run.cursors.get(name):
        return
    with transaction.atomic():
        built = list(area.orphans(source, world))
        save(built, world)
        run.cursors[name] = 1
        run.read += sum(len(one.fates) for one in built)
        run.save(update_fields=["cursors", "read"])


def _finish(run: LegacyRun) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    run.finished_at, run.problem = timezone.now(), ""
    run.save(update_fields=["finished_at", "problem"])


def in_quarantine() -> int:
    """Number of rows that wait for a person."""
    return LegacyRow.objects.quarantined().count()
