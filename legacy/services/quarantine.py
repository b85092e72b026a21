"""A person says what an old row is: corrected and taken over, left out, or overruled by what EMS has."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.ledger.services import record
from legacy.aggregates import Aggregate, Built, OldRow, raw_of
from legacy.alone import alone
from legacy.areas.area import Area
from legacy.areas.order import AREAS
from legacy.defects import TREATMENTS
from legacy.files import OldFiles
from legacy.models import LegacyRow, LegacyRun
from legacy.reading import with_children
from legacy.running import know, prepare
from legacy.schema import PEOPLE
from legacy.services.execution import choices_of, files_folder
from legacy.signals import CORRECTED, KEPT, LEFT_OUT
from legacy.source import Row, Source, given_address, open_source
from legacy.typed import typed_values, values_of
from legacy.world import World, read_world
from legacy.writing import is_touched, rebuilt, save

Outcome = LegacyRow.Outcome


def correct_row(*, row_id: int, typed: Mapping[str, str], by: User) -> LegacyRow:
    """Take a quarantined row over with other values, through the code of the import; what became of it.

    ``typed``: column -> text, of the columns that change. The rows that hang together with it are
    read from the old database again. Raises DomainError ``forbidden``, ``not_found``, ``invalid``
    (a value that no column holds, or that would be put apart again), ``illegal_transition``
    (treated meanwhile, another import runs, people have worked on its record), ``unavailable``.
    """
    require(by, "set_up")
    row = _waiting(LegacyRow.objects.filter(pk=row_id).first())
    now = typed_values(row.table, typed)
    values = values_of(row.table, row.raw or {}) | now
    address = given_address(settings.LEGACY_DATABASE_URL)
    choices = choices_of(LegacyRun.objects.imports().first())
    with alone(), open_source(address) as source:
        world = read_world(choices, OldFiles.in_folder(files_folder()))
        prepare(source, world)
        world.meet(_people_in(row.table, now))
        found = _placed(source, row, values)
        know(source, found.area, world)
        return _take_over(found, row, now, world, by)


def _people_in(table: str, typed: Row) -> set[int]:
    """Ids of people that were typed; raises DomainError ``invalid`` for what can be nobody's."""
    columns = [column for place, column in PEOPLE if place == table]
    named = {each: typed[each] for each in columns if typed.get(each) is not None}
    for column, key in named.items():
        if key < 1:
            raise invalid(column, _("This is nobody's id."))
    return set(named.values())


def _waiting(row: LegacyRow | None) -> LegacyRow:
    if row is None:
        raise DomainError(_("There is no such record."), "not_found")
    if row.outcome != Outcome.QUARANTINED:
        raise DomainError(
            _("Somebody has treated this row already."), "illegal_transition"
        )
    return row


@dataclass(frozen=True, slots=True)
class Placed:
    """A corrected row among the rows that it belongs to; sha256: of these as the source has them."""

    area: Area
    whole: Aggregate
    sha256: str


def _placed(source: Source, row: LegacyRow, values: Row) -> Placed:
    area = next(each for each in AREAS if row.table in each.tables)
    root_id = _root_of(source, area, row.table, values)
    roots = source.children(area.table, "Id", [root_id]).get(root_id, [])
    if not roots and row.table != area.table:
        raise _no_parent(_key(area, row.table))
    plain = with_children(source, area, roots)
    sha256 = plain[0].sha256 if plain else row.sha256
    root = values if row.table == area.table else _corrected_root(area, roots[0])
    (whole,) = with_children(source, area, [root])
    _put_corrected(area, whole)
    if row.table != area.table:
        _put(area, whole, row.table, values)
    return Placed(area, whole, sha256)


def _key(area: Area, table: str) -> str:
    """The column with which a table names what it hangs on."""
    return area.children.get(table) or area.grandchildren[table][1]


def _root_of(source: Source, area: Area, table: str, values: Row) -> int:
    """The id of the root that the row belongs to now."""
    if table == area.table:
        return int(values["Id"])
    named = int(values[_key(area, table)] or 0)
    if table in area.children:
        return named
    parent = area.grandchildren[table][0]
    rows = source.children(parent, "Id", [named]).get(named)
    if not rows:
        raise _no_parent(_key(area, table))
    return int(rows[0][area.children[parent]] or 0)


def _no_parent(column: str) -> DomainError:
    return invalid(column, _("The old database has no such row."))


def _corrected_root(area: Area, root: Row) -> Row:
    kept = LegacyRow.objects.filter(
        table=area.table, source_id=root["Id"], is_corrected=True
    ).first()
    return values_of(area.table, kept.raw or {}) if kept else root


