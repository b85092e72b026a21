"""Excel: a sheet is a page, and its filled rows are a table."""

from pathlib import Path
from typing import Any

import python_calamine

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers.packages import require_safe, spell


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over one page per sheet; an empty sheet is an empty page."""
    require_safe(path)
    book = _open(path)
    total = output.count(len(book.sheet_names))
    for number, name in enumerate(book.sheet_names[:total], 1):
        if output.is_full(number, total):
            return
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        table = tuple(
            tuple(_spell(cell) for cell in row)
            for row in rows
            if any(cell != "" for cell in row)
        )
        output.put(
            number, total, f"{name}\n{spell(table)}", tables=[table] if table else ()
        )


def _open(path: Path) -> Any:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise ReadError("encrypted") from None
    except python_calamine.CalamineError:
        raise ReadError("broken") from None


def _spell(cell: object) -> str:
    """A whole number without its point zero: Excel keeps every number as a float."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
