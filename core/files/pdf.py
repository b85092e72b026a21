"""The one writer of sheets: A4, with a code that leads to the record, tables that go on, and a foot on each page."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import FontFace

FONTS = Path(__file__).parent / "fonts"
FONT = "DejaVu"
MARGIN, QR, LINE = 18, 32, 5  # mm
SMALL, PLAIN, LARGE = 7, 9, 16  # points
SHADE, LIGHT, GREY = 240, 190, 90
CONTENT_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a table: its head, its share of the width, and whether it holds numbers."""

    head: str
    width: float
    is_number: bool = False


class Paper(FPDF):
    """A sheet that is written from the top down. foot: a line at the bottom of each page."""

    def __init__(self, title: str, foot: str = "") -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_title(title)
        self.set_creator("EMS")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_draw_color(LIGHT)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.add_font(FONT, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FONT, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.add_page()

    def footer(self) -> None:
        """The foot with the number of the page (fpdf2 calls it)."""
        if not self._foot:
            return
        self.set_y(-MARGIN + LINE / 2)
        self.set_font(FONT, "", SMALL)
        words = _("page %(number)s of %(count)s") % {
            "number": self.page_no(),
            "count": "{nb}",
        }
        self.set_text_color(GREY)
        self.cell(0, 4, f"{self._foot} · {words}", align="C")
        self.set_text_color(0)

    def head(self, kind: str, name: str, title: str, url: str) -> None:
        """What this is, its number and title; the code leads to ``url``."""
        top = self.get_y()
        code = qr_code(url)
        self.image(code, x=self.w - MARGIN - QR, y=top, w=QR, h=QR)
        width = self.epw - QR - 4
        self.say(kind, PLAIN, width=width)
        self.say(name, LARGE, "B", width=width)
        self.say(title, PLAIN + 1, width=width)
        self.set_y(max(self.get_y(), top + QR) + LINE)

    def say(self, text: str, size: float, style: str = "", *, width: float = 0) -> None:
        """A paragraph."""
        self.set_font(FONT, style, size)
        self.multi_cell(
            width, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def band(self, text: str) -> None:
        """The heading of a part; it does not stand alone at the bottom of a page."""
        if self.will_page_break(6 * LINE):
            self.add_page()
        self.ln(LINE * 0.8)
        self.say(text, PLAIN + 2, "B")
        self.ln(1)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Labels with their values, two beside each other; what is empty is left out."""
        pairs = [(label, value) for label, value in rows if value]
        cells = [f"{label}\n{value}" for label, value in pairs]
        self.set_font(FONT, "", PLAIN)
        with self.table(
            col_widths=(1, 1),
            text_align="LEFT",
            borders_layout="HORIZONTAL_LINES",
            first_row_as_headings=False,
            line_height=PLAIN * 0.5,
            padding=0.8,
        ) as table:
            for place in range(0, len(cells), 2):
                table.row([*cells[place : place + 2], ""][:2])

    def texts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Labels with long texts, one below the other; what is empty is left out."""
        for label, text in rows:
            if text.strip():
                self.ln(1.5)
                self.say(label, SMALL)
                self.say(text.strip(), PLAIN)

    def grid(
        self,
        columns: Sequence[PaperColumn],
        rows: Iterable[Sequence[str]],
        totals: Iterable[Sequence[str]] = (),
    ) -> None:
        """A table; its heads come again on each page, totals stand in bold at its end."""
        self.set_font(FONT, "", SMALL + 0.5)
        aligns = [Align.R if column.is_number else Align.L for column in columns]
        bold = FontFace(emphasis="BOLD")
        with self.table(
            col_widths=[column.width for column in columns],
            text_align=aligns,
            headings_style=FontFace(emphasis="BOLD", fill_color=SHADE),
            line_height=SMALL * 0.55,
            padding=0.8,
        ) as table:
            table.row([column.head for column in columns])
            for row in rows:
                table.row(row)
            for row in totals:
                table.row(row, style=bold)

    def as_bytes(self) -> bytes:
        """The file."""
        return bytes(self.output())


def qr_code(url: str) -> io.BytesIO:
    """A code of this address as a picture."""
    file = io.BytesIO()
    segno.make(url, error="m", micro=False).save(file, kind="png", scale=8, border=0)
    file.seek(0)
    return file


def pdf_response(body: bytes, name: str, *, is_download: bool = True) -> HttpResponse:
    """The sheet; ``name`` without its ending. It is never kept by a cache."""
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    header = content_disposition_header(is_download, f"{name}.pdf")
    response["Content-Disposition"] = header or ""
    response["Cache-Control"] = "no-store, private"
    return response
