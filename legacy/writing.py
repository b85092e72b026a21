"""Aggregates written into EMS: with their times, their events and what became of each row."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Model

from activities.models import Activity, InCharge, Task
from bom.models import BomApproval, BomApprovalPic, BomRevision
from core.approvals.models import Assignment, Decision, Round, RoundStep
from core.db.bulk import insert_given
from core.ledger.history import kind_of
from core.ledger.models import Event
from core.ledger.services.imported import record_imported
from engineering.models import ChangeAttachment, ChangeItem, ChangeNotice
from legacy.aggregates import Aggregate, Built, raw_of
from legacy.areas.area import Area
from legacy.models import LegacyRow, LegacyRun
from legacy.signals import CORRECTED, KEPT
from legacy.world import World
from supportdocs.models import (
    DocumentContent,
    DocumentVersion,
    SupportJob,
    SupportTable,
)

# What is named before what names it; all others after these.
ORDER: tuple[type[Model], ...] = (
    SupportTable, DocumentVersion, DocumentContent, SupportJob,
    ChangeNotice, ChangeItem, ChangeAttachment,
    BomApproval, BomRevision, BomApprovalPic,
    Round, RoundStep, Assignment, Decision,
    Activity, Task, InCharge,
)  # fmt: skip
IMPORTED, REIMPORTED = ".imported", ".reimported"
TAKEN_OVER = (IMPORTED, REIMPORTED)
# What a person said of an old row: the old system does not overrule it.
BY_PEOPLE = frozenset({CORRECTED, KEPT})


@dataclass(slots=True)
class Written:
    """Counts of one chunk: rows read, rows written, aggregates in conflict."""

    read: int = 0
    written: int = 0
    conflicts: int = 0


def write_chunk(
    area: Area, whole: Sequence[Aggregate], run: LegacyRun, world: World
) -> Written:
    """New aggregates, and those that the old system changed since; the cursor goes with them."""
    known = _known(area, whole)
    done = Written(read=sum(len(one.all_rows()) for one in whole))
    # Outside of the transaction: files are copied before their rows, and take their time.
    built = [built_of(area, one, world) for one in whole if one.root.id not in known]
    changed = [one for one in whole if known.get(one.root.id, one.sha256) != one.sha256]
    with transaction.atomic():
        for one in changed:
            _again(area, one, world, built, done)
        done.written = save(built, world)
        _note(run, area, whole, done)
    return done


def _known(area: Area, whole: Sequence[Aggregate]) -> dict[int, str]:
    rows = LegacyRow.objects.filter(
        table=area.table, source_id__in=[one.root.id for one in whole]
    )
    return dict(rows.values_list("source_id", "sha256"))


def built_of(area: Area, one: Aggregate, world: World) -> Built:
    """What an aggregate becomes; its root keeps the digest of the whole."""
    built = area.build(one, world)
    for fate in built.fates:
        if fate.table == area.table and fate.source_id == one.root.id:
            fate.sha256 = one.sha256
    return built


def _again(
    area: Area, one: Aggregate, world: World, built: list[Built], done: Written
) -> None:
    """Written over where EMS has not touched it since; else it is a conflict for a person."""
    place = LegacyRow.objects.filter(table=area.table, source_id=one.root.id)
    row = place.get()
    pk = row.own_pk
    if pk is None:
        built.append(rebuilt(area, one, None, world))
        return
    try:
        if not is_touched(area, pk, BY_PEOPLE):
            built.append(_anew(area, one, pk, world))
            return
    except _NoRecordError:
        pass
    # The digest too: what was settled is not asked again until the old system changes it once more.
    place.update(is_conflict=True, raw=raw_of(one.root), sha256=one.sha256)
    done.conflicts += 1


class _NoRecordError(Exception):
    """What became a record would be none any more."""


@transaction.atomic
def _anew(area: Area, one: Aggregate, pk: int, world: World) -> Built:
    """Built over its record; raises ``_NoRecordError``, with nothing changed, where the record would go.

    As a row that gets the number of another BOM, or loses its own: a record goes by a person's hand alone.
    """
    built = rebuilt(area, one, pk, world)
    place = (area.table, one.root.id)
    if area.stays and any(
        (fate.table, fate.source_id) == place and fate.own_pk is None
        for fate in built.fates
    ):
        raise _NoRecordError
    return built


def rebuilt(area: Area, one: Aggregate, pk: int | None, world: World) -> Built:
    """An aggregate anew, in place of what it became before; what stood here stays in the history."""
    last = last_said(area, pk) if pk else None
    if pk is not None:
        area.clear(pk, world)
    for table in area.tables:
        ids = [each.id for each in one.all_rows() if each.table == table]
        LegacyRow.objects.filter(table=table, source_id__in=ids).delete()
    new = built_of(area, one, world)
    if pk is not None:
        new.events = [
            replace(event, kind=event.kind.replace(IMPORTED, REIMPORTED), before=last)
            for event in new.events
        ]
    return new


def is_touched(area: Area, pk: int, also: Container[str] = ()) -> bool:
    """Whether a person has done anything with the record here since it was taken over.

    ``also``: kinds that count although they are quiet.
    """
    kinds = {kind for model, key in area.histories(pk) for kind in _kinds(model, key)}
    return any(
        kind in also or not (kind.endswith(TAKEN_OVER) or kind_of(kind).is_quiet)
        for kind in kinds
    )


def _kinds(model: type[Model], pk: int) -> set[str]:
    rows = Event.objects.filter(record_type=model._meta.label, record_id=pk)
    return set(rows.order_by().values_list("kind", flat=True))


def last_said(area: Area, pk: int) -> dict[str, object] | None:
    """What the last event said: it is what stood here before."""
    model, key = area.histories(pk)[0]
    rows = Event.objects.filter(record_type=model._meta.label, record_id=key)
    found: dict[str, object] | None = (
        rows.order_by("-seq").values_list("after", flat=True).first()
    )
    return found


def save(built: Sequence[Built], world: World) -> int:
    """Insert what aggregates became, their events, and what became of each old row."""
    by_model: dict[type[Model], list[Model]] = {}
    for one in built:
        for row in one.rows:
            by_model.setdefault(type(row), []).append(row)
    places = {model: place for place, model in enumerate(ORDER)}
    for model in sorted(by_model, key=lambda each: places.get(each, len(ORDER))):
        insert_given(by_model[model])
    for one in built:
        for call in one.afterwards:
            call()
    record_imported(
        [event for one in built for event in one.events], name=world.name, at=world.now
    )
    fates = [fate for one in built for fate in one.fates]
    insert_given(fates)
    return sum(map(len, by_model.values()))


def _note(
    run: LegacyRun, area: Area, whole: Sequence[Aggregate], done: Written
) -> None:
    run.cursors[area.name] = whole[-1].root.id
    run.read += done.read
    run.written += done.written
    run.save(update_fields=["cursors", "read", "written"])
