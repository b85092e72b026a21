"""The written set of documents with their answers, and what the rules make of it.

``facts_set/{tuning,kept_out}/NN-kind-language.txt`` is a document, the ``.tsv`` beside it holds its facts as a
person wrote them down: kind, panel, value. All names are invented. The rules are not made to fit ``kept_out``:
what they get wrong there is not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aianalyzer.policies.key_facts import OF_DOCUMENT, key_facts
from aianalyzer.policies.quantities import quantities
from aianalyzer.policies.sameness import SEPARATOR, identity

FOLDER = Path(__file__).parent / "facts_set"
HALVES = ("tuning", "kept_out")
TERMS = {"deadline", "warranty", "penalty", "payment"}
NUMBERS = TERMS | {
    "quantity", "voltage", "current", "short_circuit", "frequency", "power", "cable", "transformer", "dimensions",
}  # fmt: skip
# Told in words of their own length: the answer must be in what was found.
WORDED = {"party", "project", "delivery", "cable_entry"}
SYMBOL = re.compile(r"^I\w{1,2}\s*[=:]?\s*(?=\d)", re.IGNORECASE)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document of the set with its answers."""

    half: str
    name: str
    kind: str
    text: str
    answers: frozenset[Key]


@dataclass
class Tally:
    """Counts of what was found, and of what should have been."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the answers that was found."""
        return self.right / self.wanted if self.wanted else 1.0

    def add(self, name: str, found: set[Key], wanted: set[Key]) -> None:
        """Compare the facts of one document."""
        self.right += len(found & wanted)
        self.found += len(found)
        self.wanted += len(wanted)
        self.wrong += [f"{name}: {_shown(each)}" for each in sorted(found - wanted)]
        self.missed += [f"{name}: {_shown(each)}" for each in sorted(wanted - found)]


def _shown(key: Key) -> str:
    return " ".join(key).replace(SEPARATOR, " ")


def documents() -> Iterator[WrittenDocument]:
    """The whole set."""
    for half in HALVES:
        for path in sorted((FOLDER / half).glob("*.txt")):
            lines = path.with_suffix(".tsv").read_text("utf-8").splitlines()
            rows = [line.split("\t") for line in lines]
            panels = {value for kind, _panel, value in rows if kind == "panel"}
            only = panels.pop() if len(panels) == 1 else ""
            answers = {
                key
                for kind, panel, value in rows
                for key in keys(kind, panel or only, value)
            }
            kind = path.stem.split("-")[1]
            text = path.read_text("utf-8")
            yield WrittenDocument(half, path.stem, kind, text, frozenset(answers))


def keys(kind: str, panel: str, value: str) -> Iterator[Key]:
    """The fact as it is compared; of a term each of its numbers."""
    whose = "" if kind in OF_DOCUMENT or kind == "panel" else identity(panel)
    parts = [each.text for each in quantities(value)] if kind in TERMS else []
    bare = SYMBOL.sub("", value) if kind == "short_circuit" else value
    for part in parts or [bare]:
        yield kind, whose, identity(part)


def found_in(document: WrittenDocument) -> set[Key]:
    """What the rules find; in the words of the answer where that is told in words."""
    found: set[Key] = set()
    for fact in key_facts({1: document.text}):
        for key in keys(fact.kind, fact.panel, fact.value):
            found.add(_as_answered(key, document.answers))
    return found


def _as_answered(key: Key, answers: frozenset[Key]) -> Key:
    kind, panel, said = key
    if kind in WORDED:
        for answer in answers:
            if answer[:2] == (kind, panel) and answer[2] in said:
                return answer
    return key


def scored(document: WrittenDocument) -> dict[str, tuple[set[Key], set[Key]]]:
    """Found and wanted of each measure: numbers with units, the same with their panel, all other facts."""
    found, wanted = found_in(document), set(document.answers)
    found, wanted = (
        {key for key in rows if key[0] != "test"} for rows in (found, wanted)
    )
    return {
        "numbers": (_numbers(found, has_panel=False), _numbers(wanted, has_panel=False)),
        "joined": (_numbers(found, has_panel=True), _numbers(wanted, has_panel=True)),
        "others": ({k for k in found if not _is_number(k)}, {k for k in wanted if not _is_number(k)}),
    }  # fmt: skip


def _is_number(key: Key) -> bool:
    return key[0] in NUMBERS or (key[0] == "busbar" and key[2][:1].isdigit())


def _numbers(keys: set[Key], *, has_panel: bool) -> set[Key]:
    return {(k, panel if has_panel else "", v) for k, panel, v in keys if _is_number((k, panel, v))}  # fmt: skip


def tallies(documents: Iterator[WrittenDocument]) -> dict[tuple[str, str, str], Tally]:
    """Per measure, half and kind of document; the kind "" is all of them."""
    result: dict[tuple[str, str, str], Tally] = {}
    for document in documents:
        for measure, (found, wanted) in scored(document).items():
            for kind in ("", document.kind):
                tally = result.setdefault((measure, document.half, kind), Tally())
                tally.add(document.name, found, wanted)
    return result
