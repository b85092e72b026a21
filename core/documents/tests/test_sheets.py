"""Sheets are read as Excel shows them: cells by their format, what lies beside them, nothing hidden."""

import time
from pathlib import Path
from typing import Any

import pytest

from core.documents.readers.formats import shown_number, shown_text
from core.documents.tests import office
from core.documents.tests.office import book, cell
from core.documents.tests.test_readers import read


def said(tmp_path: Path, content: bytes) -> list[str]:
    """The text of each sheet."""
    return [line["page"]["text"] for line in read(tmp_path / "a", "xlsx", content)]


FORMATS = [
    ("2500", '#,##0" A"', "2,500 A"),
    ("50", '0" kA"', "50 kA"),
    ("0.85", "0%", "85%"),
    ("0.1234", "0.0%", "12.3%"),
    ("1.5", "[h]:mm", "36:00"),
    ("0.0625", "[mm]", "90"),
    ("46371", "dd mmmm yyyy", "15 Desember 2026"),
    ("46371", "dddd, d mmm yy", "Selasa, 15 Des 26"),
    ("46371", "[$-409]d mmmm yyyy", "15 December 2026"),
    ("46371.75", "d/m/yyyy h:mm", "15/12/2026 18:00"),
    ("46371.5", "h:mm AM/PM", "12:00 PM"),
    ("0.5208333333", "h:mm:ss", "12:30:00"),
    ("0.0006944444", "mm:ss.0", "01:00.0"),
    ("-1234.5", "#,##0.00_);(#,##0.00)", "(1,234.50)"),
    ("0", '0;-0;"nihil"', "nihil"),
    ("5", ";;;", ""),
    ("5", '[<10]"kecil "0;0', "kecil 5"),
    ("12", "000-000", "000-012"),
    ("1500000", '0.0,,"M"', "1.5M"),
    ("1.5", "# ?/?", "1 1/2"),
    ("12345", "0.00E+00", "1.23E+04"),
    ("1234.5", "[$Rp-421]#,##0.00", "Rp1,234.50"),
    ("2.5", '0.0" mm²"', "2.5 mm²"),
    ("0.00001", "General", "0.00001"),
    ("0.30000000000000004", "General", "0.3"),
    ("1e21", "General", "1E+21"),
    ("-3", "General", "-3"),
    ("9e9", "dd/mm/yyyy", "9000000000"),
    ("nan", "0", "nan"),
    ("abc", "0", "abc"),
]


@pytest.mark.parametrize(("number", "code", "shown"), FORMATS)
def test_a_number_is_shown_by_its_format(number: str, code: str, shown: str) -> None:
    assert shown_number(number, code) == shown


def test_days_of_the_mac_begin_in_1904() -> None:
    assert shown_number("0", "yyyy-mm-dd", is_1904=True) == "1904-01-01"


@pytest.mark.parametrize(
    ("code", "shown"),
    [('"No. "@', "No. EL-1"), ("0", "EL-1"), (";;;", ""), ("@", "EL-1")],
)
def test_a_text_is_shown_by_its_format(code: str, shown: str) -> None:
    assert shown_text("EL-1", code) == shown


def test_every_kind_of_cell(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#DIV/0!</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>A1</f><v>hasil</v></c><c r="B2" s="1"><v>0.85</v></c><c r="C2"><v>36.0</v></c></row>'
        f'<row r="3">{cell("A3", "dua_x000A_baris")}<c r="B3" t="s"><v>99</v></c></row>'
    )
    content = book(
        {"A": f"<sheetData>{rows}</sheetData>"},
        strings="<si><r><t>Panel </t></r><r><t>LVMDP</t></r><rPh><t>unseen</t></rPh></si>",
        styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>',
    )
    assert said(tmp_path, content) == [
        "A\nPanel LVMDP\tTRUE\t#DIV/0!\nhasil\t85%\t36\ndua\nbaris"
    ]


@pytest.mark.parametrize("place", ["Z1048576", "XFD1048576", "XFD1"])
@pytest.mark.parametrize("text", [" ", "x"])
def test_a_stray_cell_costs_nothing(place: str, text: str, tmp_path: Path) -> None:
    first = f'<row r="1">{cell("A1", "Panel 2500 A")}</row>'
    stray = f"<row>{cell(place, text)}</row>"
    began = time.process_time()
    (found,) = said(tmp_path, book({"A": f"<sheetData>{first}{stray}</sheetData>"}))
    assert found.startswith("A\nPanel 2500 A")
    assert time.process_time() - began < 2


