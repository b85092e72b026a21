"""Word and PowerPoint files of the old kind, and rich text: their words, read by kept libraries.

What these libraries leave out is in docs/dependencies.md#old-kinds; the document's page says that an
old kind is read in its words only.
"""

import re
from pathlib import Path

from core.documents.model import ReadError
from core.documents.output import ReaderOutput

# Of rich text: a cell ends as a tab would, and a row as a paragraph.
CELL, ROW = re.compile(r"\\cell(?![a-z]) ?"), re.compile(r"\\row(?![a-z]) ?")
# The end of a row comes as two ends of cells.
ROW_END = re.compile(r"\t\t")
MOST_RTF = 40 << 20
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over the words: a presentation's slides and a document as one page each."""
    text = _rich_text(path) if extension == "rtf" else _office(path)
    if extension == "doc":
        text = ROW_END.sub("\n", text)
    output.note("old")
    pages = text.split("\f")
    total = output.count(len(pages))
    for number, page in enumerate(pages[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, CONTROLS.sub(" ", page))


def _office(path: Path) -> str:
    import office_oxide

    try:
        return str(office_oxide.Document.open(str(path)).plain_text())
    except office_oxide.OfficeOxideError as error:
        is_locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise ReadError("encrypted" if is_locked else "broken") from None


def _rich_text(path: Path) -> str:
    from striprtf.striprtf import rtf_to_text

    if path.stat().st_size > MOST_RTF:
        raise ReadError("too_large")
    source = path.read_bytes().decode("latin-1")
    source = ROW.sub(r"\\par ", CELL.sub(r"\\tab ", source))
    return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
