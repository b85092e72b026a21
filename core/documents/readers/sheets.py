"""Excel: a sheet is a page, and its filled rows are a table; cells as their format shows them."""

from pathlib import Path
from typing import Any

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import old_sheets
from core.documents.readers.grid import Grid
from core.documents.readers.packages import (
    DAMAGED,
    Package,
    Relation,
    child,
    children,
    value,
)
from core.documents.readers.sheet_cells import Styles, read_cells, shared_strings
from core.documents.readers.sheet_extras import beside

HIDDEN = {"hidden", "veryHidden"}


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over one page per sheet; an empty sheet is an empty page."""
    if extension in old_sheets.READERS:
        old_sheets.READERS[extension](path, output)
        return
    package = Package(path)
    name = package.main_part("xl/workbook.xml")
    root = package.root(name)
    if root is None:
        raise ReadError("broken")
    Workbook(package, name, root).hand_over(output)


class Workbook:
    """The sheets of a book, and what they share."""

    def __init__(self, package: Package, name: str, root: Any) -> None:
        self.package = package
        relations = package.relations(name)
        self.sheets = [
            (row.get("name", ""), row.get("state", ""), relations.get(value(row, "id")))
            for row in children(child(root, "sheets"), "sheet")
        ]
        kinds = {each.kind: each.target for each in relations.values()}
        properties = child(root, "workbookPr")
        is_1904 = properties is not None and value(properties, "date1904") in {
            "1",
            "true",
        }
        self.strings = shared_strings(package, kinds.get("sharedStrings", ""))
        self.styles = Styles(package, kinds.get("styles", ""), is_1904=is_1904)

    def hand_over(self, output: ReaderOutput) -> None:
        """The sheets that Excel shows; of the others and of hidden rows it is said that they are there."""
        shown = [row for row in self.sheets if row[1] not in HIDDEN]
        hidden = [row[0] for row in self.sheets if row[1] in HIDDEN]
        if hidden:
            output.note("hidden_sheets", names=hidden[:20])
        total = output.count(len(shown))
        for number, (name, _state, relation) in enumerate(shown[:total], 1):
            if output.is_full(number, total):
                break
            self._sheet(name, relation, (number, total), output)
        if self.package.lost:
            output.note("parts", number=len(set(self.package.lost)))

    def _sheet(
        self,
        name: str,
        relation: Relation | None,
        place: tuple[int, int],
        output: ReaderOutput,
    ) -> None:
        grid, target = Grid(output.characters_left), relation.target if relation else ""
        try:
            read_cells(self.package, target, grid, self.strings, self.styles)
        except DAMAGED:
            # One bad sheet costs itself, from the bad place on.
            output.note("sheet", name=name)
        for code, amount in (("hidden_rows", grid.hidden), ("formulas", grid.unsaid)):
            if amount:
                output.note(code, name=name, number=amount)
        lines = [name, grid.text(), *beside(self.package, target, name)]
        table = grid.table()
        text = "\n".join(line for line in lines if line)
        output.put(*place, text, tables=[table] if table else ())
        if grid.is_cut:
            output.note("cells", name=name)
