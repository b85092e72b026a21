"""Word documents: paragraphs and tables in their order, parted where Word breaks the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from core.documents.model import Table
from core.documents.output import ReaderOutput
from core.documents.readers.packages import require_safe, spell

BREAKS = f".//{qn('w:lastRenderedPageBreak')}"
MANUAL = f".//{qn('w:br')}"


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over the pages as Word last laid them out."""
    require_safe(path)
    pages = _pages(docx.Document(str(path)))
    total = output.count(len(pages))
    for number, (text, tables) in enumerate(pages[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, text, tables=tables)


def _pages(document: Any) -> list[tuple[str, list[Table]]]:
    pages: list[tuple[list[str], list[Table]]] = [([], [])]
    for block, is_first in _blocks(document):
        if is_first and pages[-1][0]:
            pages.append(([], []))
        if isinstance(block, Paragraph):
            pages[-1][0].append(block.text)
        else:
            table = _cells(block)
            pages[-1][0].append(spell(table))
            pages[-1][1].append(table)
    return [("\n".join(lines), tables) for lines, tables in pages]


def _blocks(document: Any) -> Iterator[tuple[Paragraph | WordTable, bool]]:
    """Each block, and whether a page starts with it."""
    is_after_break = False
    for block in document.iter_inner_content():
        starts = block._element.find(BREAKS) is not None  # noqa: SLF001 - no public name
        yield block, starts or is_after_break
        is_after_break = _ends_page(block)


def _ends_page(block: Any) -> bool:
    manual = block._element.findall(MANUAL)  # noqa: SLF001 - no public name
    return any(found.get(qn("w:type")) == "page" for found in manual)


def _cells(table: WordTable) -> Table:
    # ``row.cells`` walks the whole grid for each cell: 200 rows would take seconds.
    rows = []
    for row in table._tbl.tr_lst:  # noqa: SLF001 - see above
        cells = [
            "\n".join(
                "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
                for paragraph in cell.iter(qn("w:p"))
            ).strip()
            for cell in row.tc_lst
        ]
        rows.append(tuple(cells))
    return tuple(rows)
