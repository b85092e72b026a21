"""Slides are read as PowerPoint shows them: shapes, tables, groups, diagrams, charts, notes, comments."""

from pathlib import Path

from core.documents.extraction import extract
from core.documents.tests import office
from core.documents.tests.office import shape, slide, slides, text_body


def texts(tmp_path: Path, content: bytes) -> tuple[list[list[str]], list[str]]:
    """The lines of each slide, and the codes of what was left out."""
    path = tmp_path / "a"
    path.write_bytes(content)
    found = extract(path, extension="pptx")
    lines = [[line for line in page.text.split("\n") if line] for page in found.pages]
    return lines, [note["code"] for note in found.said]


def frame(inside: str) -> str:
    return f"<p:graphicFrame><a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></p:graphicFrame>"


def cell(text: str, attributes: str = "") -> str:
    body = text_body(text).replace("p:txBody", "a:txBody")
    return f"<a:tc {attributes}>{body}</a:tc>"


def test_everything_on_a_slide_is_read(tmp_path: Path) -> None:
    wide, covered = cell("Judul", 'gridSpan="2"'), cell("unseen", 'hMerge="1"')
    rows = f"<a:tr>{wide}{covered}</a:tr><a:tr>{cell('Icw')}{cell('50 kA')}</a:tr>"
    grid = f"<a:tbl>{rows}</a:tbl>"
    broken = "<a:r><a:t>satu</a:t></a:r><a:br/><a:fld><a:t>dua</a:t></a:fld>"
    shapes = (
        shape("Panel LVMDP", broken)
        + frame(grid)
        + f"<p:grpSp>{shape('dalam')}<p:grpSp>{shape('lebih dalam')}</p:grpSp></p:grpSp>"
        + frame("<c:chart r:id='rId1'/>")
        + frame("<dgm:relIds r:dm='rId2'/>")
        + f"<mc:AlternateContent><mc:Choice>{shape('pilihan')}</mc:Choice><mc:Fallback>{shape('pilihan')}</mc:Fallback></mc:AlternateContent>"
        + shape("tak terlihat", hidden=True)
    )
    content = slides(
        slide(shapes),
        linked={1: {
            "rId1": ("chart", "../charts/c1.xml"), "rId2": ("diagramData", "../diagrams/d1.xml"),
            "rId3": ("notesSlide", "../notesSlides/n1.xml"), "rId4": ("comments", "../comments/k1.xml"), "rId5": ("image", "NULL"),
        }},
        more={
            "ppt/charts/c1.xml": office.chart(title="Beban", series="Daya", labels=("SDP",), values=("1",)),
            "ppt/diagrams/d1.xml": office.diagram("Trafo", "Busbar"),
            "ppt/notesSlides/n1.xml": slide(shape("katakan ini", place="body") + shape("7", place="sldNum")),
            "ppt/comments/k1.xml": f"<p:cmLst {office.NAMES}><p:cm authorId='0'><p:text>cek</p:text></p:cm></p:cmLst>",
        },
    )  # fmt: skip
    lines, codes = texts(tmp_path, content)
    assert lines == [[
        "Panel LVMDP", "satu", "dua", "Judul", "Icw\t50 kA", "dalam", "lebih dalam", "Beban", "Daya", "SDP",
        "Trafo", "Busbar", "pilihan", "katakan ini", "[?: cek]",
    ]]  # fmt: skip
    assert codes == []


def test_what_a_layout_shows_is_read_once_and_places_to_fill_are_not(
    tmp_path: Path,
) -> None:
    own = {"rId1": ("slideLayout", "../slideLayouts/l1.xml")}
    content = slides(
        slide(shape("satu")),
        slide(shape("dua")),
        linked={1: own, 2: own},
        more={
            "ppt/slideLayouts/l1.xml": slide(shape("Klik untuk judul", place="title") + shape("RAHASIA")),
            "ppt/slideLayouts/_rels/l1.xml.rels": office.relations({"rId1": ("slideMaster", "../slideMasters/m1.xml")}),
            "ppt/slideMasters/m1.xml": slide(shape("PT Contoh")),
        },
    )  # fmt: skip
    assert texts(tmp_path, content)[0] == [["satu", "RAHASIA", "PT Contoh"], ["dua"]]


def test_hidden_slides_are_said_and_lost_ones_cost_themselves(tmp_path: Path) -> None:
    content = slides(
        slide(shape("satu")),
        slide(shape("dua"), 'show="0"'),
        "<p:sld",
        slide(shape("empat")),
    )
    lines, codes = texts(tmp_path, content)
    assert lines == [["satu"], ["dua"], [], ["empat"]]
    assert codes == ["parts", "hidden_slides"]
