"""Tables on a laid-out page, by simple rules: lines of cells with gaps that fall together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from core.documents.model import Table

# In heights of a letter: a space between words is a quarter, a gutter is more than one.
WORD_GAP = 0.18
CELL_GAP = 1.1
LEAST_ROWS = 2
LEAST_COLUMNS = 2
# Two columns of prose also have a gutter; their cells are whole lines.
LONGEST_MEAN = 42
LEAST_FILLED = 0.5
# Rows of a table follow each other within so many heights of a letter.
FARTHEST_ROW = 3.2


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and its box in points; ``top`` grows down the page."""

    sign: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class LaidOutCell:
    """Words that stand together on a line."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class LaidOutLine:
    """The cells of one line, from the left."""

    cells: tuple[LaidOutCell, ...]
    top: float
    height: float


def tables(letters: Iterable[Letter]) -> tuple[Table, ...]:
    """The tables of a page from the top: each is rows of as many cells as there are columns."""
    return tuple(table for block in _blocks(lines(letters)) if (table := _table(block)))


def lines(letters: Iterable[Letter]) -> list[LaidOutLine]:
    """The letters of a page, gathered into lines from the top and cells from the left."""
    rows: list[list[Letter]] = []
    middle = 0.0
    for letter in sorted(letters, key=lambda one: (one.top + one.bottom) / 2):
        centre, height = (letter.top + letter.bottom) / 2, letter.bottom - letter.top
        if not rows or centre - middle > max(height, 1) * 0.5:
            rows.append([])
            middle = centre
        rows[-1].append(letter)
    return [_line(row) for row in rows]


def _line(row: list[Letter]) -> LaidOutLine:
    row.sort(key=lambda letter: letter.left)
    heights = sorted(letter.bottom - letter.top for letter in row)
    height = max(heights[len(heights) // 2], 1.0)
    cells, text, left = [], row[0].sign, row[0].left
    for before, letter in pairwise(row):
        gap = letter.left - before.right
        if gap > CELL_GAP * height:
            cells.append(LaidOutCell(text, left, before.right))
            text, left = letter.sign, letter.left
        else:
            text += f" {letter.sign}" if gap > WORD_GAP * height else letter.sign
    cells.append(LaidOutCell(text, left, row[-1].right))
    return LaidOutLine(tuple(cells), row[0].top, height)


def _blocks(found: list[LaidOutLine]) -> Iterator[list[LaidOutLine]]:
    """Runs of lines that have several cells and stand close together."""
    block: list[LaidOutLine] = []
    for line in found:
        is_near = not block or line.top - block[-1].top < FARTHEST_ROW * line.height
        if block and (len(line.cells) < LEAST_COLUMNS or not is_near):
            yield block
            block = []
        if len(line.cells) >= LEAST_COLUMNS:
            block.append(line)
    if block:
        yield block


def _table(block: list[LaidOutLine]) -> Table | None:
    columns = _columns(block)
    if len(block) < LEAST_ROWS or len(columns) < LEAST_COLUMNS:
        return None
    rows = [_row(line, columns) for line in block]
    cells = [cell for row in rows for cell in row if cell]
    is_filled = len(cells) >= LEAST_FILLED * len(rows) * len(columns)
    is_prose = sum(map(len, cells)) > LONGEST_MEAN * len(cells)
    return tuple(rows) if is_filled and not is_prose else None


def _columns(block: list[LaidOutLine]) -> list[tuple[float, float]]:
    """The spans that no gap crosses: where cells of different rows overlap, they are a column."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted((c.left, c.right) for line in block for c in line.cells):
        if spans and left < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _row(line: LaidOutLine, columns: list[tuple[float, float]]) -> tuple[str, ...]:
    row = [""] * len(columns)
    for cell in line.cells:
        place = next(i for i, (_, right) in enumerate(columns) if cell.left < right)
        row[place] = f"{row[place]} {cell.text}".strip()
    return tuple(row)
