"""The one writer of Excel files, and the one place that defuses formulas (attack T29).

openpyxl comes with lxml and Pillow, ten megabytes: a process loads them with its first Excel file.
"""

import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_767
# What openpyxl may take for a formula or an error code; other text is text to it, and costs half.
GUESSED = ("=", "#")


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
    from openpyxl import Workbook  # noqa: PLC0415 - see above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    cells = _Cells(sheet)
    sheet.append([cells.text(_clean(header), is_bold=True) for header in headers])
    for row in rows:
        sheet.append([cells.of(value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _clean(text: str) -> str:
    return ILLEGAL.sub("", text)[:MAX_CELL]


class _Cells:
    """Makes the cells of one sheet."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
        from openpyxl.styles import Font  # noqa: PLC0415

        self._new = partial(WriteOnlyCell, sheet)
        self._bold = Font(bold=True)

    def of(self, value: object) -> Any:
        """What Excel knows as it is; all else as text."""
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None)
        if value is None or isinstance(value, bool | int | float | Decimal | date):
            return value
        text = _clean(value if isinstance(value, str) else str(value))
        return self.text(text) if text.startswith(GUESSED) else text

    def text(self, text: str, *, is_bold: bool = False) -> Any:
        """Text, whatever it begins with."""
        cell = self._new(value=text)
        cell.data_type = "s"
        if is_bold:
            cell.font = self._bold
        return cell


def workbook_response(name: str, file: IO[bytes]) -> FileResponse:
    """The file as a download."""
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=CONTENT_TYPE
    )
