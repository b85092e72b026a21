"""The facts of an answer as one table: a row for each panel, and beside it what is said of none of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.key_facts import ORDER
from aianalyzer.policies.sameness import identity
from aianalyzer.queries.sources import SourceText, reference
from aianalyzer.queries.wording import fact_name

# Kinds that share a column; one that no panel has is left out.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("quantity",),
    ("current",),
    ("short_circuit",),
    ("voltage",),
    ("frequency",),
    ("power",),
    ("ip", "ik"),
    ("form",),
    ("busbar",),
    ("cable_entry", "cable"),
    ("transformer",),
    ("dimensions",),
    ("colour",),
    ("brand",),
    ("standard",),
)
IN_ROWS = {kind for kinds in COLUMNS for kind in kinds}
FIRST = (
    "project",
    "party",
    "date",
    "deadline",
    "delivery",
    "warranty",
    "penalty",
    "payment",
)


@dataclass(frozen=True, slots=True)
class FactValue:
    """A value with the link to its source."""

    text: str
    link: SafeString


@dataclass(frozen=True, slots=True)
class FactCell:
    """The values of one column, under its head."""

    head: str
    values: Sequence[FactValue]


@dataclass(slots=True)
class FactRow:
    """A panel, and what is said of it."""

    name: str
    values: list[FactValue] = field(default_factory=list)
    by_kind: dict[str, list[FactValue]] = field(default_factory=dict)
    cells: list[FactCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FactTable:
    """Rows of panels, and what belongs to the document or to no panel."""

    heads: Sequence[str]
    rows: Sequence[FactRow]
    others: Sequence[FactCell]

    def __bool__(self) -> bool:
        return bool(self.rows or self.others)


def fact_table(
    generation: InquiryAiGeneration, sources: Sequence[SourceText]
) -> FactTable:
    """The table of an answer; empty when it has no facts of its own."""
    rows: dict[str, FactRow] = {}
    others: dict[str, list[FactValue]] = {}
    by_number = {each.number: each for each in sources}
    for fact in generation.facts:
        source = by_number.get(fact["cite"])
        link = reference(generation, source) if source else SafeString("")
        value, kind = FactValue(fact["value"], link), fact["kind"]
        panel = fact["value"] if kind == "panel" else fact.get("panel", "")
        if panel and (kind in IN_ROWS or kind == "panel"):
            row = rows.setdefault(identity(panel), FactRow(panel))
            row.by_kind.setdefault(kind, []).append(value)
        else:
            others.setdefault(kind, []).append(value)
    shown = list(rows.values())
    return FactTable(_fill(shown), shown, _others(others))


def _fill(rows: list[FactRow]) -> list[str]:
    """Give each row its cells; returns the heads of the columns that some row has."""
    used = [
        kinds
        for kinds in COLUMNS
        if any(kind in row.by_kind for row in rows for kind in kinds)
    ]
    for row in rows:
        row.values = row.by_kind.get("panel", [])[:1]
        row.cells = [
            FactCell(
                _head(kinds), [v for kind in kinds for v in row.by_kind.get(kind, [])]
            )
            for kinds in used
        ]
    return [_head(kinds) for kinds in used]


def _head(kinds: tuple[str, ...]) -> str:
    if kinds == ("ip", "ik"):
        return "IP / IK"
    if kinds == ("cable_entry", "cable"):
        return _("Cable")
    return fact_name(kinds[0])


def _others(found: dict[str, list[FactValue]]) -> list[FactCell]:
    known = [*FIRST, *(kind for kind in ORDER if kind not in FIRST)]
    kinds = [*known, *(kind for kind in found if kind not in known)]
    return [FactCell(fact_name(kind), found[kind]) for kind in kinds if kind in found]
