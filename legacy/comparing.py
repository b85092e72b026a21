"""The old database, as its API would answer, against EMS's own API: row by row, field by field."""

import random
from collections.abc import Callable, Mapping, Sequence

from core.accounts.models import User
from legacy.aggregates import Aggregate, OldRow
from legacy.areas.change_lines import ITEMS
from legacy.differences import Found
from legacy.ems_api import Wire, answer
from legacy.file_digests import OldDigest, compare_files
from legacy.models import LegacyRow
from legacy.oracle import (
    COMPARED,
    NAMED,
    PEOPLE_OF_TASK,
    Compared,
    Pair,
    new_value,
    old_value,
    rule_of,
)
from legacy.reading import chunks
from legacy.small_tables import compare_small
from legacy.source import Rows

Fields = Mapping[str, tuple[str, str]]
Plant = Callable[[str, dict[int, Wire], set[int]], None]


def compare(
    source: Rows,
    reader: User,
    say: Callable[[str], object],
    *,
    plant: Plant | None = None,
    files: tuple[OldDigest, OldDigest] | None = None,
) -> Found:
    """Everything that is compared; ``plant`` alters answers of EMS before they are looked at.

    ``files``: how the old side's files are read; without it they are not compared.
    """
    corrected = LegacyRow.objects.filter(is_corrected=True)
    found = Found(
        there={table: source.ids(table, "Id") for table in NAMED.values()},
        corrected=set(corrected.values_list("table", "source_id")),
    )
    for kind in COMPARED:
        _compare_kind(kind, source, answer(kind.path, reader), found, plant)
        say(
            f"{kind.path}: {found.compared[kind.area.name]:,} rows, {found.unexpected} unexpected"
        )
    others = [compare_small(source, reader, found)]
    if files is not None:
        others.append(compare_files(source, files, reader, found))
    for part in others:
        for name in part:
            say(f"{name}: {found.unexpected} unexpected")
    return found


def _compare_kind(
    kind: Compared,
    source: Rows,
    wire: list[Wire],
    found: Found,
    plant: Plant | None,
) -> None:
    answers = {row[kind.key]: row for row in wire}
    if plant is not None:
        plant(kind.area.name, answers, source.ids(kind.area.table, "Id"))
    for whole in chunks(source, kind.area, 0):
        for one in whole:
            _compare_one(kind, one, answers.pop(one.root.id, None), found)
    for key, row in answers.items():
        if not _is_made_here(kind, row):
            why = _corrected(found, kind.area.table, key)
            found.explain_or_tell(why, f"{kind.path} {key}", "row", None, "only in EMS")


def _corrected(found: Found, table: str, key: int) -> str:
    return "corrected by a person" if (table, key) in found.corrected else ""


def _is_made_here(kind: Compared, row: Wire) -> bool:
    """The activity for tasks that had none."""
    return kind.path.endswith("activities") and row.get("origin") == "old-system"


def _compare_one(
    kind: Compared, one: Aggregate, row: Wire | None, found: Found
) -> None:
    found.compared[kind.area.name] += 1
    place = f"{kind.path} {one.root.id}"
    if row is None:
        why = _why_absent(kind, one)
        found.explain_or_tell(why, place, "row", "there", None)
        return
    if _corrected(found, kind.area.table, one.root.id):
        found.explained["corrected by a person"] += 1
        return
    _compare_fields(place, kind.fields, one.root, row, found)
    for (table, member), fields in kind.lists.items():
        _compare_list(place, (table, member, fields), one, row, found)


def _why_absent(kind: Compared, one: Aggregate) -> str:
    if one.root["DeletedAt"] is not None:
        return "deleted row"
    if kind.path == "/bomapprovals":
        return "BOM merged or in quarantine"
    return ""


def _compare_fields(
    place: str, fields: Fields, row: OldRow, wire: Wire, found: Found
) -> None:
    for name, (column, kind) in fields.items():
        old, new = old_value(row[column], kind), new_value(wire.get(name), kind)
        if old == new or (not old and not new):
            continue
        rule = rule_of(Pair(name, old, new, row.values, found.there))
        found.explain_or_tell(rule, place, name, old, new)