def notes(content: bytes, tmp_path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    from core.documents.extraction import extract  # noqa: PLC0415 - the child's own words

    path = tmp_path / "b"
    path.write_bytes(content)
    found = extract(path, extension="xlsx")
    return [page.text for page in found.pages], list(found.said)


def test_what_is_hidden_is_left_out_and_said(tmp_path: Path) -> None:
    inside = (
        '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        f'<row r="1">{cell("A1", "lihat")}{cell("B1", "kolom")}</row>'
        f'<row r="2" hidden="1">{cell("A2", "baris")}</row>'
        '<row r="3"><c r="A3"><f>1+1</f></c><c r="B3"><f>2</f><v/></c><c r="C3" t="str"><f>x</f><v></v></c></row></sheetData>'
    )
    content = book(
        {
            "Tampak": inside,
            "Rahasia": f"<sheetData><row>{cell('A1', 'x')}</row></sheetData>",
        },
        states={"Rahasia": "hidden"},
    )
    texts, said_notes = notes(content, tmp_path)
    assert texts == ["Tampak\nlihat"]
    assert [note["code"] for note in said_notes] == [
        "hidden_sheets", "hidden_rows", "formulas",
    ]  # fmt: skip
    assert said_notes[-1]["number"] == 2


def test_merged_cells_say_their_words_once(tmp_path: Path) -> None:
    inside = (
        f'<sheetData><row r="1">{cell("A1", "Judul")}{cell("B1", "di bawah")}</row>'
        f'<row r="2">{cell("A2", "x")}{cell("B2", "y")}</row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    )
    assert said(tmp_path, book({"A": inside})) == ["A\nJudul\nx\ty"]


def test_what_lies_beside_the_cells_is_read(tmp_path: Path) -> None:
    inside = (
        f'<sheetData><row r="1">{cell("A1", "isi")}</row></sheetData>'
        '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Proyek X&amp;R&amp;P/&amp;N</oddHeader>'
        "<oddFooter>&amp;C&amp;A &amp;&amp; Co</oddFooter></headerFooter>"
    )
    box = f"<xdr:wsDr {office.NAMES}><xdr:twoCellAnchor><xdr:sp>{office.text_body('Catatan').replace('p:txBody', 'xdr:txBody')}</xdr:sp></xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:graphicFrame><c:chart r:id='rId1'/></xdr:graphicFrame></xdr:twoCellAnchor></xdr:wsDr>"
    comments = f'<comments xmlns="{office.S}"><authors><author>Rina</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>Rina:</t></r><r><t> cek lagi</t></r></text></comment></commentList></comments>'
    content = book(
        {"BOM": inside},
        linked={
            1: {
                "rId1": ("drawing", "../drawings/d1.xml"),
                "rId2": ("comments", "../comments1.xml"),
                "rId3": ("drawing", "../gone.xml"),
            }
        },
        more={
            "xl/drawings/d1.xml": box,
            "xl/drawings/_rels/d1.xml.rels": office.relations(
                {"rId1": ("chart", "../charts/c1.xml")}
            ),
            "xl/charts/c1.xml": office.chart(
                title="Beban", series="Daya", labels=("SDP",), values=("1",)
            ),
            "xl/comments1.xml": comments,
        },
    )
    assert said(tmp_path, content) == [
        "BOM\nisi\nProyek X\t/\nBOM & Co\nCatatan\nBeban\nDaya\nSDP\n[Rina A1: cek lagi]"
    ]


def test_a_damaged_sheet_costs_itself(tmp_path: Path) -> None:
    good = f'<sheetData><row r="1">{cell("A1", "utuh")}</row></sheetData>'
    content = book({"A": good, "B": f"{good}<broken", "C": good})
    texts, said_notes = notes(content, tmp_path)
    assert texts == ["A\nutuh", "B\nutuh", "C\nutuh"]
    assert [note["code"] for note in said_notes] == ["sheet"]
