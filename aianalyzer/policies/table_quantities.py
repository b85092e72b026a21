"""Numbers of tables and forms whose unit stands elsewhere: in the head of the column, in the cell beside,
or behind the label ("Rated current (A): 2500")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from aianalyzer.policies.panels import CELLS
from aianalyzer.policies.quantities import NUMBER, UNITS, Quantity, is_number, value_of

KINDS = (
    "current",
    "short_circuit",
    "voltage",
    "power",
    "frequency",
    "area",
    "length",
    "count",
)
# A number, or the sides of a body.
FIGURE = r"\d[\d.,]*(?:\s?[xX\u00d7]\s?\d[\d.,]*){0,3}"
BETWEEN = re.compile(r"\s?[xX\u00d7]\s?")
WHOLE_UNIT = {
    kind: re.compile(
        rf"\s*(?P<unit>{UNITS[kind]})(?P<time>\s?/\s?\d?\s?s)?\s*", re.IGNORECASE
    )
    for kind in KINDS
}
IN_BRACKETS = re.compile(r"[(\[]\s*(?P<unit>[^()\[\]]{1,10}?)\s*[)\]]\s*:?\s*$")
AFTER_LABEL = re.compile(
    rf"[^\W\d_][(\[ ]{{1,2}}(?P<unit>[A-Za-z][^()\[\]\d]{{0,8}}?)[)\]]\s{{0,2}}[:=]\s{{0,2}}(?P<number>{FIGURE})(?=\s*(?:[;,\t|]|$))"
)
COUNTED = re.compile(
    r"\s*(?:qty|quantity|q'ty|jumlah|jml|vol(?:ume)?|kuantitas|banyaknya)\.?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, and where its text begins."""

    start: int
    text: str


def cells_of(line: str) -> list[Cell]:
    """The cells of a row; one for a line that is no row."""
    cells, at = [], 0
    for border in [*CELLS.finditer(line), None]:
        text = line[at : border.start() if border else len(line)]
        cells.append(Cell(at + len(text) - len(text.lstrip()), text.strip()))
        at = border.end() if border else at
    return cells


def unit_kind(text: str) -> tuple[str, str] | None:
    """Kind and spelling, when the whole text is a unit."""
    for kind, rule in WHOLE_UNIT.items():
        if rule.fullmatch(text):
            return kind, text.strip()
    return None


@dataclass
class TableUnits:
    """Remembers the units at the heads of columns, row by row."""

    heads: dict[int, tuple[str, str]] = field(default_factory=dict)
    width: int = 0

    def take(self, line: str) -> list[Quantity]:
        """The numbers of this line whose unit stands elsewhere."""
        cells = cells_of(line)
        found = list(_after_labels(line))
        if len(cells) < 2:
            self.heads = {}
            return found
        heads = _heads(cells)
        if heads:
            self.heads, self.width = heads, len(cells)
            return found
        found += _beside(cells)
        found += _of_row(cells)
        taken = {each.start for each in found}
        for place, (kind, unit) in self.heads.items():
            if (
                place < len(cells)
                and cells[place].start not in taken
                and abs(len(cells) - self.width) <= 1
            ):
                found += _under(cells[place], kind, unit)
        return found


def _heads(cells: list[Cell]) -> dict[int, tuple[str, str]]:
    """The columns whose heads say in what their numbers are."""
    if any(_is_bare(cell.text) for cell in cells):
        return {}
    heads: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(cells):
        bracket = IN_BRACKETS.search(cell.text)
        unit = unit_kind(bracket["unit"]) if bracket else None
        if unit and bracket and bracket.start():
            heads[place] = unit
        elif COUNTED.fullmatch(cell.text):
            heads[place] = ("count", "")
    return heads


def _is_bare(text: str) -> bool:
    return all(
        NUMBER.fullmatch(part) and is_number(part) for part in BETWEEN.split(text)
    )


def _of_row(cells: list[Cell]) -> Iterator[Quantity]:
    """The numbers of a row whose label says in what they are: "Current (A)", "Quantity"."""
    label, *rest = cells
    bracket = IN_BRACKETS.search(label.text)
    unit = unit_kind(bracket["unit"]) if bracket and bracket.start() else None
    if COUNTED.fullmatch(label.text):
        unit = ("count", "")
    for cell in rest if unit else ():
        if unit and _is_bare(cell.text):
            yield _quantity(cell, *unit)


def _under(cell: Cell, kind: str, unit: str) -> Iterator[Quantity]:
    if _is_bare(cell.text):
        yield _quantity(cell, kind, unit)


def _beside(cells: list[Cell]) -> Iterator[Quantity]:
    """A number and its unit in cells of their own: the number first, or the unit and then its numbers."""
    taken: set[int] = set()
    for place, cell in enumerate(cells):
        unit = unit_kind(cell.text) if cell.text else None
        if unit is None:
            continue
        is_before = (
            place > 0 and place - 1 not in taken and _is_bare(cells[place - 1].text)
        )
        others = [place - 1] if is_before else _bare_after(cells, place)
        for other in others[:1] if unit[0] == "count" else others:
            taken.add(other)
            yield _quantity(cells[other], *unit)


def _bare_after(cells: list[Cell], place: int) -> list[int]:
    found = []
    for other in range(place + 1, len(cells)):
        if not _is_bare(cells[other].text):
            break
        found.append(other)
    return found


def _after_labels(line: str) -> Iterator[Quantity]:
    for found in AFTER_LABEL.finditer(line):
        unit = unit_kind(found["unit"])
        number = found["number"].rstrip(".,")
        if unit and _is_bare(number):
            yield _quantity(Cell(found.start("number"), number), *unit)


def _quantity(cell: Cell, kind: str, unit: str) -> Quantity:
    text = f"{cell.text} {unit}".strip()
    parts = BETWEEN.split(cell.text)
    values = tuple(value_of(part, unit) for part in parts)
    end = cell.start + len(cell.text)
    return Quantity(
        cell.start, end, text, kind, unit, values, ("times",) * (len(parts) - 1)
    )