def _put_corrected(area: Area, whole: Aggregate) -> None:
    """What people put below this root before: the source does not know it."""
    ids = {area.table: {whole.root.id}} | {
        table: {each.id for each in rows} for table, rows in whole.children.items()
    }
    parents = dict.fromkeys(area.children, area.table) | {
        table: parent for table, (parent, _key) in area.grandchildren.items()
    }
    rows = LegacyRow.objects.filter(is_corrected=True, table__in=parents)
    for row in rows.order_by("table", "source_id"):
        values = values_of(row.table, row.raw or {})
        if values[_key(area, row.table)] in ids[parents[row.table]]:
            _put(area, whole, row.table, values)


def _put(area: Area, whole: Aggregate, table: str, values: Row) -> None:
    """Into the place of the row of the same id, or among the others."""
    if table in area.children:
        rows = whole.children.setdefault(table, [])
    else:
        above = whole.grandchildren.setdefault(table, {})
        rows = above.setdefault(values[_key(area, table)], [])
    rows[:] = [each for each in rows if each.id != values["Id"]]
    rows.append(OldRow(table, values))
    rows.sort(key=lambda each: each.id)


@transaction.atomic
def _take_over(
    found: Placed, row: LegacyRow, now: Row, world: World, by: User
) -> LegacyRow:
    area, root = found.area, found.whole.root
    row = _waiting(locked(LegacyRow.objects.all(), row.pk))
    before = LegacyRow.objects.filter(table=area.table, source_id=root.id).first()
    here = before.own_pk if before else None
    if here is not None and is_touched(area, here, {KEPT}):
        raise DomainError(
            _(
                "People have worked on its record in EMS since. Add there by hand what is needed,"
                " then leave this row out."
            ),
            "illegal_transition",
        )
    built = rebuilt(area, found.whole, here, world)
    fate = _fate(built, row.table, row.source_id)
    above = _fate(built, area.table, root.id)
    # The next run finds nothing new in the source; and what was corrected before stays so.
    above.sha256 = found.sha256
    if before is not None and before.is_corrected:
        above.is_corrected, above.raw = True, before.raw
    whole = values_of(row.table, row.raw or {}) | now
    fate.is_corrected, fate.raw = True, raw_of(OldRow(row.table, whole))
    save([built], world)
    _tell(_about(area, above, fate), row, now, by)
    return fate


def _fate(built: Built, table: str, source_id: int) -> LegacyRow:
    """What a row has become; raises DomainError ``invalid`` where it would be put apart again."""
    place = (table, source_id)
    fate = next(one for one in built.fates if (one.table, one.source_id) == place)
    if fate.outcome == Outcome.QUARANTINED:
        marks = sorted(set(fate.marks) & TREATMENTS.keys())
        if not marks:
            raise DomainError(
                _(
                    "The row that it belongs to is in quarantine. Correct that one first."
                ),
                "invalid",
            )
        why = "; ".join(f"{name} ({TREATMENTS[name]})" for name in marks)
        raise DomainError(
            _("With these values it would be put apart again: %s.") % why, "invalid"
        )
    return fate


def _about(area: Area, root: LegacyRow, row: LegacyRow) -> Model:
    """Whose history tells it: the record's, or the old row's where it is none here."""
    if root.pk_here is None:
        return row
    model, key = area.histories(root.pk_here)[0]
    return model(pk=key)


def _tell(about: Model, row: LegacyRow, now: Row, by: User) -> None:
    place = {"table": row.table, "id": row.source_id}
    new = dict.fromkeys(now) | raw_of(OldRow(row.table, {"Id": row.source_id} | now))
    was = {name: (row.raw or {}).get(name) for name in now}
    record(about, CORRECTED, by=by, before=place | was, after=place | new)


@transaction.atomic
def leave_out(*, row_id: int, reason: str, by: User) -> LegacyRow:
    """A quarantined row is not wanted here; it stays kept as it was.

    Raises DomainError ``forbidden``, ``not_found``, ``invalid`` (no reason), ``illegal_transition``.
    """
    require(by, "set_up")
    row = _waiting(locked(LegacyRow.objects.all(), row_id))
    reason = _reason(reason)
    row.outcome = Outcome.ACCEPTED
    row.save(update_fields=["outcome"])
    place = {"table": row.table, "id": row.source_id}
    record(row, LEFT_OUT, by=by, after=place, note=reason)
    return row


@transaction.atomic
def keep_here(*, row_id: int, reason: str, by: User) -> LegacyRow:
    """A conflict is settled: what EMS has counts, until the old system changes it once more.

    Raises DomainError ``forbidden``, ``not_found``, ``invalid`` (no reason), ``illegal_transition``.
    """
    require(by, "set_up")
    row = locked(LegacyRow.objects.all(), row_id)
    if not row.is_conflict:
        raise DomainError(
            _("Somebody has treated this row already."), "illegal_transition"
        )
    reason = _reason(reason)
    row.is_conflict = False
    row.save(update_fields=["is_conflict"])
    area = next(each for each in AREAS if each.table == row.table)
    place = {"table": row.table, "id": row.source_id}
    record(_about(area, row, row), KEPT, by=by, after=place, note=reason)
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise invalid("reason", _("Write why: who looks later reads it."))
    return text.strip()[:2000]
