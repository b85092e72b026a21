"""The one writer of Excel files, and the one place that defuses formulas (attack T29)."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_767
# What openpyxl may take for a formula or an error code; other text is text to it, and costs half.
GUESSED = ("=", "#")
BOLD = Font(bold=True)


def write_workbook(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    widths: Sequence[int] = (),
) -> IO[bytes]:
    """Rows as one sheet in a temporary file, in constant memory.

    ``widths`` are in characters. Text is written as text whatever it begins with, so that no
    cell becomes a formula.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_text_cell(sheet, _clean(header), bold=True) for header in headers])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: object) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    text = _clean(value if isinstance(value, str) else str(value))
    return _text_cell(sheet, text) if text.startswith(GUESSED) else text


def _clean(text: str) -> str:
    return ILLEGAL.sub("", text)[:MAX_CELL]


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    if bold:
        cell.font = BOLD
    return cell


def workbook_response(name: str, file: IO[bytes]) -> FileResponse:
    """The file as a download."""
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=CONTENT_TYPE
    )
