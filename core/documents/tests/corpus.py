"""A corpus of all kinds of documents, made by a dice that always falls the same, with the words that it wrote.

What people of the trade write: prose, tables, numbers with units, dates, several scripts.
"""

import email.message
import io
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
from fpdf import FPDF
from openpyxl.utils import get_column_letter
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

FONT = Path(__file__).resolve().parents[2] / "receipts" / "fonts" / "DejaVuSans.ttf"
SUBJECTS = (
    "Panel LVMDP", "Kubikel 20 kV", "Busbar tembaga", "Pemutus ACB", "Trafo arus", "The incoming feeder", "Each outgoing breaker",
    "Größe der Schiene", "Степень защиты", "Βαθμός προστασίας", "Kabel NYY", "Rel DIN", "Kapasitor bank", "Genset ATS-AMF",
)  # fmt: skip
VERBS = (
    "harus dirancang untuk", "dipasang dengan", "shall be rated at", "diuji pada", "wird geprüft mit", "должна быть", "memenuhi",
    "is delivered with", "dilengkapi",
)  # fmt: skip
VALUES = (
    "2500 A", "65 kA / 1 s", "400/230 V", "IP 54", "Form 4b", "12,5 mm", "1.250 kVA", "50 Hz", "RAL 7035", "IEC 61439-2",
    "15 Desember 2026", "85 %", "4x240 mm²", "\u22125 °C", "Icw 50 kA",
)  # fmt: skip
Made = tuple[bytes, str]


def sentences(dice: random.Random, count: int) -> list[str]:
    """So many sentences."""
    return [
        f"{dice.choice(SUBJECTS)} {dice.choice(VERBS)} {dice.choice(VALUES)}, {dice.choice(VALUES)}."
        for _ in range(count)
    ]


def table(dice: random.Random, rows: int) -> list[list[str]]:
    """A schedule of panels."""
    head = ["No", "Panel", "Arus", "Icw", "Keterangan"]
    return [head] + [
        [str(n), f"SDP-{n}", f"{dice.choice((100, 250, 400, 630))} A", f"{dice.choice((25, 36, 50))} kA", dice.choice(SUBJECTS)]
        for n in range(1, rows + 1)
    ]  # fmt: skip


