"""What stands on a sheet beside its cells: notes, comments, text boxes, charts, headers and footers."""

import re
from collections.abc import Iterator
from typing import Any

from core.documents.readers.drawings import body_text, chosen, graphic_words
from core.documents.readers.packages import (
    Package,
    child,
    children,
    descendants,
    local,
    value,
)
from core.documents.readers.sheet_cells import rich_text
from core.documents.readers.word_notes import labelled

# Codes in a header: its three parts, page, pages, date, fonts, sizes, colours.
CODE = re.compile(
    r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d{1,3}|[A-Za-z&])', re.IGNORECASE
)
PARTS = {"&l", "&c", "&r"}
# Excel writes it into the old note of a new comment.
STAND_IN = "[Threaded comment]"


def beside(package: Package, name: str, title: str) -> Iterator[str]:
    """The words around the cells of a sheet, from its headers to its notes."""
    relations = package.relations(name) if name else {}
    kinds = [(each.kind, each.target) for each in relations.values()]
    yield from header_words(package, name, title)
    for kind, target in kinds:
        if kind == "drawing":
            yield from drawing_words(package, target)
    has_threads = False
    for kind, target in kinds:
        if kind == "threadedComment":
            has_threads = True
            yield from _threads(package, target)
    for kind, target in kinds:
        if kind == "comments":
            yield from _notes(package, target, has_threads=has_threads)


def header_words(package: Package, name: str, title: str) -> Iterator[str]:
    """Headers and footers of a printed sheet, without their codes."""
    try:
        with package.open(name) as part:
            data = part.read(1 << 25)
    except (KeyError, OSError):
        return
    if b"headerFooter" not in data:
        return
    root = package.root(name)
    whole = child(root, "headerFooter")
    for part in () if whole is None else whole:
        text = CODE.sub(lambda found: _code(found[0], title), part.text or "")
        text = "\t".join(piece.strip() for piece in text.split("\t") if piece.strip())
        if text:
            yield text


def _code(code: str, title: str) -> str:
    low = code.lower()
    if low in PARTS:
        return "\t"
    return {"&a": title, "&&": "&"}.get(low, "")


def drawing_words(package: Package, name: str) -> Iterator[str]:
    """Text boxes and charts that lie on a sheet."""
    root = package.root(name)
    yield from _shapes(package, name, root)


def _shapes(package: Package, name: str, container: Any | None) -> Iterator[str]:
    for shape in () if container is None else container:
        kind = local(shape)
        if kind == "AlternateContent":
            yield from _shapes(package, name, chosen(shape))
        elif kind == "sp":
            text = body_text(child(shape, "txBody")).strip()
            if text:
                yield text
        elif kind == "graphicFrame":
            yield from graphic_words(package, name, shape)
        elif kind in {"twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "grpSp"}:
            yield from _shapes(package, name, shape)


def _notes(package: Package, name: str, *, has_threads: bool) -> Iterator[str]:
    root = package.root(name)
    authors = [each.text or "" for each in children(child(root, "authors"), "author")]
    for row in children(child(root, "commentList"), "comment"):
        text = rich_text(child(row, "text")).strip()
        if not text or (has_threads and text.startswith(STAND_IN)):
            continue
        number = row.get("authorId", "")
        is_there = number.isdigit() and int(number) < len(authors)
        author = authors[int(number)] if is_there else ""
        # Excel itself writes the author's name into the first line of a note.
        text = text.removeprefix(f"{author}:").strip() if author else text
        yield labelled(f"{author} {row.get('ref', '')}", text)


def _threads(package: Package, name: str) -> Iterator[str]:
    for row in descendants(package.root(name), "threadedComment"):
        text = (getattr(child(row, "text"), "text", "") or "").strip()
        if text:
            yield labelled(value(row, "ref"), text)
