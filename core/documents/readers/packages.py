"""Word, Excel and PowerPoint files are ZIPs: judged before anything opens them, then read by parts.

The parts are opened here and not by a library of the format: those give up the whole document for one
part that is missing or damaged (docs/dependencies.md#word), and every program that people use does not.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from core.documents.model import ReadError, Table
from core.documents.readers.plain import reason_of
from core.files import archives

# What reading one part may raise; that part is then left out.
DAMAGED = (*archives.UNREADABLE, KeyError, NotImplementedError, etree.XMLSyntaxError)


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part leads to: the last word of the relation's type, and the name of the other part."""

    kind: str
    target: str


class Package:
    """The parts of an office document by their names; what is damaged or missing is counted."""

    def __init__(self, path: Path) -> None:
        require_safe(path)
        self._zip = zipfile.ZipFile(path)
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self.lost: list[str] = []

    def open(self, name: str) -> Any:
        """A part as a file; raises one of ``DAMAGED``."""
        return self._zip.open(self._names[name.lower()])

    def root(self, name: str) -> Any | None:
        """The root element of a part; None when it is not there or not whole."""
        try:
            with self.open(name) as part:
                return etree.parse(part, parser()).getroot()
        except DAMAGED as error:
            if "memory" in str(error).lower():
                raise MemoryError from None
            self.lost.append(name)
            return None

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part leads to, by the ids that it uses; what lies outside is left out."""
        folder, file = posixpath.split(name)
        own = f"{folder}/_rels/{file}.rels".lstrip("/")
        if own.lower() not in self._names:
            return {}
        root = self.root(own)
        found = {}
        for row in children(root, "Relationship"):
            if row.get("TargetMode") == "External":
                continue
            kind = row.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(
                posixpath.join("/", folder, unquote(row.get("Target", "")))
            )
            found[row.get("Id", "")] = Relation(kind, target.lstrip("/"))
        return found

    def related(self, name: str, kind: str) -> list[str]:
        """The parts that a part leads to by this kind of relation."""
        rows = self.relations(name).values()
        return [each.target for each in rows if each.kind == kind]

    def main_part(self, fallback: str) -> str:
        """The part that the package is about."""
        found = self.related("", "officeDocument")
        return found[0] if found else fallback


def parser(**more: Any) -> etree.XMLParser:
    """Of one part: no entities, no network, and text of any length."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, **more
    )


def require_safe(path: Path) -> None:
    """Raises ReadError for a package that would become a bomb, is encrypted or broken."""
    with path.open("rb") as file:
        try:
            archives.inspect(file)
        except archives.ArchiveError as error:
            raise ReadError(reason_of(error)) from None


def local(element: Any) -> str:
    """The name of an element without its namespace: strict files have others than usual ones."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str, default: str = "") -> str:
    """An attribute by its name without a namespace."""
    for key, found in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(found)
    return default


def children(element: Any | None, *names: str) -> Iterator[Any]:
    """The children of these names."""
    for child in () if element is None else element:
        if local(child) in names:
            yield child


def child(element: Any | None, *path: str) -> Any | None:
    """The first child of a child … of these names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def has(element: Any | None, *names: str) -> bool:
    """Whether there is a child of one of these names."""
    return next(children(element, *names), None) is not None


def descendants(element: Any | None, *names: str) -> Iterator[Any]:
    """All elements below of these names, in document order."""
    for found in () if element is None else element.iter():
        if local(found) in names:
            yield found


def is_on(element: Any | None) -> bool:
    """A switch that is on unless it says otherwise."""
    return element is not None and value(element, "val", "1") not in {
        "0",
        "false",
        "off",
        "none",
    }


def spell(table: Table) -> str:
    """A table as lines, so that its words are found and cited like others.

    A line end in a cell stays one: "2" above "500 A" must not become a number (2 500 A).
    """
    return "\n".join("\t".join(row).rstrip("\t") for row in table)
