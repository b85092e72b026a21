"""The one writer of Excel files; it stores texts as texts, never as formulas (docs/threats.md#t29).

openpyxl comes with lxml and Pillow, ten megabytes: a process loads them with its first Excel file.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain, zip_longest
from typing import IO, Any, Generic, TypeVar

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

Record = TypeVar("Record")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_767
NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]]")  # of a sheet
A4 = 9  # as Excel counts kinds of paper
# What openpyxl may take for a formula or an error code; other text is text to it, and costs half.
GUESSED = ("=", "#")
MONEY, MEASURE, DAY, MOMENT = "#,##0.00", "#,##0.0#", "dd mmm yyyy", "dd mmm yyyy hh:mm"
RUPIAH, WHOLE_RUPIAH = "(Rp)", "#,##0"


class TotalRow(list[object]):
    """The last row of a table: it names what it is, and stands in bold."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Record]):
    """A column of a sheet: its head (text, or a lazy one), width in characters, and cell of a record.

    is_summed: the last row adds it up.
    """

    head: object
    width: int
    value: Callable[[Record], object]
    is_summed: bool = False


def write_columns(
    title: str,
    columns: Sequence[Column[Record]],
    records: Iterable[Record],
    *,
    total: Sequence[object] = (),
    above: Sequence[str] = (),
) -> IO[bytes]:
    """A sheet with a row per record; ``total`` is the last row, if there is one that sums do not make.

    ``above``: the title and what stands below it (``write_workbook``).
    """
    rows: Iterable[list[object]] = (
        [column.value(record) for column in columns] for record in records
    )
    if any(column.is_summed for column in columns):
        rows = _summed(rows, [column.is_summed for column in columns])
    return write_workbook(
        title,
        [str(column.head) for column in columns],
        chain(rows, [TotalRow(total)] if total else []),
        [column.width for column in columns],
        above=above,
    )


def _summed(
    rows: Iterable[list[object]], is_summed: Sequence[bool]
) -> Iterator[list[object]]:
    """The rows, and below them their sums."""
    sums: list[Any] = [0 if is_sum else None for is_sum in is_summed]
    for row in rows:
        for place, value in enumerate(row):
            if is_summed[place] and isinstance(value, int | float | Decimal):
                sums[place] += value
        yield row
    label = is_summed.index(False)
    yield TotalRow([*sums[:label], _("Total"), *sums[label + 1 :]])


def write_workbook(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    widths: Sequence[int] = (),
    *,
    above: Sequence[str] = (),
) -> IO[bytes]:
    """Rows as one sheet in a temporary file, in constant memory.

    ``widths`` are in characters. ``above`` are lines over the table: its title, its period and filters.
    Text is written as text whatever it begins with, so that no
    cell becomes a formula. Days, moments, amounts and measures are cells of their type in the
    format of the department; a column whose head ends in ``(Rp)`` is money. The head filters,
    stays, and comes again on each printed page.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - see above

    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_NAMES.sub(" ", title)[:31])
    top = len(above) + 2 if above else 1
    _set_up(sheet, widths, top)
    cells = _Cells(sheet, widths)
    for place, line in enumerate(above):
        sheet.append([cells.text(_clean(line), is_title=place == 0)])
    if above:
        sheet.append([])
    sheet.append([cells.head(header) for header in headers])
    amounts = [str(header).endswith(RUPIAH) for header in headers]
    count = top
    for row in rows:
        is_total = isinstance(row, TotalRow)
        count += not is_total
        sheet.append(
            [
                cells.of(value, place, is_money=bool(is_money), is_bold=is_total)
                for place, (value, is_money) in enumerate(
                    zip_longest(row, amounts[: len(row)])
                )
            ]
        )
    if headers:
        sheet.auto_filter.ref = f"A{top}:{_letter(len(headers))}{count}"
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return str(get_column_letter(place))


def _set_up(sheet: Any, widths: Sequence[int], top: int) -> None:
    """Widths, the head that stays, and paper: A4 across, its head and page number on each page."""
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.oddFooter.center.text = "&P / &N"
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[_letter(place)].width = width


def _clean(text: str) -> str:
    return ILLEGAL.sub("", text)[:MAX_CELL]


def _shaped(value: object, *, is_money: bool) -> tuple[object, str]:
    """The value as a cell holds it, and its format; "" for what needs none."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None), MOMENT
    if isinstance(value, date):
        return value, DAY
    if value is None or isinstance(value, bool):
        return value, ""
    if isinstance(value, int | float | Decimal):
        return value, _shape_of(value, is_money=is_money)
    return _clean(value if isinstance(value, str) else str(value)), ""


def _shape_of(value: float | Decimal, *, is_money: bool) -> str:
    if is_money:
        return WHOLE_RUPIAH if value == int(value) else MONEY
    return "" if isinstance(value, int) else MEASURE


class _Cells:
    """Makes the cells of one sheet."""

    def __init__(self, sheet: Any, widths: Sequence[int]) -> None:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
        from openpyxl.styles import Alignment, Font  # noqa: PLC0415

        self._new = partial(WriteOnlyCell, sheet)
        self._widths = widths
        self._bold = Font(bold=True)
        self._title = Font(bold=True, size=14)
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._top = Alignment(vertical="top")

    def of(
        self,
        value: object,
        place: int = 0,
        *,
        is_money: bool = False,
        is_bold: bool = False,
    ) -> Any:
        """Values of types that Excel knows, in their format; all else as text."""
        value, shape = _shaped(value, is_money=is_money)
        if shape or (is_bold and not isinstance(value, str)):
            return self._formatted(value, shape or "General", is_bold=is_bold)
        if not isinstance(value, str):
            return value
        is_long = self._is_long(value, place)
        is_plain = not (value.startswith(GUESSED) or is_bold or is_long)
        return value if is_plain else self.text(value, is_bold=is_bold, is_long=is_long)

    def _is_long(self, text: str, place: int) -> bool:
        """Whether it needs more than a line in its column; a style costs, so only those get one."""
        return place < len(self._widths) and (
            len(text) > self._widths[place] or "\n" in text
        )

    def _formatted(self, value: Any, shape: str, *, is_bold: bool) -> Any:
        cell = self._new(value=value)
        cell.number_format = shape
        cell.alignment = self._top
        if is_bold:
            cell.font = self._bold
        return cell

    def head(self, text: object) -> Any:
        """The head of a column: bold, and whole in a narrow one."""
        cell = self._new(value=_clean(str(text)))
        cell.data_type, cell.font = "s", self._bold
        cell.alignment = self._wrapped
        return cell

    def text(
        self,
        text: str,
        *,
        is_bold: bool = False,
        is_long: bool = False,
        is_title: bool = False,
    ) -> Any:
        """Text, whatever it begins with."""
        cell = self._new(value=text)
        cell.data_type = "s"
        if is_bold or is_title:
            cell.font = self._title if is_title else self._bold
        if is_long:
            cell.alignment = self._wrapped
        return cell


def workbook_response(name: str, file: IO[bytes]) -> FileResponse:
    """The file as a download."""
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=CONTENT_TYPE
    )
