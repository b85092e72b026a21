"""Word documents: everything that Word shows, in its order, parted where Word breaks the page."""

from pathlib import Path
from typing import Any

from core.documents.model import ReadError, Table
from core.documents.output import ReaderOutput
from core.documents.readers import word_notes
from core.documents.readers.drawings import chosen, formula, graphic_words
from core.documents.readers.packages import (
    Package,
    child,
    children,
    has,
    is_on,
    local,
    spell,
    value,
)
from core.documents.readers.word_lists import Numbering
from core.documents.readers.word_signs import raised, symbol

# Deleted, or moved away: Word shows neither when all changes are accepted.
GONE = {"del", "moveFrom", "delText", "delInstrText", "instrText"}
# Of these nothing is shown, or what is shown stands elsewhere.
SILENT = GONE | {
    "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr",
    "proofErr", "bookmarkStart", "bookmarkEnd", "customXmlPr", "smartTagPr", "rt",
}  # fmt: skip
SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
DEEPEST = 60
STARTS_PAGE = {"", "nextPage", "oddPage", "evenPage"}


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over the pages as Word last laid them out."""
    package = Package(path)
    name = package.main_part("word/document.xml")
    body = child(package.root(name), "body")
    if body is None:
        raise ReadError("broken")
    walk = Walk(package, name)
    pages = walk.pages_of(body)
    if package.lost:
        output.note("parts", number=len(set(package.lost)))
    if walk.is_hiding:
        output.note("hidden_text")
    total = output.count(len(pages))
    for number, (text, tables) in enumerate(pages[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, text, tables=tables)


class Walk:
    """One walk through a part: lines, tables, and the pages that they stand on."""

    def __init__(
        self, package: Package, name: str, parent: "Walk | None" = None
    ) -> None:
        self.package, self.name = package, name
        self.notes: word_notes.Notes
        self.is_hiding: bool = False
        self.numbering: Numbering = (
            parent.numbering if parent else Numbering(package, name)
        )
        self.notes = parent.notes if parent else word_notes.Notes(package, name)
        self.pages: list[tuple[list[str], list[Table]]] = [([], [])]
        # Words of the paragraph so far, text boxes in it, and notes that it refers to.
        self._line: list[str] = []
        self._beside: list[str] = []
        self._fields: list[bool] = []
        self._depth = 0
        self._in_cell = bool(parent)

    # --- Pages --------------------------------------------------------------------------

    def pages_of(self, body: Any) -> list[tuple[str, list[Table]]]:
        """The whole document, with the headers, footers and notes of its pages."""
        for block in body:
            self._block(block)
        last = child(body, "sectPr")
        if last is not None:
            self._section(last)
        self._put_notes()
        self._add(self.notes.comments_left())
        return [("\n".join(lines), tables) for lines, tables in self.pages]

    def _new_page(self) -> None:
        if self._in_cell:
            return
        if any(line.strip() for line in self.pages[-1][0]):
            self._put_notes()
            self.pages.append(([], []))

    def _put_notes(self) -> None:
        self._add(self.notes.waiting(self))

    def _add(self, lines: list[str]) -> None:
        self.pages[-1][0].extend(lines)

    def _section(self, properties: Any) -> None:
        """Headers of a section go before the page it ends on, footers behind it."""
        relations = self.package.relations(self.name)
        heads: list[str] = []
        feet: list[str] = []
        for reference in children(properties, "headerReference", "footerReference"):
            target = relations.get(value(reference, "id"))
            if target is None or not self.notes.is_new(target.target):
                continue
            text = self.text_of_part(target.target)
            if text.strip():
                (heads if local(reference) == "headerReference" else feet).append(text)
        self.pages[self.notes.section_page][0][:0] = heads
        self._put_notes()
        self._add(feet)

    def text_of_part(self, name: str) -> str:
        """The words of another part: a header, a footer."""
        root = self.package.root(name)
        return "" if root is None else self.inner(root, name)

    def inner(self, element: Any, name: str = "") -> str:
        """The words of what stands for itself: a text box, a note, a cell."""
        walk = Walk(self.package, name or self.name, self)
        walk._depth = self._depth + 1
        if walk._depth > DEEPEST:
            return ""
        for block in element:
            walk._block(block)
        walk._end_line()
        self.is_hiding = self.is_hiding or walk.is_hiding
        return "\n".join(line for lines, _tables in walk.pages for line in lines)

    # --- Blocks -------------------------------------------------------------------------

    def _block(self, block: Any) -> None:
        name = local(block)
        if name == "p":
            self._paragraph(block)
        elif name == "tbl":
            self._table(block)
        elif name == "AlternateContent":
            self._blocks(chosen(block))
        elif name == "altChunk":
            self.package.lost.append(value(block, "id"))
        elif name not in SILENT:
            self._blocks(block)

    def _blocks(self, container: Any | None) -> None:
        for block in () if container is None else container:
            self._block(block)

    def _paragraph(self, paragraph: Any) -> None:
        properties = child(paragraph, "pPr")
        if is_on(child(properties, "pageBreakBefore")):
            self._new_page()
        mark = child(properties, "rPr")
        is_joined = has(mark, "del", "moveFrom")
        start = len(self._line)
        for part in paragraph:
            self._inline(part)
        if any(piece.strip() for piece in self._line[start:]) or not is_joined:
            label = self.numbering.label(paragraph)
            if label:
                self._line.insert(start, f"{label} ")
        if is_joined:
            # The paragraph's mark is deleted: it goes on in the next one.
            return
        self._end_line()
        section = child(properties, "sectPr")
        if section is not None and not self._in_cell:
            self._section(section)
            if value_of(child(section, "type")) in STARTS_PAGE:
                self._new_page()
            self.notes.section_page = len(self.pages) - 1

    def _end_line(self) -> None:
        text = "".join(self._line)
        if text.strip() or (self.pages[-1][0] and not self._in_cell):
            self._add(text.split("\n"))
        self._line = []
        self._add(self._beside)
        self._beside = []

    def _table(self, table: Any) -> None:
        rows = tuple(self._rows(table))
        if rows:
            self.pages[-1][0].append(spell(rows))
            self.pages[-1][1].append(rows)

    def _rows(self, container: Any) -> list[tuple[str, ...]]:
        found = []
        for row in container:
            if local(row) == "tr" and not has(child(row, "trPr"), "del"):
                found.append(tuple(self._cells(row)))
            elif local(row) == "AlternateContent":
                found += self._rows(chosen(row))
            elif local(row) not in SILENT | {"tr"}:
                found += self._rows(row)
        return found

    def _cells(self, container: Any) -> list[str]:
        """The cells of a row; one that spans several columns has its words in the first."""
        found: list[str] = []
        for cell in container:
            if local(cell) == "tc":
                found += self._cell(cell)
            elif local(cell) not in SILENT:
                found += self._cells(cell)
        return found

    def _cell(self, cell: Any) -> list[str]:
        properties = child(cell, "tcPr")
        if has(properties, "cellDel"):
            return []
        merged = child(properties, "vMerge")
        is_below = merged is not None and value(merged, "val", "continue") == "continue"
        text = "" if is_below else self.inner(cell).strip("\n")
        span = value_of(child(properties, "gridSpan"))
        more = min(int(span), 200) - 1 if span.isdigit() else 0
        return [text, *[""] * more]

    # --- Inside a line ------------------------------------------------------------------

    def _inline(self, part: Any) -> None:
        name = local(part)
        if name == "r":
            self._run(part)
        elif name in {"oMath", "oMathPara"}:
            self._line.append(formula(part))
        elif name in {"p", "tbl"}:
            self._beside.append(self.inner([part]))
        elif name not in SILENT:
            inside = chosen(part) if name == "AlternateContent" else part
            for each in () if inside is None else inside:
                self._inline(each)

    def _run(self, run: Any) -> None:
        properties = child(run, "rPr")
        if is_on(child(properties, "vanish")):
            self.is_hiding = self.is_hiding or has(run, "t")
            return
        is_raised = value_of(child(properties, "vertAlign")) == "superscript"
        for part in run:
            name = local(part)
            if name == "fldChar":
                self._field(part)
            elif not all(self._fields):
                # The instruction of a field, with all that it is made of.
                continue
            elif name == "t":
                text = part.text or ""
                self._line.append(raised(text) if is_raised else text)
            else:
                self._sign(part, name)

    def _field(self, mark: Any) -> None:
        """Fields nest; of each only the result is shown. Old form fields have theirs in the mark."""
        kind = value(mark, "fldCharType")
        if kind == "begin":
            if all(self._fields):
                self._line.append(form_value(child(mark, "ffData")))
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _sign(self, part: Any, name: str) -> None:
        if name in SIGNS:
            self._line.append(SIGNS[name])
        elif name == "br":
            self._break(value(part, "type"))
        elif name == "lastRenderedPageBreak":
            self._break_page("")
        elif name == "sym":
            self._line.append(symbol(value(part, "font"), value(part, "char")))
        elif name in {"footnoteReference", "endnoteReference"}:
            self._line.append(self.notes.refer(part, name))
        elif name == "commentReference":
            self._beside += self.notes.comment(value(part, "id"), self)
        elif name not in SILENT:
            self._drawing(part)

    def _break(self, kind: str) -> None:
        if kind == "page" and not self._in_cell:
            self._break_page("\n")
        else:
            self._line.append("\n")

    def _break_page(self, otherwise: str) -> None:
        if self._in_cell:
            return
        if "".join(self._line).strip():
            self._end_line()
        elif otherwise:
            self._line = []
        self._new_page()

    def _drawing(self, drawing: Any) -> None:
        """Text boxes, also in groups and canvases, WordArt, charts and diagrams."""
        name = local(drawing)
        if name == "txbxContent":
            self._beside.append(self.inner(drawing))
        elif name == "rubyBase":
            for run in children(drawing, "r"):
                self._run(run)
        elif name == "textpath" and drawing.get("string"):
            self._beside.append(str(drawing.get("string")))
        elif name == "graphicData" and has(drawing, "chart", "relIds"):
            self._beside += graphic_words(self.package, self.name, drawing)
        else:
            inside = chosen(drawing) if name == "AlternateContent" else drawing
            for part in () if inside is None else inside:
                self._drawing(part)


def value_of(element: Any | None) -> str:
    """The value of an element that has only one; "" without the element."""
    return "" if element is None else value(element, "val")


def form_value(data: Any | None) -> str:
    """What an old form field shows: its tick, or the row of the list that is chosen."""
    box, rows = child(data, "checkBox"), child(data, "ddList")
    if box is not None:
        state = child(box, "checked")
        return "☒" if is_on(child(box, "default") if state is None else state) else "☐"
    chosen_row = value_of(child(rows, "result")) or value_of(child(rows, "default"))
    names = [value(each, "val") for each in children(rows, "listEntry")]
    place = int(chosen_row) if chosen_row.isdigit() else 0
    return names[place] if place < len(names) else ""