def _said(prose: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> str:
    return "\n".join([*prose, *(" ".join(row) for row in rows)])


def word(dice: random.Random) -> Made:
    """Headings, prose, a numbered list, a table, a header and a footer; one page."""
    prose, rows = sentences(dice, 11), table(dice, 5)
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Kepala surat PT Nusa Lentera"
    document.sections[0].footer.paragraphs[0].text = "Kaki halaman rahasia"
    document.add_heading("Spesifikasi teknis", 1)
    for text in prose[:6]:
        document.add_paragraph(text)
    for text in prose[6:]:
        document.add_paragraph(text, style="List Number")
    grid = document.add_table(len(rows), len(rows[0]))
    for cells, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    numbers = " ".join(str(n) for n in range(1, 6))
    frame = "Kepala surat PT Nusa Lentera Kaki halaman rahasia Spesifikasi teknis"
    return _bytes(document.save), f"{frame} {numbers} {_said(prose, rows)}"


def workbook(dice: random.Random) -> Made:
    """Two sheets, wide enough that nothing is cut off: a schedule, and numbers with formats."""
    rows, book = table(dice, 18), openpyxl.Workbook()
    first = book.worksheets[0]
    first.title = "Daftar"
    for row in rows:
        first.append(row)
    second = book.create_sheet("Daya")
    numbers = [
        ("Beban", 1250.5, '0.0" kVA"'),
        ("Faktor", 0.85, "0%"),
        ("Arus", 2500, '0" A"'),
        ("Jumlah", 12, "0"),
    ]
    for at, (name, value, code) in enumerate(numbers, 1):
        second.cell(at, 1, name)
        second.cell(at, 2, value).number_format = code
    for sheet in book.worksheets:
        for column in range(1, 6):
            sheet.column_dimensions[get_column_letter(column)].width = 28
    shown = "Daftar Daya Beban 1250.5 kVA Faktor 85% Arus 2500 A Jumlah 12"
    return _bytes(book.save), f"{shown} {_said((), rows)}"


def slides(dice: random.Random) -> Made:
    """Titles with bullets, and a table."""
    show, prose, rows = pptx.Presentation(), sentences(dice, 12), table(dice, 5)
    for at in range(0, 12, 4):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = prose[at]
        slide.placeholders[1].text = "\n".join(prose[at + 1 : at + 4])
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Daftar panel"
    place = Inches(0.5), Inches(2), Inches(9), Inches(3)
    grid = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            grid.cell(i, j).text = text
    return _bytes(show.save), f"Daftar panel {_said(prose, rows)}"


def paper(dice: random.Random) -> Made:
    """A PDF of two pages: prose, two columns, a table with lines."""
    prose, rows = sentences(dice, 20), table(dice, 10)
    pdf = FPDF()
    pdf.add_font("text", fname=str(FONT))
    pdf.set_font("text", size=10)
    pdf.add_page()
    for text in prose[:10]:
        pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    pdf.add_page()
    with pdf.text_columns(ncols=2, gutter=8) as columns:
        columns.write("\n".join(prose[10:]))
    pdf.ln(90)
    with pdf.table(first_row_as_headings=False) as grid:
        for row in rows:
            line = grid.row()
            for text in row:
                line.cell(text)
    return bytes(pdf.output()), _said(prose, rows)


def picture(dice: random.Random) -> Made:
    """A page as a scanner sees it; Latin letters, as text recognition has these here."""
    latin = [line for line in sentences(dice, 60) if line.isascii()][:16]
    sheet = Image.new("L", (1650, 1100), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(FONT), 30)
    for at, text in enumerate(latin):
        pen.text((80, 60 + 62 * at), text, fill="black", font=font)
    return _bytes(lambda out: sheet.save(out, "PNG", dpi=(150, 150))), _said(latin)


def drawing(dice: random.Random) -> Made:
    """A DXF with texts, long ones in chunks, and escapes of the format."""
    prose = [line for line in sentences(dice, 40) if line.isascii()][:12]
    parts = ["0", "SECTION", "2", "ENTITIES"]
    for at, text in enumerate(prose):
        if at % 3 == 0:
            parts += ["0", "TEXT", "1", f"%%u{text}"]
        elif at % 3 == 1:
            parts += [
                "0",
                "MTEXT",
                "3",
                text[:20],
                "1",
                text[20:].replace(" ", r"\~", 1),
            ]
        else:
            parts += ["0", "MTEXT", "1", rf"\H2.5x;{{\fArial|b0;{text}}}"]
    parts += ["0", "ENDSEC", "0", "EOF"]
    return "\n".join(parts).encode(), _said(prose)


def text(dice: random.Random) -> Made:
    """A text, in one of the encodings that Windows writes."""
    prose = sentences(dice, 30)
    code = dice.choice(("utf-8", "utf-8-sig", "utf-16"))
    return _said(prose).encode(code), _said(prose)


def rows_of_text(dice: random.Random) -> Made:
    """Rows with semicolons, as Excel here saves them."""
    rows = table(dice, 30)
    return "\r\n".join(";".join(row) for row in rows).encode(), _said((), rows)


def mail(dice: random.Random) -> Made:
    """A message with a subject and a text."""
    prose, message = sentences(dice, 12), email.message.EmailMessage()
    message["Subject"], message["From"] = "Penawaran panel", "agus@example.com"
    message["To"] = "hendi@example.com"
    message.set_content("\n".join(prose))
    head = "Penawaran panel agus@example.com hendi@example.com Subject From To"
    return message.as_bytes(), f"{head} {_said(prose)}"


KINDS: dict[str, Callable[[random.Random], Made]] = {
    "docx": word,
    "xlsx": workbook,
    "pptx": slides,
    "pdf": paper,
    "png": picture,
    "dxf": drawing,
    "txt": text,
    "csv": rows_of_text,
    "eml": mail,
}


def corpus(of_each: int) -> Iterator[tuple[str, bytes, str]]:
    """Name, content and written words of every file."""
    for kind, make in KINDS.items():
        for number in range(of_each):
            content, words = make(random.Random(f"{kind} {number}"))  # noqa: S311 - repeatable
            yield f"{kind}-{number:02d}.{kind}", content, words


def _bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
