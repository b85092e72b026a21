"""A reference in a comment, docstring or page leads to something in this repository.

Gate: every ``*.md`` name, its anchor, ``docs/decisions/NNNN``, id of an attack, fault or invariant, and
every test named in docs/threats.md and docs/security.md must exist, as must files that a page names;
names of pages that lie elsewhere are refused.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.test_sizes import ROOT, tracked

THREATS = ROOT / "docs" / "threats.md"
FINDINGS = ROOT / "docs" / "security.md"
# Files whose comments are read as text, beside Python.
PLAIN = (".md", ".toml", ".yaml", ".yml", ".html", ".js", ".css", ".txt", ".conf")
# Pages that once were the specification: nobody who has this repository can read them.
OUTSIDE = re.compile(
    r"legacy-(?:api|screens)|security-and-faults|libraries\.md|(?<![\w-])decisions\.md"
    r"|attacks? [TA]S?\d|faults? F\d|\bbugs? (?:register )?\d|G-[A-Z]+-\d|\([A-E]\.\d|\bappendix [A-Z]\b",
    re.IGNORECASE,
)
PAGE = re.compile(r"(?<![\w/:.-])([\w./-]+\.md)\b(?:#([\w-]+))?")
DECISION = re.compile(r"docs/decisions/(\d{4})[\w-]*")
NUMBER = re.compile(r"(?<![\w}])(?:T\d\d[a-c]?|F\d\d|INV-\d+)\b")
# Findings of docs/security.md; in Python only, where S3 is a row of it as well.
FINDING = re.compile(r"(?<![\w-])[SL]\d\d?\b")
SOURCE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|js|html|css|yaml|toml))`")
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
ROW = re.compile(r'^\| <a id="([\w-]+)"></a>.*$', re.MULTILINE)


def comments(source: str) -> Iterator[str]:
    """The comments and docstrings of a Python file."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented):
            yield ast.get_docstring(node, clean=False) or ""


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    bare = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return bare.replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    """Headings and ``<a id>`` of a page."""
    text = page.read_text()
    headings = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return frozenset(map(slug, headings)) | set(re.findall(r'<a id="([\w-]+)">', text))


def dead_ends(text: str, place: Path) -> Iterator[str]:
    """References of a text in a file at ``place`` that lead nowhere."""
    yield from (found[0] for found in OUTSIDE.finditer(text))
    for name, anchor in PAGE.findall(text):
        page = next(
            (p for p in (ROOT / name, place.parent / name) if p.is_file()), None
        )
        if page is None or (anchor and anchor not in anchors(page)):
            yield f"{name}#{anchor}"
    for number in DECISION.findall(text):
        if not list((ROOT / "docs" / "decisions").glob(f"{number}-*.md")):
            yield f"docs/decisions/{number}"
    for number in NUMBER.findall(text):
        if number.lower() not in anchors(THREATS):
            yield number
    if place.suffix == ".py":
        rows = FINDINGS.read_text()
        yield from (each for each in FINDING.findall(text) if f"| {each} " not in rows)


def said(path: Path) -> str:
    """What a file says to its reader."""
    text = path.read_text(errors="replace")
    return "\n".join(comments(text)) if path.suffix == ".py" else text


def is_ours(path: Path) -> bool:
    """Not somebody else's file, and not this one, which names what it refuses."""
    return "vendor" not in path.parts and path != Path(__file__)


@pytest.mark.parametrize("ending", [".py", *PLAIN])
def test_every_reference_leads_somewhere(ending: str) -> None:
    found = {
        str(path.relative_to(ROOT)): ends
        for path in filter(is_ours, tracked(ending))
        if (ends := list(dead_ends(said(path), path)))
    }
    assert found == {}


def missing_sources(text: str) -> list[str]:
    """Files that a page names in backticks and that are neither here nor below ``templates``."""
    places = (ROOT, ROOT / "templates")
    return [
        name
        for name in SOURCE.findall(text)
        if not any((place / name).is_file() for place in places)
    ]


def test_every_file_that_a_page_names_exists() -> None:
    # The changelog speaks of its day.
    found = {
        path.name: missing
        for path in filter(is_ours, tracked(".md"))
        if path.name != "CHANGELOG.md"
        and (missing := missing_sources(path.read_text()))
    }
    assert found == {}
    assert missing_sources("`core/nowhere.py` `layouts/list.html`") == [
        "core/nowhere.py"
    ]


def missing_tests(text: str) -> list[str]:
    """Tests that a page names and that are not there."""
    return [
        f"{file}::{name}"
        for file, name in TEST.findall(text)
        if not (ROOT / file).is_file()
        or not re.search(
            rf"^\s*(?:async )?def {name}\(", (ROOT / file).read_text(), re.M
        )
    ]


def test_every_test_that_proves_a_defence_exists() -> None:
    assert missing_tests(THREATS.read_text()) == []


def test_every_finding_names_tests_that_exist() -> None:
    text = FINDINGS.read_text()
    assert missing_tests(text) == []
    rows = dict(re.findall(r"^\| ([SL]\d+) (.*)$", text, re.MULTILINE))
    ids = [f"S{one}" for one in range(1, 18)] + [f"L{one}" for one in range(1, 23)]
    assert sorted(rows) == sorted(ids)
    assert [name for name, row in rows.items() if not TEST.search(row)] == []


def test_every_threat_names_its_test() -> None:
    rows = list(ROW.finditer(THREATS.read_text()))
    unproven = [row[1] for row in rows if not TEST.search(row[0])]
    # A kill point is no threat of its own: one run goes through all of them.
    assert [name for name in unproven if not re.fullmatch(r"k\d+", name)] == []
    assert len(rows) > 100


@pytest.mark.parametrize(
    "text",
    [
        "as decisions.md 3.8 says",
        "the rows of legacy-api 5.2",
        "a bomb (attack T39)",
        "a full disk (fault F48)",
        "see bug 14",
        "docs/nowhere.md",
        "docs/contract.md#no-such-rule",
        "docs/decisions/9999",
        "INV-99 holds",
        "T98 is met",
        "(L99)",
        "the seeds (D.3)",
        "bodies of appendix B",
    ],
)
def test_a_planted_dead_end_is_seen(text: str) -> None:
    assert list(dead_ends(text, ROOT / "planted.py")) != []


@pytest.mark.parametrize(
    "text",
    [
        "docs/contract.md#writing",
        "docs/threats.md#t39, docs/decisions/0002-upstreams.md",
        "T39 and INV-9 of the list, and L5",
        "RFC 9110; docs/api.md.",
    ],
)
def test_what_leads_somewhere_is_left_alone(text: str) -> None:
    assert list(dead_ends(text, ROOT / "planted.py")) == []


def test_a_planted_name_of_a_test_is_missed() -> None:
    here = "tests/architecture/test_references.py"
    assert missing_tests(f"`{here}::test_nothing` `no/file.py::test_it`") == [
        f"{here}::test_nothing",
        "no/file.py::test_it",
    ]
