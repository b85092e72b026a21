"""DrawingML: the words of text bodies, tables, charts and diagrams, in any of the office formats."""

from collections.abc import Iterator
from typing import Any

from core.documents.model import Table
from core.documents.readers.formats import shown_number
from core.documents.readers.packages import (
    Package,
    child,
    children,
    descendants,
    is_on,
    local,
    value,
)

# Points of a diagram that carry its lines and places, not its words.
UNSEEN_POINTS = {"pres", "parTrans", "sibTrans", "doc"}


def chosen(alternate: Any) -> Any | None:
    """Of ``mc:AlternateContent`` what a program of today shows: the choice, else the fallback."""
    for name in ("Choice", "Fallback"):
        found = child(alternate, name)
        if found is not None and len(found):
            return found
    return None


def body_text(body: Any | None) -> str:
    """The paragraphs of a text body, one a line."""
    return "\n".join(paragraph_text(each) for each in children(body, "p"))


def paragraph_text(paragraph: Any) -> str:
    """One paragraph of DrawingML: runs, fields, breaks and formulas."""
    pieces: list[str] = []
    for part in paragraph:
        name = local(part)
        if name in {"r", "fld"}:
            pieces.append("".join(t.text or "" for t in children(part, "t")))
        elif name == "br":
            pieces.append("\n")
        elif name == "m":
            pieces.append(formula(part))
        elif name == "AlternateContent":
            pieces += [formula(each) for each in descendants(chosen(part), "oMath")]
    return "".join(pieces).replace("\v", "\n")


def formula(element: Any) -> str:
    """Words and signs of a formula: what stands above or below a line does not join (10³ is not 103)."""
    name = local(element)
    if name == "t":
        return element.text or ""
    parts = [formula(part) for part in element if not local(part).endswith("Pr")]
    joint = {"f": "/", "sSup": "^", "sSubSup": "^", "d": " "}.get(name, "")
    return joint.join(part for part in parts if part)


def table_rows(table: Any) -> Table:
    """Rows of a table of a slide; a merged cell has its words once."""
    return tuple(
        tuple(
            ""
            if is_set(cell, "hMerge") or is_set(cell, "vMerge")
            else body_text(child(cell, "txBody")).strip()
            for cell in children(row, "tc")
        )
        for row in children(table, "tr")
    )


def is_set(element: Any, name: str) -> bool:
    """An attribute that says yes."""
    return value(element, name) in {"1", "true"}


def graphic_words(package: Package, name: str, graphic: Any) -> Iterator[str]:
    """The words of the charts and diagrams that a part shows in this element."""
    relations = None
    for found in descendants(graphic, "chart", "relIds"):
        relations = package.relations(name) if relations is None else relations
        key = value(found, "id") if local(found) == "chart" else value(found, "dm")
        target = relations.get(key)
        if target is None:
            continue
        root = package.root(target.target)
        words = chart_words(root) if local(found) == "chart" else diagram_words(root)
        yield from words


def diagram_words(root: Any | None) -> Iterator[str]:
    """SmartArt: the words of its boxes, in their order."""
    for point in descendants(root, "pt"):
        if point.get("type", "node") not in UNSEEN_POINTS:
            text = body_text(child(point, "t")).strip()
            if text:
                yield text


def chart_words(root: Any | None) -> Iterator[str]:
    """A chart: titles, the names of its series, its categories, and the figures that it shows."""
    for body in descendants(root, "rich"):
        yield body_text(body)
    has_table = next(descendants(root, "dTable"), None) is not None
    told: set[str] = set()
    for series in descendants(root, "ser"):
        for part in children(series, "tx", "cat"):
            for text in _cached(part):
                if text not in told:
                    told.add(text)
                    yield text
        labels = child(series, "dLbls", "showVal")
        labels = (
            child(series.getparent(), "dLbls", "showVal") if labels is None else labels
        )
        if has_table or is_on(labels):
            for part in children(series, "val", "yVal"):
                yield from _cached(part)


def _cached(part: Any) -> Iterator[str]:
    """What a chart keeps of the cells that it is drawn from."""
    for cache in descendants(part, "strCache", "numCache", "strLit", "numLit", "lvl"):
        if local(cache) in {"strCache", "numCache"} and child(cache, "lvl") is not None:
            continue
        code = child(cache, "formatCode")
        for point in children(cache, "pt"):
            text = (getattr(child(point, "v"), "text", "") or "").strip()
            if text and local(cache).startswith("num"):
                text = shown_number(text, (getattr(code, "text", "") or "General"))
            if text:
                yield text
