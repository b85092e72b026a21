"""Docstrings stand where they inform, and say more than the name.

Gate: a public function or class of ``services``, ``policies``, ``models``, ``core/integrations`` and
the rooms of ``core`` without people (``http files text db pages``) has a docstring (verbs, rules, columns, adapters, helpers of all apps). Elsewhere a good
name is enough. Nowhere does a docstring only repeat the words of its name.
A comment or docstring says "they" of a person, and names its subject ("a client that ...").
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_references import comments
from tests.architecture.test_sizes import ROOT, tracked

ROOMS = {
    "services",
    "policies",
    "models",
    "integrations",
    "http",
    "files",
    "text",
    "db",
    "pages",
}
EMPTY = {
    "a",
    "an",
    "and",
    "all",
    "are",
    "in",
    "is",
    "it",
    "its",
    "of",
    "one",
    "the",
    "this",
    "to",
}
# A reader of a second language stumbles over "whoever"; the others guess who a person is.
UNCLEAR = re.compile(r"\b(?:whoever|whomever|he|him|his|himself)\b", re.IGNORECASE)
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def words(text: str) -> set[str]:
    """The words of a sentence or a name, in the singular, without articles."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", text)
    return {part.lower().removesuffix("s") for part in parts} - EMPTY


def named(tree: ast.Module) -> Iterator[tuple[Named, str]]:
    """Each function and class, with the name of the class around it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.Module):
            around = getattr(node, "name", "")
            yield from ((part, around) for part in node.body if isinstance(part, Named))


def undocumented(source: str) -> list[str]:
    """Public functions and classes of a module that say nothing of themselves."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, Named)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def repeated(source: str) -> list[str]:
    """Functions and classes whose docstring has no word beyond their name."""
    return [
        node.name
        for node, around in named(ast.parse(source))
        if (text := ast.get_docstring(node))
        and "`" not in text
        and words(text) <= words(f"{node.name} {around}")
    ]


def needs_docstrings(path: Path) -> bool:
    """Whether a file lies in a room whose public parts explain themselves."""
    place = path.relative_to(ROOT)
    is_room = bool(ROOMS & {*place.parts, place.stem})
    return is_room and "tests" not in place.parts and place.name != "apps.py"


def test_public_parts_of_the_lower_rooms_explain_themselves() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in filter(needs_docstrings, tracked(".py"))
        if (names := undocumented(path.read_text()))
    }
    assert found == {}


def test_no_docstring_repeats_a_name() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in tracked(".py")
        if (names := repeated(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "is_caught"),
    [
        ('def give_role():\n    """Give a role."""\n', True),
        (
            'class JobList:\n    def rows(self):\n        """The rows of the job list."""\n',
            True,
        ),
        ('def give_role():\n    """Give a role; twice is once."""\n', False),
        ("def give_role():\n    pass\n", False),
    ],
)
def test_a_planted_repetition_is_caught(source: str, is_caught: bool) -> None:
    assert bool(repeated(source)) is is_caught


def test_a_planted_silent_verb_is_caught() -> None:
    assert undocumented("def give_role():\n    pass\n\n\ndef _row():\n    pass\n") == [
        "give_role"
    ]


def unclear(source: str) -> list[str]:
    """The words of comments and docstrings that name nobody, or a man."""
    return [found for text in comments(source) for found in UNCLEAR.findall(text)]


def test_comments_name_their_subject() -> None:
    found = {
        str(path.relative_to(ROOT)): words
        for path in tracked(".py")
        if path != Path(__file__) and (words := unclear(path.read_text()))
    }
    assert found == {}


def test_pages_name_their_subject() -> None:
    found = {
        str(path.relative_to(ROOT)): words
        for path in tracked(".md")
        if "vendor" not in path.parts and (words := UNCLEAR.findall(path.read_text()))
    }
    assert found == {}


def test_a_planted_whoever_is_caught() -> None:
    assert unclear('"""Lets go of whoever is slow."""  # he waits\n') == [
        "he",
        "whoever",
    ]
