"""PDF: the text of each page as it is laid out, its tables by the gaps, scans by recognition."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import layout

# Fewer letters than this on a page with pictures: it is a scan with a stamp.
FEW = 16
DOTS_PER_INCH = 200
POINTS_PER_INCH = 72
LONGEST_SIDE = 4500
# What PDFium makes of a hyphen at the end of a line, in words and letter by letter.
LINE_END, BROKEN = "\x02", "\ufffe"


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over the pages; a page that is a picture is recognised where that is possible."""
    document = _open(path)
    try:
        total = output.count(len(document))
        if not total:
            raise ReadError("empty")
        for number in range(1, total + 1):
            if output.is_full(number, total):
                return
            _read_page(document, number, total, output)
    finally:
        document.close()


def _open(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise ReadError("encrypted" if error.err_code in locked else "broken") from None


def _read_page(document: Any, number: int, total: int, output: ReaderOutput) -> None:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        output.note("page", number=number)
        output.put(number, total, "")
        return
    try:
        textpage = page.get_textpage()
        text = textpage.get_text_bounded().replace(LINE_END, "-\n")
        if len(text.strip()) < FEW and _has_picture(page):
            _recognise(page, number, total, text, output)
            return
        tables = layout.tables(letters(textpage)) if text.strip() else ()
        output.put(number, total, text, tables=tables)
    finally:
        page.close()


def _has_picture(page: Any) -> bool:
    return any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _recognise(
    page: Any, number: int, total: int, text: str, output: ReaderOutput
) -> None:
    from core.documents.readers import pictures

    if not pictures.languages():
        output.page_without_text(number, is_blind=True)
        output.put(number, total, text)
        return
    longest = max(*page.get_size(), 1)
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / longest)
    picture = page.render(scale=scale, grayscale=True).to_pil()
    found = pictures.recognise(picture, output.seconds_left)
    if found is None:
        output.page_without_text(number, is_blind=False)
    output.put(number, total, found or text, is_ocr=found is not None)


def letters(textpage: Any) -> Iterator[layout.Letter]:
    """Each letter with its box, in points from the top."""
    text = textpage.get_text_range()
    count = textpage.count_chars()
    if len(text) != count:
        # Letters beyond the first plane: count and text no longer go together.
        return
    for index, sign in enumerate(text):
        if sign.isspace():
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        shown = "-" if sign == BROKEN else sign
        yield layout.Letter(shown, left, right, -top, -bottom)
