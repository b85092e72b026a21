"""Everything that Word shows is read, in its order, with what parts it; nothing else is."""

from pathlib import Path

import pytest

from core.documents.extraction import extract
from core.documents.tests import office
from core.documents.tests.office import para, run, table, word
from core.documents.tests.test_readers import read
from tests import papers


def lines(tmp_path: Path, content: bytes) -> list[str]:
    """The lines of all pages that say something."""
    said = read(tmp_path / "a", "docx", content)
    text = "\n".join(line["page"]["text"] for line in said)
    return [line for line in text.split("\n") if line.strip()]


def changed(kind: str, *inside: str) -> str:
    return f'<w:{kind} w:id="1" w:author="A">{"".join(inside)}</w:{kind}>'


GONE = "<w:r><w:delText>35 kA</w:delText></w:r>"
BODIES = {
    "insertions are kept, deletions are not": (
        para("Icw ", changed("del", GONE), changed("ins", run("65 kA")), " pada 400 V"),
        ["Icw 65 kA pada 400 V"],
    ),
    "moved text stands where it was moved to, once": (
        para(changed("moveFrom", run("IP 54"))) + para("lalu ", changed("moveTo", run("IP 54"))),
        ["lalu IP 54"],
    ),
    "a paragraph whose mark is deleted goes on in the next": (
        para("satu ", properties="<w:rPr><w:del w:id='1'/></w:rPr>") + para("dua"),
        ["satu dua"],
    ),
    "breaks, tabs and fixed hyphens part words": (
        para("<w:r><w:t>10</w:t><w:br/><w:t>20 kA</w:t><w:tab/><w:t>IEC 61439</w:t><w:noBreakHyphen/><w:t>2</w:t><w:cr/><w:t>x</w:t></w:r>"),
        ["10", "20 kA\tIEC 61439-2", "x"],
    ),
    "cells are apart, and lines in a cell stay lines": (
        table(("Icw", para("<w:r><w:t>10</w:t><w:br/><w:t>20 kA</w:t></w:r>")), ("Arus", "800 A")),
        ["Icw\t10", "20 kA", "Arus\t800 A"],
    ),
    "a table in a cell": (
        table(("luar", table(("a", "b"), ("c", "d")) + para("")), ("e", "f")),
        ["luar\ta\tb", "c\td", "e\tf"],
    ),
    "a merged cell says its words once": (
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + para("Judul") + "</w:tc><w:tc>" + para("x") + "</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + para("kiri") + "</w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>" + para("kiri") + "</w:tc></w:tr></w:tbl>",
        ["Judul\t\tx", "kiri"],
    ),
    "a row that was deleted": (
        table(("a",)) .replace("<w:tr>", "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>") + table(("b",)),
        ["b"],
    ),
    "links, content controls, smart tags and simple fields": (
        para("lihat ", f"<w:hyperlink r:id='x'>{run('gambar')}</w:hyperlink>", f"<w:sdt><w:sdtPr/><w:sdtContent>{run(' EL-001')}</w:sdtContent></w:sdt>", f"<w:smartTag>{run(' rev')}</w:smartTag>", f"<w:fldSimple w:instr='DOCPROPERTY x'>{run(' C')}</w:fldSimple>")
        + f"<w:sdt><w:sdtContent>{para('blok')}</w:sdtContent></w:sdt>",
        ["lihat gambar EL-001 rev C", "blok"],
    ),
    "of a field the result, and not its instruction": (
        para("Hal ", "<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "<w:r><w:instrText>IF </w:instrText></w:r>",
             "<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "<w:r><w:fldChar w:fldCharType='separate'/></w:r>", run("unseen"), "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
             "<w:r><w:fldChar w:fldCharType='separate'/></w:r>", run("3"), "<w:r><w:fldChar w:fldCharType='end'/></w:r>", " dari 9"),
        ["Hal 3 dari 9"],
    ),
    "old form fields": (
        para("<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>", "<w:r><w:fldChar w:fldCharType='end'/></w:r>", " tembaga ",
             "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='IP 31'/><w:listEntry w:val='IP 54'/></w:ddList></w:ffData></w:fldChar></w:r>", "<w:r><w:fldChar w:fldCharType='end'/></w:r>"),
        ["☒ tembaga IP 54"],
    ),
    "a text box is read once, though it is written twice": (
        para("tubuh", f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{para('RAL 7035')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
             f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{para('RAL 7035')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"),
        ["tubuh", "RAL 7035"],
    ),
    "an old text box, and letters as a drawing": (
        para(f"<w:r><w:pict><v:textbox><w:txbxContent>{para('kotak')}{table(('a', 'b'))}</w:txbxContent></v:textbox><v:textpath string='KONSEP'/></w:pict></w:r>"),
        ["kotak", "a\tb", "KONSEP"],
    ),
    "symbols are signs, and figures above the line no digits": (
        para("Ø 10 <w:r/>".replace("<w:r/>", ""), "<w:r><w:sym w:font='Symbol' w:char='F0B0'/><w:t>C </w:t><w:sym w:font='Symbol' w:char='F06D'/><w:t>m, 10</w:t></w:r>", run("3", "<w:vertAlign w:val='superscript'/>"), " mm"),
        ["Ø 10 °C μm, 10³ mm"],
    ),
    "hidden text is not read": (para("terlihat", run("rahasia", "<w:vanish/>")), ["terlihat"]),
    "formulas": (
        para("<m:oMath><m:r><m:t>I=</m:t></m:r><m:f><m:num><m:r><m:t>P</m:t></m:r></m:num><m:den><m:r><m:t>U</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup></m:oMath>"),
        ["I=P/U10^3"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_is_read_as_word_shows_it(what: str, tmp_path: Path) -> None:
    body, expected = BODIES[what]
    assert lines(tmp_path, word(body)) == expected


def test_headers_notes_and_comments_are_read_where_they_belong(tmp_path: Path) -> None:
    section = "<w:sectPr><w:headerReference r:id='rId1'/><w:headerReference w:type='first' r:id='rId2'/><w:footerReference r:id='rId3'/></w:sectPr>"
    body = (
        para("Icw 50 kA", "<w:r><w:footnoteReference w:id='2'/></w:r>", "<w:r><w:endnoteReference w:id='2'/></w:r>", "<w:r><w:commentReference w:id='0'/></w:r>")
        + para("akhir") + section
    )  # fmt: skip
    content = word(
        body,
        linked={
            "rId1": ("header", "header1.xml"), "rId2": ("header", "header2.xml"), "rId3": ("footer", "footer1.xml"),
            "rId4": ("footnotes", "footnotes.xml"), "rId5": ("endnotes", "endnotes.xml"), "rId6": ("comments", "comments.xml"),
        },
        word__header1_xml=f"<w:hdr>{para('Pemberi Tugas')}</w:hdr>",
        word__header2_xml=f"<w:hdr>{para('Sampul')}</w:hdr>",
        word__footer1_xml=f"<w:ftr>{para('Kaki')}</w:ftr>",
        word__footnotes_xml=f"<w:footnotes><w:footnote w:type='separator' w:id='0'>{para('garis')}</w:footnote><w:footnote w:id='2'>{para('selama 1 s')}</w:footnote></w:footnotes>",
        word__endnotes_xml=f"<w:endnotes><w:endnote w:id='2'>{para('lihat IEC')}</w:endnote></w:endnotes>",
        word__comments_xml=f"<w:comments><w:comment w:id='0' w:author='Rina'>{para('cek lagi')}</w:comment></w:comments>",
    )  # fmt: skip
    assert lines(tmp_path, content) == [
        "Pemberi Tugas", "Sampul", "Icw 50 kA [1]  [1] ", "[Rina: cek lagi]", "akhir",
        "[1] selama 1 s", "[1] lihat IEC", "Kaki",
    ]  # fmt: skip


def test_numbers_that_word_counts_are_read(tmp_path: Path) -> None:
    def item(text: str, level: int, key: str = "1") -> str:
        return para(
            text,
            properties=f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{key}'/></w:numPr>",
        )

    levels = "".join(
        f"<w:lvl w:ilvl='{i}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for i, (form, text) in enumerate(
            (("decimal", "%1."), ("lowerLetter", "%1.%2)"), ("bullet", "-"))
        )
    )
    numbering = (
        f"<w:numbering><w:abstractNum w:abstractNumId='0'>{levels}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
        "<w:num w:numId='2'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num></w:numbering>"
    )
    styles = "<w:styles><w:style w:styleId='H1'><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style></w:styles>"
    body = (
        item("Umum", 0)
        + item("Arus", 1)
        + item("Tegangan", 1)
        + item("titik", 2)
        + para("Busbar", properties="<w:pStyle w:val='H1'/>")
        + item("lain", 0, "2")
    )
    content = word(
        body,
        linked={
            "rId1": ("numbering", "numbering.xml"),
            "rId2": ("styles", "styles.xml"),
        },
        word__numbering_xml=numbering,
        word__styles_xml=styles,
    )
    assert lines(tmp_path, content) == [
        "1. Umum", "1.a) Arus", "1.b) Tegangan", "titik", "2. Busbar", "5. lain",
    ]  # fmt: skip


def test_charts_and_diagrams_say_their_words(tmp_path: Path) -> None:
    drawn = "<w:r><w:drawing><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></w:drawing></w:r>"
    body = para(
        "ikhtisar",
        drawn.format("<c:chart r:id='rId1'/>"),
        drawn.format("<dgm:relIds r:dm='rId2'/>"),
    )
    content = word(
        body,
        linked={
            "rId1": ("chart", "charts/chart1.xml"),
            "rId2": ("diagramData", "diagrams/data1.xml"),
        },
        word__charts__chart1_xml=office.chart(
            title="Beban",
            series="Daya",
            labels=("LVMDP", "SDP"),
            values=("0.85", "0.4"),
            code="0%",
            is_labelled=True,
        ),
        word__diagrams__data1_xml=office.diagram("Trafo", "Busbar"),
    )
    assert lines(tmp_path, content) == [
        "ikhtisar", "Beban", "Daya", "LVMDP", "SDP", "85%", "40%", "Trafo", "Busbar",
    ]  # fmt: skip


@pytest.mark.parametrize("target", ["NULL", "media/gone.png", "../../../x", ""])
def test_a_relation_that_leads_nowhere_costs_nothing(
    target: str, tmp_path: Path
) -> None:
    content = word(
        para("Panel LVMDP 2500 A")
        + "<w:sectPr><w:headerReference r:id='rId7'/></w:sectPr>",
        linked={
            "rId7": ("header", target),
            "rId8": ("footnotes", target),
            "rId9": ("image", target),
        },
    )
    assert lines(tmp_path, content) == ["Panel LVMDP 2500 A"]


def test_a_part_that_is_damaged_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(
        word(
            para("tubuh") + "<w:sectPr><w:headerReference r:id='rId1'/></w:sectPr>",
            linked={"rId1": ("header", "header1.xml")},
            word__header1_xml=b"<w:hdr><broken",
        )
    )
    found = extract(path, extension="docx")
    assert [page.text for page in found.pages] == ["tubuh"]
    assert [note["code"] for note in found.said] == ["parts"]
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    "end", ["<w:r><w:br w:type='page'/></w:r>", "<w:r><w:lastRenderedPageBreak/></w:r>"]
)
def test_a_page_ends_inside_a_paragraph(end: str, tmp_path: Path) -> None:
    said = read(tmp_path / "a", "docx", word(para("satu", end, "dua") + para("tiga")))
    assert [line["page"]["text"] for line in said] == ["satu", "dua\ntiga"]


def test_sections_part_pages_and_share_headers(tmp_path: Path) -> None:
    first = "<w:sectPr><w:headerReference r:id='rId1'/></w:sectPr>"
    body = (
        para("satu", properties=first)
        + para("dua")
        + "<w:sectPr><w:headerReference r:id='rId1'/></w:sectPr>"
    )
    content = word(
        body,
        linked={"rId1": ("header", "h.xml")},
        word__h_xml=f"<w:hdr>{para('Kop')}</w:hdr>",
    )
    said = read(tmp_path / "a", "docx", content)
    assert [line["page"]["text"] for line in said] == ["Kop\nsatu", "dua"]


def test_what_the_library_writes_is_read_whole(tmp_path: Path) -> None:
    content = papers.word(["Lingkup", "Panel"], [["No", "Bagian"], ["1", "MCCB"]])
    assert lines(tmp_path, content) == ["Lingkup", "Panel", "No\tBagian", "1\tMCCB"]
