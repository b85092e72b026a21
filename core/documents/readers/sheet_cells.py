"""Cells of an .xlsx: read from the stream of the sheet, one row at a time."""

import re
from typing import Any

from lxml import etree

from core.documents.readers.formats import BUILT_IN, shown_number, shown_text
from core.documents.readers.grid import Grid
from core.documents.readers.packages import (
    DAMAGED,
    Package,
    child,
    children,
    local,
    value,
)

REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}
# Excel writes signs that XML cannot hold so.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column of ``B3``, each from 0."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def rich_text(item: Any | None) -> str:
    """Words of a string with its formatted parts, without its reading aid (phonetics)."""
    pieces = []
    for part in children(item, "t", "r"):
        found = part if local(part) == "t" else child(part, "t")
        pieces.append(getattr(found, "text", "") or "")
    return ESCAPED.sub(_sign, "".join(pieces))


def _sign(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign.isprintable() or sign in "\t\n" else ""


def shared_strings(package: Package, name: str) -> list[str]:
    """The strings of a book, as far as they can be read."""
    found: list[str] = []
    if not name:
        return found
    try:
        with package.open(name) as part:
            for _event, item in etree.iterparse(
                part,
                tag="{*}si",
                resolve_entities=False,
                no_network=True,
                huge_tree=True,
            ):
                found.append(rich_text(item))
                _drop(item)
    except DAMAGED:
        package.lost.append(name)
    return found


def _drop(element: Any) -> None:
    """Let go of what is read, and of what came before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class Styles:
    """The formats of cells by their style."""

    def __init__(self, package: Package, name: str, *, is_1904: bool = False) -> None:
        self.is_1904 = is_1904
        root = package.root(name) if name else None
        codes = dict(BUILT_IN)
        for row in children(child(root, "numFmts"), "numFmt"):
            key = row.get("numFmtId", "")
            if key.isdigit():
                codes[int(key)] = row.get("formatCode", "General")
        self._codes = [
            codes.get(int(row.get("numFmtId", "0") or 0), "General")
            for row in children(child(root, "cellXfs"), "xf")
        ]

    def code(self, style: str) -> str:
        """The format of a style; "General" for one that is not there."""
        number = int(style) if style.isdigit() else 0
        return self._codes[number] if number < len(self._codes) else "General"


def read_cells(
    package: Package, name: str, grid: Grid, strings: list[str], styles: Styles
) -> None:
    """Put the cells of a sheet into the grid; raises one of ``DAMAGED`` where it ends too soon."""
    _Sheet(grid, strings, styles).read(package, name)


class _Sheet:
    def __init__(self, grid: Grid, strings: list[str], styles: Styles) -> None:
        self.grid, self.strings, self.styles = grid, strings, styles
        self._row = -1
        self._hidden_columns: list[tuple[int, int]] = []

    def read(self, package: Package, name: str) -> None:
        with package.open(name) as part:
            events = etree.iterparse(
                part,
                events=("end",),
                tag=("{*}row", "{*}cols", "{*}mergeCell"),
                resolve_entities=False,
                no_network=True,
                huge_tree=True,
            )
            for _event, element in events:
                self._take(element)

    def _take(self, element: Any) -> None:
        kind = local(element)
        if kind == "row":
            self._take_row(element)
            _drop(element)
        elif kind == "cols":
            self._hidden_columns = [
                (int(value(col, "min", "1")) - 1, int(value(col, "max", "1")) - 1)
                for col in children(element, "col")
                if value(col, "hidden") in {"1", "true"}
            ]
        else:
            self._merge(element.get("ref", ""))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = place_of(first), place_of(last or first)
        if start and end:
            self.grid.merged.append((*start, *end))

    def _take_row(self, row: Any) -> None:
        number = row.get("r", "")
        self._row = int(number) - 1 if number.isdigit() else self._row + 1
        is_hidden = value(row, "hidden") in {"1", "true"}
        column = -1
        for cell in children(row, "c"):
            place = place_of(cell.get("r", ""))
            column = place[1] if place else column + 1
            text = self._text(cell)
            if text.strip() and (is_hidden or self._is_hidden(column)):
                self.grid.hidden += 1
            else:
                self.grid.put(self._row, column, text)

    def _is_hidden(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self._hidden_columns)

    def _text(self, cell: Any) -> str:
        kind, code = cell.get("t", "n"), self.styles.code(cell.get("s", "0"))
        found = child(cell, "v")
        raw = (found.text if found is not None else None) or ""
        if kind == "inlineStr":
            return shown_text(rich_text(child(cell, "is")), code)
        if not raw:
            # A program that does not count itself wrote the formula and no result.
            self.grid.unsaid += kind != "str" and child(cell, "f") is not None
            return ""
        if kind == "n":
            return shown_number(raw, code, is_1904=self.styles.is_1904)
        if kind in {"s", "str"}:
            return shown_text(self._string(raw) if kind == "s" else raw, code)
        return BOOLEANS.get(raw, raw) if kind == "b" else raw

    def _string(self, raw: str) -> str:
        number = int(raw) if raw.isdigit() else -1
        return self.strings[number] if 0 <= number < len(self.strings) else ""
