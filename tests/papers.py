"""Documents for the tests, made on the spot: good ones, broken ones, and bombs."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import cache

import docx
import openpyxl
import pptx
import pypdfium2
from docx.enum.text import WD_BREAK
from PIL import Image, ImageDraw
from pptx.util import Inches

Word = tuple[float, float, str]
# The start of a file that Office made of a document with a password.
LOCKED_OFFICE = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + bytes(504)
    + "EncryptedPackage".encode("utf-16-le")
    + bytes(4096)
)


def pdf(pages: Sequence[Sequence[Word] | str], *, trailer: str = "") -> bytes:
    """A PDF of A4 pages: a text, or words at places in points from the lower left."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for page in pages:
        content = _content(page)
        number = len(objects) + 1
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{number + 1} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assemble(objects, trailer)


def _content(page: Sequence[Word] | str) -> str:
    if isinstance(page, str):
        page = [
            (50.0, 780.0 - 14 * i, line) for i, line in enumerate(page.splitlines())
        ]
    return "\n".join(
        f"BT /F1 10 Tf {x} {y} Td ({_escape(text)}) Tj ET" for x, y, text in page
    )


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def assemble(objects: Iterable[str], trailer: str = "") -> bytes:
    """PDF objects with their table and trailer."""
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1", "replace")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (head + end).encode()


def locked_pdf() -> bytes:
    """A PDF that nobody opens without its password."""
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -44 >>"
    return pdf(["secret"], trailer=f"{lock} /ID [<{'43' * 16}> <{'43' * 16}>]")


def scan(text: str = "PANEL LVMDP", *, size: int = 80) -> bytes:
    """A PDF with one page that is a picture of words."""
    picture = picture_of(text, size)
    raw = picture.convert("L").tobytes()
    packed = zlib.compress(raw).hex() + ">"
    stream = (
        f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height}"
        " /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/ASCIIHexDecode /FlateDecode]"
        f" /Length {len(packed)} >>\nstream\n{packed}\nendstream"
    )
    draw = "q 500 0 0 200 40 500 cm /I Do Q"
    return assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            " /Resources << /XObject << /I 5 0 R >> >> >>",
            f"<< /Length {len(draw)} >>\nstream\n{draw}\nendstream",
            stream,
        ]
    )


def picture_of(text: str, size: int = 80) -> Image.Image:
    """Black words on white, large enough to be recognised; several lines from the top."""
    many = text.count("\n")
    picture = Image.new("RGB", (2000, 800) if many else (1000, 400), "white")
    place = (60, 60 if many else 150)
    ImageDraw.Draw(picture).text(place, text, fill="black", font_size=size, spacing=30)
    return picture


def png(text: str = "PANEL LVMDP") -> bytes:
    """A picture of words."""
    return _saved(picture_of(text), "PNG")


def blank_png(width: int, height: int) -> bytes:
    """A white picture of many dots and few bytes."""
    return _saved(Image.new("RGB", (width, height), "white"), "PNG")


def jpg(text: str = "PANEL LVMDP") -> bytes:
    """A photo of words."""
    return _saved(picture_of(text), "JPEG")


def _saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def huge_png(side: int = 60_000) -> bytes:
    """A picture of a few hundred bytes that says it is billions of dots large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def word(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document; an empty paragraph breaks the page."""
    document = docx.Document()
    for text in paragraphs:
        if text:
            document.add_paragraph(text)
        else:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in zip(table, grid.rows, strict=True):
            for text, cell in zip(row, cells.cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def slides(titles: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A presentation; the table goes on the last slide."""
    show = pptx.Presentation()
    for title in titles:
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = title
    if table:
        size = Inches(1), Inches(2), Inches(5), Inches(2)
        grid = slide.shapes.add_table(len(table), len(table[0]), *size).table
        for i, row in enumerate(table):
            for j, text in enumerate(row):
                grid.cell(i, j).text = text
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook by sheet name and rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def package(parts: dict[str, bytes], base: bytes = b"") -> bytes:
    """A ZIP of parts, in place of those of the base."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        if base:
            with zipfile.ZipFile(io.BytesIO(base)) as old:
                for name in old.namelist():
                    if name not in parts:
                        new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


@cache
def bomb(name: str = "xl/worksheets/sheet1.xml", megabytes: int = 210) -> bytes:
    """A workbook of some kilobytes with a sheet of many megabytes."""
    out = io.BytesIO(workbook({"A": [["x"]]}))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        new.open(f"{name}.more", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(b" " * (1 << 20))
    return out.getvalue()


def joined(*documents: bytes) -> bytes:
    """One PDF of the pages of several."""
    whole = pypdfium2.PdfDocument.new()
    for document in documents:
        whole.import_pages(pypdfium2.PdfDocument(document))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()
