"""The old database, as its API would answer, against EMS's own API: row by row, field by field."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.urls import resolve
from rest_framework.test import APIRequestFactory, force_authenticate

from core.accounts.models import User
from legacy.aggregates import Aggregate, OldRow
from legacy.oracle import (
    COMPARED,
    NAMED,
    PEOPLE_OF_TASK,
    Compared,
    Pair,
    new_value,
    old_value,
    plain_day,
    rule_of,
)
from legacy.reading import chunks
from legacy.source import Source

SHOWN = 20
Fields = Mapping[str, tuple[str, str]]
Wire = dict[str, Any]


@dataclass(slots=True)
class Found:
    """Counts of a comparison, and the first differences that no rule explains."""

    compared: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    unexpected: int = 0
    there: dict[str, set[int]] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)

    def strange(self, place: str, name: str, old: Any, new: Any) -> None:
        """A difference that nobody meant."""
        self.unexpected += 1
        if len(self.first) < SHOWN:
            told = {
                "at": place,
                "field": name,
                "old": plain_day(old),
                "new": plain_day(new),
            }
            self.first.append(told)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "compared": dict(self.compared),
            "explained": dict(self.explained),
            "unexpected": self.unexpected,
            "first": self.first,
        }


def compare(
    source: Source,
    reader: User,
    say: Callable[[str], object],
    plant: Callable[[str, dict[int, Wire], set[int]], None] | None = None,
) -> Found:
    """Everything that is compared; ``plant`` alters answers of EMS before they are looked at."""
    found = Found(there={table: source.ids(table, "Id") for table in NAMED.values()})
    for kind in COMPARED:
        answers = {row[kind.key]: row for row in answer(kind.path, reader)}
        if plant is not None:
            plant(kind.area.name, answers, source.ids(kind.area.table, "Id"))
        for whole in chunks(source, kind.area, 0):
            for one in whole:
                _compare_one(kind, one, answers.pop(one.root.id, None), found)
        for row in answers.values():
            if not _is_made_here(kind, row):
                found.strange(
                    f"{kind.path} {row[kind.key]}", "row", None, "only in EMS"
                )
        say(
            f"{kind.path}: {found.compared[kind.area.name]:,} rows, {found.unexpected} unexpected"
        )
    return found


def answer(path: str, reader: User) -> list[Wire]:
    """A list of EMS's API, through its own view, as this person gets it."""
    request = APIRequestFactory().get(path)
    force_authenticate(request, reader)
    place = resolve(path)
    response = place.func(request, *place.args, **place.kwargs)
    if response.streaming:
        content = b"".join(response.streaming_content)
    else:
        content = (
            response.render().content
            if hasattr(response, "render")
            else response.content
        )
    rows: list[Wire] = orjson.loads(content)
    return rows


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
        if why:
            found.explained[why] += 1
        else:
            found.strange(place, "row", "there", None)
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
        if rule:
            found.explained[rule] += 1
        else:
            found.strange(place, name, old, new)


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
            if why:
                found.explained[why] += 1
            else:
                found.strange(at, "row", "there", None)
            continue
        _compare_fields(at, fields, old, new, found)
        if member == "tasks":
            _compare_people(at, one, old, new, found)
    for key, new in wire.items():
        _only_here(f"{place} {member} {key}", member, one, new, found)


def _only_here(
    place: str, member: str, one: Aggregate, row: Wire, found: Found
) -> None:
    if member == "items" and one.root["Pn"]:
        found.explained["one part in the change itself"] += 1
    elif (
        member == "approvals" and row.get("extUserId") == one.root["ApprovalExtUserId"]
    ):
        found.explained["decision that the change names"] += 1
    else:
        found.strange(place, "row", None, "only in EMS")


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
        if why:
            found.explained[why] += 1
        else:
            found.strange(f"{place} {member} {row.id}", "row", "there", None)
    for key in wire:
        found.strange(f"{place} {member} {key}", "row", None, "only in EMS")


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
