"""PDF: the text of each page as it is laid out, filled forms, remarks, tables by the gaps, scans by recognition."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import layout
from core.documents.readers.pdf_annotations import Annotations
from core.documents.readers.pdf_pictures import Pictures

# Fewer letters than this say nothing about a page.
FEW = 16
DOTS_PER_INCH = 200
POINTS_PER_INCH = 72
LONGEST_SIDE = 4500
# What PDFium makes of a hyphen at the end of a line, in words and letter by letter.
LINE_END, BROKEN = "\x02", "\ufffe"
# Below this share of its time the reader recognises no more, so that the text of all pages is read.
KEPT_FOR_TEXT = 0.2
LEAST_OVERLAP = 0.6


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over the pages; a page that is a picture is recognised where that is possible."""
    document = _open(path)
    try:
        total = output.count(len(document))
        if not total:
            raise ReadError("empty")
        _say_what_is_left(document, output)
        for number in range(1, total + 1):
            if output.is_full(number, total):
                return
            _read_page(document, number, total, output)
    finally:
        document.close()


def _open(path: Path) -> Any:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise ReadError("encrypted" if error.err_code in locked else "broken") from None
    try:
        # Fields are drawn and told only then.
        document.init_forms()
    except pypdfium2.PdfiumError:
        return document
    return document


def _say_what_is_left(document: Any, output: ReaderOutput) -> None:
    if document.get_formtype() in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
        output.note("xfa")
    count = document.count_attachments()
    if count > 0:
        names = [document.get_attachment(at).get_name() for at in range(min(count, 20))]
        output.note("attachments", names=names)


def _read_page(document: Any, number: int, total: int, output: ReaderOutput) -> None:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        output.note("page", number=number)
        output.put(number, total, "")
        return
    try:
        textpage = _textpage(page)
        text = textpage.get_text_bounded().replace(LINE_END, "-\n")
        tables = layout.tables(letters(textpage, page)) if text.strip() else ()
        is_layer = _is_layer(textpage)
        text = Annotations(document, number - 1, page, textpage).joined(text)
        shown = Pictures(page)
        if shown.is_scan(text, is_layer=is_layer):
            _recognise(page, (number, total), text, output)
            return
        if shown.share > 0 and not is_layer and shown.is_notable:
            output.picture_beside(number)
        output.put(number, total, text, tables=tables)
    finally:
        page.close()


def _textpage(page: Any) -> Any:
    """The letters of a page; one that is shown upside down is read as it was written."""
    textpage = page.get_textpage()
    if page.get_rotation() != 180 or not textpage.count_chars():
        return textpage
    turns = [
        raw.FPDFText_GetCharAngle(textpage, at)
        for at in range(min(textpage.count_chars(), 40))
    ]
    if sum(abs(turn) < 1 for turn in turns) * 2 < len(turns):
        return textpage
    # PDFium joins the words of lines that run from right to left.
    page.set_rotation(0)
    return page.get_textpage()


def _is_layer(textpage: Any) -> bool:
    """Whether the letters are the invisible ones that a text recognition laid over a scan."""
    count = textpage.count_chars()
    if count < FEW * 2:
        return False
    step = max(count // 60, 1)
    modes = [
        raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(textpage, at))
        for at in range(0, count, step)
        if not chr(raw.FPDFText_GetUnicode(textpage, at)).isspace()
    ]
    hidden = raw.FPDF_TEXTRENDERMODE_INVISIBLE
    return bool(modes) and sum(mode == hidden for mode in modes) > len(modes) * 0.6


def _recognise(
    page: Any, place: tuple[int, int], text: str, output: ReaderOutput
) -> None:
    from core.documents.readers import pictures

    number, total = place
    if not pictures.languages():
        output.page_without_text(number, is_blind=True)
        output.put(number, total, text)
        return
    spare = output.seconds_left - output.limits.seconds * KEPT_FOR_TEXT * bool(
        text.strip()
    )
    longest = max(*page.get_size(), 1)
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / longest)
    picture = page.render(scale=scale, grayscale=True).to_pil()
    found = pictures.recognise(picture, spare)
    if found is None:
        output.page_without_text(number, is_blind=False)
    output.put(
        number,
        total,
        beside(text, found.text if found else ""),
        is_ocr=found is not None,
        words=found.words if found else (),
    )


def beside(text: str, found: str) -> str:
    """The letters of a page, and the lines of its picture that do not say the same."""
    if not text.strip():
        return found
    known = set(_words(text))
    new = []
    for line in found.splitlines():
        words = _words(line)
        if sum(word in known for word in words) < LEAST_OVERLAP * max(len(words), 1):
            new.append(line)
    return "\n".join([*new, text.strip("\r\n")]) if new else text


def _words(text: str) -> list[str]:
    return "".join(c.lower() if c.isalnum() else " " for c in text).split()


def letters(textpage: Any, page: Any = None) -> Iterator[layout.Letter]:
    """Each letter with its box, in points from the top of the page as it is seen."""
    text = textpage.get_text_range()
    count = textpage.count_chars()
    if len(text) != count:
        # Letters beyond the first plane: count and text no longer go together.
        return
    turn = page.get_rotation() if page is not None else 0
    for index, sign in enumerate(text):
        if sign.isspace():
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        shown = "-" if sign == BROKEN else sign
        box = {
            90: (bottom, top, left, right),
            180: (-right, -left, bottom, top),
            270: (-top, -bottom, -right, -left),
        }.get(turn, (left, right, -top, -bottom))
        yield layout.Letter(shown, *box)
