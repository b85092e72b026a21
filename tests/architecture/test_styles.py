"""One class has one place that lays it out: two of one name once tore the printed form."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A rule for a bare class, outside of any @media, that says how it is laid out.
LAID_OUT = re.compile(r"(?:^|\})\s*(\.[\w-]+)\s*\{[^}]*\bdisplay\s*:")


def places(sheets: dict[str, str]) -> dict[str, list[str]]:
    """Class -> the places that lay it out, as file:line."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in sheets.items():
        depth = 0
        for number, line in enumerate(text.splitlines(), 1):
            if depth == 0:
                for rule in LAID_OUT.finditer(line):
                    found[rule[1]].append(f"{name}:{number}")
            depth += line.count("{") - line.count("}")
    return found


def twice(sheets: dict[str, str]) -> dict[str, list[str]]:
    """The classes that more than one place lays out."""
    return {word: at for word, at in places(sheets).items() if len(at) > 1}


def test_a_class_is_laid_out_in_one_place() -> None:
    sheets = {
        path.name: path.read_text() for path in (ROOT / "static/css").glob("*.css")
    }
    assert len(places(sheets)) > 50
    assert twice(sheets) == {}


def test_the_second_place_would_be_seen() -> None:
    sheets = {
        "form.css": ".tick { display: inline-flex; }\n",
        "paper.css": "@media print {\n  .tick { display: none; }\n}\n.tick { gap: 0; display: flex; }",
    }
    assert twice(sheets) == {".tick": ["form.css:1", "paper.css:4"]}
