"""Sizes of functions, files and templates, with planted faults: a file is read in one sitting."""

import ast
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FUNCTION, MEDIAN_FUNCTION, MAX_FILE, MAX_TEMPLATE = 50, 8, 400, 120
Function = tuple[str, int]


def tracked(ending: str) -> list[Path]:
    """Files of the repository, without migrations."""
    command = [
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        f"*{ending}",
    ]
    names = subprocess.run(  # noqa: S603
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [
        ROOT / name
        for name in names
        if "/migrations/" not in name and (ROOT / name).exists()
    ]


def functions(source: str) -> Iterator[Function]:
    """Name and length of each function, decorators left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(source: str) -> list[Function]:
    """The functions over the limit."""
    return [each for each in functions(source) if each[1] > MAX_FUNCTION]


def test_no_function_is_longer_than_fifty_lines() -> None:
    found = {
        path.relative_to(ROOT): too_long(path.read_text()) for path in tracked(".py")
    }
    assert {path: long for path, long in found.items() if long} == {}


def test_the_median_function_has_at_most_eight_lines() -> None:
    code = [path for path in tracked(".py") if "tests" not in path.parts]
    lengths = [length for path in code for _name, length in functions(path.read_text())]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def lines_over(ending: str, limit: int) -> dict[str, int]:
    """Files with more lines than allowed."""
    counts = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in tracked(ending)
    }
    return {name: count for name, count in counts.items() if count > limit}


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    assert lines_over(".py", MAX_FILE) == {}


def test_no_template_is_longer_than_a_hundred_and_twenty_lines() -> None:
    assert lines_over(".html", MAX_TEMPLATE) == {}


@pytest.mark.parametrize(("length", "is_caught"), [(50, False), (51, True)])
def test_a_planted_long_function_is_caught(length: int, is_caught: bool) -> None:
    source = "def planted():\n" + "    x = 1\n" * (length - 1)
    assert bool(too_long(source)) is is_caught


def test_no_two_python_files_share_a_forbidden_name() -> None:
    forbidden = {"utils.py", "helpers.py", "constants.py", "managers.py"}
    assert [path for path in tracked(".py") if path.name in forbidden] == []


def test_no_path_of_a_machine_and_no_registry_host_is_named() -> None:
    words = ("/work/", "/root/", "pypi.org", "files.pythonhosted", "registry.npmjs")
    texts = {
        path: path.read_text(errors="replace")
        for ending in (".py", ".md", ".yaml", ".toml", ".html")
        for path in tracked(ending)
    }
    own = Path(__file__)
    found = [
        (path.name, word)
        for path, text in texts.items()
        for word in words
        if word in text and path != own
    ]
    assert found == []
