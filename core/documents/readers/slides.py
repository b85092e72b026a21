"""PowerPoint: a slide is a page; everything that a slide shows, its notes and its comments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.documents.model import ReadError, Table
from core.documents.output import ReaderOutput
from core.documents.readers.drawings import (
    body_text,
    chosen,
    graphic_words,
    table_rows,
)
from core.documents.readers.packages import (
    Package,
    child,
    children,
    descendants,
    local,
    spell,
    value,
)
from core.documents.readers.word_notes import labelled

DEEPEST = 40


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over one page per slide."""
    package = Package(path)
    name = package.main_part("ppt/presentation.xml")
    root = package.root(name)
    if root is None:
        raise ReadError("broken")
    relations = package.relations(name)
    ids = [value(row, "id") for row in _slide_rows(root)]
    slides = [relations[key].target for key in ids if key in relations]
    total = output.count(len(slides))
    show = Show(package)
    for number, target in enumerate(slides[:total], 1):
        if output.is_full(number, total):
            break
        tables: list[Table] = []
        lines = list(show.slide(target, tables, number))
        output.put(number, total, "\n".join(filter(None, lines)), tables=tables)
    if package.lost:
        output.note("parts", number=len(set(package.lost)))
    if show.hidden:
        output.note("hidden_slides", numbers=show.hidden[:20])


def _slide_rows(root: Any) -> Iterator[Any]:
    # The id of a slide stands beside the id of its relation, which has a namespace.
    for row in children(child(root, "sldIdLst"), "sldId"):
        row.attrib.pop("id", None)
        yield row


class Show:
    """One walk through the slides; what layouts show is read with the first slide that has it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._read: set[str] = set()
        self._authors = self._names()
        self.hidden: list[int] = []

    def slide(self, name: str, tables: list[Table], number: int) -> Iterator[str]:
        """The words of one slide."""
        root = self._package.root(name)
        if root is None:
            return
        if value(root, "show") in {"0", "false"}:
            self.hidden.append(number)
        yield from self._shapes(name, child(root, "cSld", "spTree"), tables)
        is_bare = value(root, "showMasterSp", "1") in {"0", "false"}
        for each in self._package.relations(name).values():
            if each.kind == "slideLayout" and not is_bare:
                yield from self._behind(each.target, tables)
        for note in self._package.related(name, "notesSlide"):
            yield from self._notes(note)
        for part in self._package.related(name, "comments"):
            yield from self._comments(part)

    def _behind(self, name: str, tables: list[Table]) -> Iterator[str]:
        """The words that a layout and its master put onto a slide: all but the places to fill."""
        if name in self._read:
            return
        self._read.add(name)
        root = self._package.root(name)
        yield from self._shapes(name, child(root, "cSld", "spTree"), tables, own=False)
        if root is not None and value(root, "showMasterSp", "1") not in {"0", "false"}:
            for master in self._package.related(name, "slideMaster"):
                yield from self._behind(master, tables)

    def _shapes(
        self,
        name: str,
        tree: Any | None,
        tables: list[Table],
        depth: int = 0,
        *,
        own: bool = True,
    ) -> Iterator[str]:
        if tree is None or depth > DEEPEST:
            return
        for shape in tree:
            kind = local(shape)
            if _is_hidden(shape) or (not own and _is_place(shape)):
                continue
            if kind in {"sp", "cxnSp"}:
                yield body_text(child(shape, "txBody")).strip()
            elif kind == "graphicFrame":
                yield from self._frame(name, shape, tables)
            elif kind in {"grpSp", "AlternateContent"}:
                inside = chosen(shape) if kind == "AlternateContent" else shape
                yield from self._shapes(name, inside, tables, depth + 1, own=own)

    def _frame(self, name: str, frame: Any, tables: list[Table]) -> Iterator[str]:
        for table in descendants(frame, "tbl"):
            rows = table_rows(table)
            tables.append(rows)
            yield spell(rows)
        yield from graphic_words(self._package, name, frame)

    def _notes(self, name: str) -> Iterator[str]:
        root = self._package.root(name)
        for shape in children(child(root, "cSld", "spTree"), "sp"):
            place = next(descendants(child(shape, "nvSpPr"), "ph"), None)
            if place is None or value(place, "type") == "body":
                yield body_text(child(shape, "txBody")).strip()

    def _names(self) -> dict[str, str]:
        """Who wrote comments, by their ids."""
        found: dict[str, str] = {}
        main = self._package.main_part("ppt/presentation.xml")
        for kind in ("commentAuthors", "authors"):
            for part in self._package.related(main, kind):
                for row in descendants(self._package.root(part), "cmAuthor", "author"):
                    found[value(row, "id")] = value(row, "name")
        return found

    def _comments(self, name: str) -> Iterator[str]:
        for row in descendants(self._package.root(name), "cm", "reply"):
            body = child(row, "txBody")
            text = body_text(body) if body is not None else ""
            text = text or (getattr(child(row, "text"), "text", "") or "")
            if text.strip():
                author = self._authors.get(value(row, "authorId"), "")
                yield labelled(author, text.strip())


def _names_of(shape: Any) -> Any | None:
    """What a shape says about itself."""
    return next((each for each in shape if local(each).startswith("nv")), None)


def _is_hidden(shape: Any) -> bool:
    own = child(_names_of(shape), "cNvPr")
    return own is not None and value(own, "hidden") in {"1", "true"}


def _is_place(shape: Any) -> bool:
    """A place that a slide fills; empty, it is shown to nobody."""
    return next(descendants(_names_of(shape), "ph"), None) is not None
