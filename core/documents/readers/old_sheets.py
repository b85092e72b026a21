"""Workbooks of the old kind: .xls by xlrd with its formats, .xlsb by calamine with its values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers.formats import BUILT_IN, shown_number, shown_text
from core.documents.readers.grid import Grid
from core.documents.readers.word_notes import labelled


def read_xls(path: Path, output: ReaderOutput) -> None:
    """Hand over the sheets of an Excel 97 book that are shown."""
    import xlrd

    try:
        # Its complaints would go where our own lines go.
        with Path("/dev/null").open("w") as silent:
            book = xlrd.open_workbook(str(path), formatting_info=True, logfile=silent)
    except xlrd.XLRDError as error:
        is_locked = "encrypted" in str(error).lower()
        raise ReadError("encrypted" if is_locked else "broken") from None
    sheets = [sheet for sheet in book.sheets() if not sheet.visibility]
    hidden = [sheet.name for sheet in book.sheets() if sheet.visibility]
    if hidden:
        output.note("hidden_sheets", names=hidden[:20])
    total = output.count(len(sheets))
    for number, sheet in enumerate(sheets[:total], 1):
        if output.is_full(number, total):
            return
        _hand_over(book, sheet, (number, total), output)


def _hand_over(
    book: Any, sheet: Any, place: tuple[int, int], output: ReaderOutput
) -> None:
    grid = Grid(output.characters_left)
    rows = {key for key, info in sheet.rowinfo_map.items() if info.hidden}
    columns = {key for key, info in sheet.colinfo_map.items() if info.hidden}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            text = _shown(book, sheet.cell(row, column))
            if text.strip() and (row in rows or column in columns):
                grid.hidden += 1
            else:
                grid.put(row, column, text)
    grid.merged = [
        (top, left, low - 1, right - 1) for top, low, left, right in sheet.merged_cells
    ]
    if grid.hidden:
        output.note("hidden_rows", name=sheet.name, number=grid.hidden)
    notes = [
        labelled(note.author or "", (note.text or "").strip())
        for note in sheet.cell_note_map.values()
        if (note.text or "").strip()
    ]
    table = grid.table()
    text = "\n".join(line for line in (sheet.name, grid.text(), *notes) if line)
    output.put(*place, text, tables=[table] if table else ())
    if grid.is_cut:
        output.note("cells", name=sheet.name)


def _shown(book: Any, cell: Any) -> str:
    import xlrd

    code = _format(book, cell)
    if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return shown_number(repr(cell.value), code, is_1904=bool(book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return shown_text(str(cell.value), code)


def _format(book: Any, cell: Any) -> str:
    try:
        key = book.xf_list[cell.xf_index].format_key
        code = str(book.format_map[key].format_str)
    except (IndexError, KeyError, TypeError):
        return "General"
    # Short dates are those of the machine, whatever this one wrote.
    return BUILT_IN[key] if key in {14, 22} else code


def read_xlsb(path: Path, output: ReaderOutput) -> None:
    """Hand over the values of a binary book; its formats are not read, which is said."""
    import python_calamine

    from core.documents.readers.packages import require_safe

    require_safe(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise ReadError("encrypted") from None
    except python_calamine.CalamineError:
        raise ReadError("broken") from None
    visible = python_calamine.SheetVisibleEnum.Visible
    names = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
    hidden = [sheet.name for sheet in book.sheets_metadata if sheet.visible != visible]
    if hidden:
        output.note("hidden_sheets", names=hidden[:20])
    output.note("values")
    total = output.count(len(names))
    for number, name in enumerate(names[:total], 1):
        if output.is_full(number, total):
            return
        grid = Grid(output.characters_left)
        for row, cells in enumerate(book.get_sheet_by_name(name).iter_rows()):
            for column, cell in enumerate(cells):
                grid.put(row, column, _value(cell))
        table = grid.table()
        output.put(
            number, total, f"{name}\n{grid.text()}", tables=[table] if table else ()
        )


def _value(cell: object) -> str:
    """A value without a format: numbers and days as they are, durations in hours."""
    from datetime import date, datetime, timedelta

    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        return shown_number(repr(cell), "General")
    if isinstance(cell, timedelta):
        return shown_number(repr(cell / timedelta(days=1)), "[h]:mm:ss")
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}".removesuffix(" 00:00")
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


READERS: dict[str, Callable[[Path, ReaderOutput], None]] = {
    "xls": read_xls,
    "xlsb": read_xlsb,
}
