"""Words of a DXF drawing: texts, attributes, dimensions, leaders and tables, as the drawing shows them.

DXF is pairs of lines, a code and a value (Autodesk's DXF reference). A block is read where it is
inserted, a layer that is off or frozen is not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.documents.readers.dxf_text import plain_mtext, plain_text

DEEPEST = 12
MOST_WORDS = 200_000
INSERTS = {"INSERT", "ACAD_TABLE"}
LINES = {"TEXT", "ATTRIB", "ATTDEF", "ARCALIGNEDTEXT", "RTEXT", "TOLERANCE", "SHAPE"}
PARTS_OF_ONE = {"ATTRIB", "VERTEX", "SEQEND"}
CONSTANT, INVISIBLE = 2, 1


@dataclass(slots=True)
class Entity:
    """A thing in a drawing: its name, and its pairs in their order."""

    name: str
    pairs: list[tuple[int, str]] = field(default_factory=list)

    def first(self, code: int, default: str = "") -> str:
        """The first value of a code."""
        return next((value for key, value in self.pairs if key == code), default)

    def number(self, code: int) -> int:
        """A value that is a whole number; 0 when it is none."""
        text = self.first(code, "0").strip()
        return int(text) if text.lstrip("-").isdigit() else 0


class Drawing:
    """A DXF file: its layers, its blocks, and what stands in its spaces."""

    def __init__(self, text: str) -> None:
        self._dark: set[str] = set()
        self._blocks: dict[str, list[Entity]] = {}
        self._spaces: list[list[Entity]] = [[]]
        self.is_hiding = False
        self._left = MOST_WORDS
        self._read(text)

    def words(self) -> Iterator[str]:
        """The words of every space, in the order in which they were drawn."""
        for space in self._spaces:
            yield from self._of(space, 0)

    # --- File ---------------------------------------------------------------------------

    def _read(self, text: str) -> None:
        section, block = "", ""
        for entity in _entities(text):
            if entity.name == "SECTION":
                section = entity.first(2).upper()
            elif entity.name == "ENDSEC":
                section = ""
            elif section == "BLOCKS" and entity.name == "BLOCK":
                block = entity.first(2).upper()
                self._blocks[block] = []
                if block.startswith(("*MODEL_SPACE", "*PAPER_SPACE")):
                    self._spaces.append(self._blocks[block])
            else:
                self._keep(entity, section, block)

    def _keep(self, entity: Entity, section: str, block: str) -> None:
        if section == "BLOCKS" and entity.name != "ENDBLK":
            self._blocks.setdefault(block, []).append(entity)
        elif section in {"ENTITIES", ""}:
            self._spaces[0].append(entity)
        elif section == "TABLES" and entity.name == "LAYER":
            self._layer(entity)

    def _layer(self, layer: Entity) -> None:
        is_off = layer.first(62, "7").strip().startswith("-")
        if is_off or layer.number(70) & 1:
            self._dark.add(layer.first(2).upper())

    # --- Words --------------------------------------------------------------------------

    def _of(self, entities: Iterable[Entity], depth: int) -> Iterator[str]:
        for entity in entities:
            if self._left <= 0:
                return
            self._left -= 1
            if entity.number(60) == 1:
                continue
            if entity.first(8).upper() in self._dark:
                self.is_hiding = self.is_hiding or entity.name in {*LINES, "MTEXT"}
                continue
            yield from filter(str.strip, self._one(entity, depth))

    def _one(self, entity: Entity, depth: int) -> Iterator[str]:
        name = entity.name
        if name == "MTEXT" or (name in {"ATTRIB", "ATTDEF"} and entity.first(101)):
            yield plain_mtext(_chunks(entity))
        elif name in LINES and self._is_shown(entity, depth):
            yield plain_text(entity.first(1))
        elif name in INSERTS:
            yield from self._block(entity.first(2), depth)
        elif name in {"DIMENSION", "ARC_DIMENSION"}:
            yield from self._dimension(entity, depth)
        elif name in {"MULTILEADER", "MLEADER"}:
            yield from (
                plain_mtext(value)
                for code, value in entity.pairs
                if code == 304 and not value.endswith("{")
            )

    def _is_shown(self, entity: Entity, depth: int) -> bool:
        """An attribute's definition shows its words in a block when they are the same everywhere."""
        if entity.number(70) & INVISIBLE and entity.name in {"ATTRIB", "ATTDEF"}:
            return False
        if entity.name != "ATTDEF":
            return True
        return depth == 0 or bool(entity.number(70) & CONSTANT)

    def _block(self, name: str, depth: int) -> Iterator[str]:
        if depth < DEEPEST:
            yield from self._of(self._blocks.get(name.upper(), ()), depth + 1)

    def _dimension(self, entity: Entity, depth: int) -> Iterator[str]:
        """What its block shows; without one the text, in which <> is the measure."""
        drawn = list(self._block(entity.first(2), depth))
        if drawn:
            yield from drawn
            return
        text, measure = entity.first(1), _measure(entity.first(42))
        yield plain_mtext(text.replace("<>", measure) if text else measure)


def _measure(text: str) -> str:
    try:
        return f"{float(text):.4f}".rstrip("0").rstrip(".")
    except ValueError:
        return ""


def _chunks(entity: Entity) -> str:
    """Long text comes in pieces of 250 signs: codes 3, then 1, with nothing between them."""
    return "".join(value for code, value in entity.pairs if code in {3, 1})


def _entities(text: str) -> Iterator[Entity]:
    lines = iter(text.split("\n"))
    entity = Entity("")
    while len(pair := tuple(islice(lines, 2))) > 1:
        code, value = pair[0].strip(), pair[1].rstrip("\r")
        if not code.lstrip("-").isdigit():
            continue
        if code == "0":
            yield entity
            entity = Entity(value.strip().upper())
        else:
            entity.pairs.append((int(code), value))
    yield entity