def _compare_list(
    place: str, of: tuple[str, str, Fields], one: Aggregate, row: Wire, found: Found
) -> None:
    table, member, fields = of
    wire = {each["id"]: each for each in row.get(member) or ()}
    olds = one.children.get(table, [])
    for old in olds:
        new = wire.pop(old.id, None)
        at = f"{place} {member} {old.id}"
        if new is None:
            why = _why_child_absent(member, old, olds, one)
            found.explain_or_tell(why, at, "row", "there", None)
            continue
        _compare_fields(at, fields, old, new, found)
        if member == "tasks":
            _compare_people(at, one, old, new, found)
    for key, new in wire.items():
        why = _corrected(found, table, key) or _why_only_here(member, one, new)
        at = f"{place} {member} {key}"
        found.explain_or_tell(why, at, "row", None, "only in EMS")


def _why_only_here(member: str, one: Aggregate, row: Wire) -> str:
    has_items = bool(one.children.get(ITEMS))
    is_one_part = row.get("extItemId") is None and not has_items
    if member == "items" and (one.root["Pn"] or is_one_part):
        return "one part in the change itself"
    is_named = row.get("extUserId") == one.root["ApprovalExtUserId"]
    is_decision = member == "approvals" and is_named
    return "decision that the change names" if is_decision else ""


def _why_child_absent(
    member: str, old: OldRow, olds: Sequence[OldRow], one: Aggregate
) -> str:
    if old["DeletedAt"] is not None:
        return "deleted row"
    if member == "approvals":
        return _why_no_decision(old, olds, one)
    if member == "pics" and not old["ExtUserId"]:
        return "in quarantine"
    same = [each for each in olds if each["ExtUserId"] == old["ExtUserId"]]
    return "person once" if member in {"pics", "inCharges"} and len(same) > 1 else ""


def _why_no_decision(old: OldRow, olds: Sequence[OldRow], one: Aggregate) -> str:
    """A vote counts where it is its person's last, and says what the change says."""
    if old["Status"] not in {1, 2} or not old["ExtUserId"]:
        return "vote folded"
    last = [
        each
        for each in olds
        if each["ExtUserId"] == old["ExtUserId"] and each["Status"] in {1, 2}
    ]
    is_last = last[-1].id == old.id
    return "" if is_last and old["Status"] == one.root["Status"] else "vote folded"


def _compare_people(
    place: str, one: Aggregate, old: OldRow, new: Wire, found: Found
) -> None:
    table, member, fields = PEOPLE_OF_TASK
    people = one.grandchildren.get(table, {}).get(old.id, [])
    wire = {each["id"]: each for each in new.get(member) or ()}
    for row in people:
        there = wire.pop(row.id, None)
        if there is not None:
            _compare_fields(f"{place} {member} {row.id}", fields, row, there, found)
            continue
        why = _why_child_absent(member, row, people, one)
        why = why or ("" if row["ExtUserId"] else "name into the remark")
        at = f"{place} {member} {row.id}"
        found.explain_or_tell(why, at, "row", "there", None)
    for key in wire:
        why, at = _corrected(found, table, key), f"{place} {member} {key}"
        found.explain_or_tell(why, at, "row", None, "only in EMS")


# --- Sabotage ----------------------------------------------------------------------------------


class Saboteur:
    """Alters values in EMS's answers, to see that the comparison finds each."""

    FIELDS: Mapping[str, Sequence[str]] = {
        "changes": ("engineering", "extJobId", "status"),
        "activities": ("description", "extInquiryId"),
        "documents": ("name",),
        "boms": ("extBomLeveledId",),
    }

    def __init__(self, number: int, seed: int) -> None:
        # Where they fall is no secret.
        self.left, self.dice = number, random.Random(seed)  # noqa: S311
        self.planted: list[str] = []

    def __call__(self, area: str, answers: dict[int, Wire], old: set[int]) -> None:
        """Plant a part of what is left in rows that the old side has; the rest in the last kind."""
        share = min(self.left, 2) if area != COMPARED[-1].area.name else self.left
        for key in self._places(sorted(answers.keys() & old), share):
            name = self.dice.choice(self.FIELDS[area])
            value = answers[key].get(name)
            answers[key] = answers[key] | {
                name: 987_654 if isinstance(value, int) else "sabotage"
            }
            self.planted.append(f"{area} {key} {name}")
            self.left -= 1

    def _places(self, keys: list[int], number: int) -> list[int]:
        return self.dice.sample(keys, min(number, len(keys)))
