"""PowerPoint: a slide is a page; text of shapes, tables and notes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx

from core.documents.model import Table
from core.documents.output import ReaderOutput
from core.documents.readers.packages import require_safe, spell

DEEPEST = 8


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over one page per slide."""
    require_safe(path)
    slides = pptx.Presentation(str(path)).slides
    total = output.count(len(slides))
    for number, slide in enumerate(slides, 1):
        if number > total or output.is_full(number, total):
            return
        tables: list[Table] = []
        lines = list(_lines(slide.shapes, tables))
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            lines.append(slide.notes_slide.notes_text_frame.text)
        output.put(number, total, "\n".join(filter(None, lines)), tables=tables)


def _lines(shapes: Any, tables: list[Table], depth: int = 0) -> Iterator[str]:
    for shape in shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False):
            table = tuple(
                tuple(cell.text for cell in row.cells) for row in shape.table.rows
            )
            tables.append(table)
            yield spell(table)
        elif hasattr(shape, "shapes") and depth < DEEPEST:
            yield from _lines(shape.shapes, tables, depth + 1)
