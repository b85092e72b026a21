"""Numbers of lists and headings, which Word counts when it shows them."""

from dataclasses import dataclass, field
from typing import Any

from core.documents.readers.packages import Package, child, children, value

LEVELS = 9
MOST_STYLES = 12
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(slots=True)
class Level:
    """One level of a list: its first number, how it is written, and the words around it."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class WordList:
    """A list: its levels, and how far each is counted."""

    levels: dict[int, Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document; counts as the paragraphs come."""

    def __init__(self, package: Package, name: str) -> None:
        self._lists: dict[str, WordList] = {}
        self._styles: dict[str, Any] = {}
        for part in package.related(name, "numbering"):
            self._read(package.root(part))
        for part in package.related(name, "styles"):
            for style in children(package.root(part), "style"):
                self._styles[value(style, "styleId")] = style

    def _read(self, root: Any | None) -> None:
        abstract = {}
        for row in children(root, "abstractNum"):
            levels = {
                int(value(each, "ilvl", "0") or 0): _level(each)
                for each in children(row, "lvl")
            }
            # Lists of one abstract list go on counting where the other stopped.
            abstract[value(row, "abstractNumId")] = WordList(levels)
        for row in children(root, "num"):
            base = abstract.get(_val(child(row, "abstractNumId")))
            if base is None:
                continue
            changed = list(children(row, "lvlOverride"))
            self._lists[value(row, "numId")] = (
                _overridden(base, changed) if changed else base
            )

    def label(self, paragraph: Any) -> str:
        """The number before a paragraph; "" for none, and for a bullet."""
        key, depth = self._place(paragraph)
        found = self._lists.get(key)
        if found is None or depth not in found.levels:
            return ""
        level = found.levels[depth]
        found.counts[depth] = found.counts.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, LEVELS):
            found.counts.pop(deeper, None)
        if level.form in {"bullet", "none"}:
            return ""
        text = level.text
        for each in range(LEVELS):
            mark = f"%{each + 1}"
            if mark in text:
                part = found.levels.get(each, Level())
                count = found.counts.get(each, part.start)
                text = text.replace(mark, _written(count, part.form))
        return text

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level of a paragraph, by itself or by its style."""
        properties = child(paragraph, "pPr")
        style = _val(child(properties, "pStyle"))
        for _ in range(MOST_STYLES):
            numbers = child(properties, "numPr")
            if numbers is not None and child(numbers, "numId") is not None:
                depth = _val(child(numbers, "ilvl"))
                return _val(child(numbers, "numId")), int(
                    depth
                ) if depth.isdigit() else 0
            found = self._styles.get(style)
            if found is None:
                return "", 0
            properties, style = child(found, "pPr"), _val(child(found, "basedOn"))
        return "", 0


def _level(row: Any) -> Level:
    start = _val(child(row, "start"))
    return Level(
        int(start) if start.isdigit() else 1,
        _val(child(row, "numFmt")) or "decimal",
        _val(child(row, "lvlText")),
    )


def _overridden(base: WordList, changes: list[Any]) -> WordList:
    """A list of its own that begins anew."""
    found = WordList(
        {key: Level(e.start, e.form, e.text) for key, e in base.levels.items()}
    )
    for change in changes:
        depth = int(value(change, "ilvl", "0") or 0)
        level = child(change, "lvl")
        if level is not None:
            found.levels[depth] = _level(level)
        start = _val(child(change, "startOverride"))
        if start.isdigit() and depth in found.levels:
            found.levels[depth].start = int(start)
    return found


def _val(element: Any | None) -> str:
    return "" if element is None else value(element, "val")


def _written(count: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"}:
        text = ""
        for size, sign in ROMAN:
            text += sign * (count // size)
            count %= size
        return text if form == "lowerRoman" else text.upper()
    if form == "decimalZero":
        return f"{count:02d}"
    return str(count)
