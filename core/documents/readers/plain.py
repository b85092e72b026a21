"""Text, CSV, the words of a DXF drawing, and the names in a ZIP."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from core.documents.model import ReadError, Reason, Table
from core.documents.output import ReaderOutput
from core.files import archives

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
REASONS: dict[str, Reason] = {
    "encrypted": "encrypted",
    "broken": "broken",
    "dtd": "broken",
}
WORDS_IN_DRAWING = {"TEXT", "MTEXT", "ATTRIB", "ATTDEF"}


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over a plain file; a form feed starts a new page."""
    if extension == "zip":
        _read_names(path, output)
        return
    text = _decode(path, output)
    if extension == "dxf":
        text = "\n".join(_drawing_words(text))
        output.note("drawing")
    tables = _table(text) if extension == "csv" else ()
    sheets = text.split("\f")
    total = output.count(len(sheets))
    for number, sheet in enumerate(sheets[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, sheet, tables=tables)


def _decode(path: Path, output: ReaderOutput) -> str:
    # Four bytes a character at most; what is beyond is left out anyway.
    most = output.limits.characters * 4
    with path.open("rb") as file:
        data = file.read(most + 1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            # Only where we cut it: a whole file that ends so is of another encoding.
            is_cut = len(data) > most and error.start > len(data) - 4
            if is_cut and encoding == "utf-8-sig":
                return data[: error.start].decode(encoding)
    raise ReadError("broken")


def _table(text: str) -> tuple[Table, ...]:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        return (tuple(tuple(row) for row in rows if any(row)),)
    except csv.Error:
        return ()


def _drawing_words(text: str) -> Iterator[str]:
    """DXF is pairs of lines, code and value: 0 names the thing, 1 and 3 are its words."""
    lines = iter(text.splitlines())
    thing = ""
    while len(pair := tuple(islice(lines, 2))) > 1:
        code, value = pair[0].strip(), pair[1].strip()
        if code == "0":
            thing = value
        elif code in {"1", "3"} and thing in WORDS_IN_DRAWING and value:
            yield value.replace("\\P", "\n")


def _read_names(path: Path, output: ReaderOutput) -> None:
    with path.open("rb") as file:
        try:
            names = archives.inspect(file)
        except archives.ArchiveError as error:
            raise ReadError(reason_of(error)) from None
    output.note("names")
    output.put(1, 1, "\n".join(names))


def reason_of(error: archives.ArchiveError) -> Reason:
    """The reason of the reader for a fault of the archive."""
    return REASONS.get(error.fault, "too_large")
