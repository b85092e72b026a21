"""Text, CSV, the words of a DXF drawing, and the names in an archive."""

import csv
import io
import re
from pathlib import Path

from core.documents.model import ReadError, Reason, Table
from core.documents.output import ReaderOutput
from core.documents.readers import encodings
from core.files import archives

REASONS: dict[str, Reason] = {
    "encrypted": "encrypted",
    "broken": "broken",
    "dtd": "broken",
}
# Excel's own line for its separator; Excel does not show it.
SEPARATOR = re.compile(r"sep=(.)\n", re.IGNORECASE)

MOST_NAMES = 5000


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over a plain file; a form feed starts a new page."""
    if extension in {"zip", "rar"}:
        names = _rar_names(path) if extension == "rar" else _zip_names(path)
        output.note("names")
        output.put(1, 1, "\n".join(names))
        return
    text = encodings.decoded(path, output.limits.characters)
    if extension == "dxf":
        text = drawing_words(text, output)
    tables: tuple[Table, ...] = ()
    if extension == "csv":
        text, tables = _table(text)
    sheets = text.split("\f")
    total = output.count(len(sheets))
    for number, sheet in enumerate(sheets[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, sheet, tables=tables)


def drawing_words(text: str, output: ReaderOutput) -> str:
    """The words of a drawing, one text a line."""
    from core.documents.readers.dxf import Drawing

    drawing = Drawing(text)
    words = "\n".join(drawing.words())
    output.note("drawing")
    if drawing.is_hiding:
        output.note("layers")
    return words


def _table(text: str) -> tuple[str, tuple[Table, ...]]:
    """A CSV without Excel's line about separators, and its rows."""
    text = text.replace("\r\n", "\n")
    said = SEPARATOR.match(text)
    dialect: type[csv.Dialect] | csv.Dialect = csv.excel
    if said:
        text = text[said.end() :]
        dialect = _with(said[1])
    else:
        try:
            dialect = csv.Sniffer().sniff(text[:8192], ",;\t|")
        except csv.Error:
            dialect = csv.excel
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        return text, (tuple(tuple(row) for row in rows if any(row)),)
    except csv.Error:
        return text, ()


def _with(separator: str) -> type[csv.Dialect]:
    class Said(csv.excel):
        delimiter = separator

    return Said


def _zip_names(path: Path) -> list[str]:
    with path.open("rb") as file:
        try:
            return archives.inspect(file)
        except archives.ArchiveError as error:
            raise ReadError(reason_of(error)) from None


def _rar_names(path: Path) -> list[str]:
    """Names in a RAR: they stand before each file, and nothing is unpacked."""
    import rarfile

    try:
        with rarfile.RarFile(str(path)) as archive:
            names = [each.filename for each in archive.infolist()]
            is_locked = archive.needs_password() and not names
    except rarfile.Error:
        raise ReadError("broken") from None
    if is_locked:
        raise ReadError("encrypted")
    return names[:MOST_NAMES]


def reason_of(error: archives.ArchiveError) -> Reason:
    """The reason of the reader for a fault of the archive."""
    return REASONS.get(error.fault, "too_large")
