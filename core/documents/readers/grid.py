"""The filled cells of a sheet: its size is what it holds, never the frame around it."""

from core.documents.model import Table

# Cells of a table for each that is filled; beyond it the sheet is no table but scattered words.
MOST_EMPTY = 6
ALWAYS = 5_000

Place = tuple[int, int]


class Grid:
    """Cells by row and column, each from 0."""

    def __init__(self, most: int) -> None:
        self._cells: dict[Place, str] = {}
        self._left = most
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden = 0  # filled cells in rows and columns that are hidden
        self.unsaid = 0  # formulas whose result is not in the file
        self.is_cut = False

    @property
    def is_full(self) -> bool:
        """Whether no more text fits."""
        return self._left <= 0

    def put(self, row: int, column: int, text: str) -> None:
        """A cell with its words; a blank one is none."""
        if not text.strip():
            return
        if self.is_full:
            self.is_cut = True
            return
        self._left -= len(text) + 1
        self._cells[row, column] = text

    def _seen(self) -> dict[int, list[tuple[int, str]]]:
        """Rows of columns and words; of merged cells only the first is shown."""
        covered = self._covered()
        rows: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in sorted(self._cells.items()):
            if (row, column) not in covered:
                rows.setdefault(row, []).append((column, text))
        return rows

    def _covered(self) -> set[Place]:
        found: set[Place] = set()
        for top, left, bottom, right in self.merged:
            if (bottom - top + 1) * (right - left + 1) > len(self._cells):
                inside = [
                    (row, column)
                    for row, column in self._cells
                    if top <= row <= bottom and left <= column <= right
                ]
            else:
                inside = [
                    (row, column)
                    for row in range(top, bottom + 1)
                    for column in range(left, right + 1)
                ]
            found.update(inside)
            found.discard((top, left))
        return found

    def table(self) -> Table:
        """The filled rows, with all columns that are filled anywhere; () for scattered words."""
        rows = self._seen()
        columns = sorted({column for row in rows.values() for column, _text in row})
        filled = sum(map(len, rows.values()))
        if not rows or len(rows) * len(columns) > max(ALWAYS, MOST_EMPTY * filled):
            return ()
        places = {column: place for place, column in enumerate(columns)}
        found = []
        for row in rows.values():
            cells = [""] * len(columns)
            for column, text in row:
                cells[places[column]] = text
            found.append(tuple(cells))
        return tuple(found)

    def text(self) -> str:
        """The rows as lines, cells apart by tabs."""
        rows = self.table() or [
            tuple(text for _column, text in row) for row in self._seen().values()
        ]
        return "\n".join("\t".join(row).rstrip("\t") for row in rows)
