"""Office files for the tests, part by part: what libraries that write them do not write."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:a="{A}" xmlns:c="{C}" xmlns:mc="{MC}"'
    f' xmlns:p="{P}" xmlns:dgm="{DGM}" xmlns:m="urn:math" xmlns:v="urn:vml"'
    ' xmlns:wps="urn:wps" xmlns:xdr="urn:xdr"'
)
Relations = Mapping[str, tuple[str, str]]


def relations(rows: Relations) -> bytes:
    """A relations part: id to (kind, target)."""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}"/>'
        for key, (kind, target) in rows.items()
    )
    return f'<Relationships xmlns="{RELATIONS}">{inside}</Relationships>'.encode()


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


# --- Word ---------------------------------------------------------------------------------


def word(body: str, *, linked: Relations | None = None, **parts: str | bytes) -> bytes:
    """A Word file of this body; ``parts`` by names in which __ is a slash and _ a point."""
    more = {_name(key): _rooted(data) for key, data in parts.items()}
    return package(
        {
            "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
            "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(linked or {}),
            **more,
        }
    )


def _name(key: str) -> str:
    return key.replace("__", "/").replace("_xml", ".xml").replace("_rels", ".rels")


def _rooted(data: str | bytes) -> str | bytes:
    """Names of namespaces in the first element."""
    if isinstance(data, bytes) or "xmlns" in data[:400]:
        return data
    head, mark, rest = data.partition(">")
    slash = "/" if head.endswith("/") else ""
    return f"{head.rstrip('/')} {NAMES}{slash}{mark}{rest}"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return (
        f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def para(*inside: str, properties: str = "") -> str:
    """A paragraph; what does not begin with < becomes a run."""
    runs = "".join(each if each.startswith("<") else run(each) for each in inside)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table; cells are XML or text."""
    return f"<w:tbl>{''.join(map(row, rows))}</w:tbl>"


def row(cells: tuple[str, ...]) -> str:
    """A row of a table."""
    inside = "".join(
        f"<w:tc>{each if each.startswith('<') else para(each)}</w:tc>" for each in cells
    )
    return f"<w:tr>{inside}</w:tr>"


def chart(
    *,
    title: str,
    series: str,
    labels: tuple[str, ...],
    values: tuple[str, ...],
    code: str = "General",
    is_labelled: bool = False,
) -> str:
    """A chart part with one series."""
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, v in enumerate(labels)
    )
    numbers = "".join(
        f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, v in enumerate(values)
    )
    shown = f'<c:dLbls><c:showVal val="{int(is_labelled)}"/></c:dLbls>'
    return (
        f"<c:chartSpace {NAMES}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r>"
        "</a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>"
        f'<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>{series}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"{shown}<c:cat><c:strRef><c:strCache>{points}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache><c:formatCode>{code}</c:formatCode>{numbers}</c:numCache></c:numRef></c:val>"
        "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )


def diagram(*boxes: str) -> str:
    """The data of a SmartArt drawing."""
    points = "".join(
        f'<dgm:pt modelId="{i}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for i, text in enumerate(boxes)
    )
    unseen = '<dgm:pt modelId="x" type="pres"><dgm:t><a:p><a:r><a:t>unseen</a:t></a:r></a:p></dgm:t></dgm:pt>'
    return f"<dgm:dataModel {NAMES}><dgm:ptLst>{points}{unseen}</dgm:ptLst></dgm:dataModel>"


# --- PowerPoint ---------------------------------------------------------------------------


def text_body(*paragraphs: str) -> str:
    """A text body of DrawingML."""
    inside = "".join(
        f"<a:p>{each if each.startswith('<') else f'<a:r><a:t>{each}</a:t></a:r>'}</a:p>"
        for each in paragraphs
    )
    return f"<p:txBody>{inside}</p:txBody>"


def shape(*paragraphs: str, place: str = "", hidden: bool = False) -> str:
    """A shape with words; ``place``: the kind of placeholder that it is."""
    own = '<p:cNvPr id="2" name="s"' + (' hidden="1"' if hidden else "") + "/>"
    held = f'<p:nvPr><p:ph type="{place}"/></p:nvPr>' if place else "<p:nvPr/>"
    return f"<p:sp><p:nvSpPr>{own}<p:cNvSpPr/>{held}</p:nvSpPr>{text_body(*paragraphs)}</p:sp>"


def slide(shapes: str, attributes: str = "") -> str:
    """A slide part, also of a layout, a master or notes."""
    return f"<p:sld {NAMES} {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def slides(
    *parts: str,
    linked: Mapping[int, Relations] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A presentation of slides; ``linked``: the relations of a slide by its number."""
    ids = "".join(
        f'<p:sldId id="{255 + i}" r:id="rId{i}"/>' for i in range(1, len(parts) + 1)
    )
    rows = {
        f"rId{i}": ("slide", f"slides/slide{i}.xml") for i in range(1, len(parts) + 1)
    }
    found: dict[str, str | bytes] = {
        "_rels/.rels": relations({"rId1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(rows),
        **(more or {}),
    }
    for number, part in enumerate(parts, 1):
        found[f"ppt/slides/slide{number}.xml"] = part
        own = (linked or {}).get(number)
        if own:
            found[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(own)
    return package(found)


# --- Excel --------------------------------------------------------------------------------


def book(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    strings: str = "",
    styles: str = "",
    linked: Mapping[int, Relations] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook: the inside of each sheet by its name."""
    rows = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}" state="{(states or {}).get(name, "visible")}"/>'
        for i, name in enumerate(sheets, 1)
    )
    own = {
        f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml")
        for i in range(1, len(sheets) + 1)
    }
    own |= {
        "rId90": ("sharedStrings", "sharedStrings.xml"),
        "rId91": ("styles", "styles.xml"),
    }
    found: dict[str, str | bytes] = {
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{S}" {NAMES}><sheets>{rows}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(own),
        "xl/sharedStrings.xml": f'<sst xmlns="{S}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{S}">{styles}</styleSheet>',
        **(more or {}),
    }
    for number, inside in enumerate(sheets.values(), 1):
        found[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{S}" {NAMES}>{inside}</worksheet>'
        )
        rels = (linked or {}).get(number)
        if rels:
            found[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = relations(rels)
    return package(found)


def cell(place: str, text: str) -> str:
    """A cell with its words in it."""
    return (
        f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )
