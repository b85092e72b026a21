"""The catalogues are whole, fresh and compiled: a bare machine has no msgfmt."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from tests.architecture.test_sizes import ROOT, tracked

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
TRANSLATE = re.compile(r"""{% translate (?:"([^"]+)"|'([^']+)')""")
LANGUAGES = ("id", "en")


def catalogue(language: str) -> Path:
    """The words of a language."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def words_of_python(source: str) -> Iterator[str]:
    """Literal texts that go through gettext."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            if node.func.id in CALLS and isinstance(first, ast.Constant):
                yield str(first.value)


def words_of_template(source: str) -> Iterator[str]:
    """Texts of ``{% translate %}``."""
    for double, single in TRANSLATE.findall(source):
        yield double or single


def all_words() -> set[str]:
    """Every text of the product, tests and sandbox left out."""
    words: set[str] = set()
    for path in tracked(".py"):
        if not {"tests", "sandbox", "benchmarks"} & set(path.relative_to(ROOT).parts):
            words.update(words_of_python(path.read_text()))
    for path in tracked(".html"):
        words.update(words_of_template(path.read_text()))
    return words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue(language: str) -> None:
    entries = polib.pofile(str(catalogue(language)))
    known = {entry.msgid.replace("%%", "%") for entry in entries}
    assert sorted({word.replace("%%", "%") for word in all_words()} - known) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated_or_doubtful(language: str) -> None:
    entries = polib.pofile(str(catalogue(language)))
    assert [entry.msgid for entry in entries if not entry.translated()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_the_same(language: str) -> None:
    path = catalogue(language)
    source, compiled = (
        polib.pofile(str(path)),
        polib.mofile(str(path.with_suffix(".mo"))),
    )
    assert {entry.msgid: entry.msgstr for entry in source} == {
        entry.msgid: entry.msgstr for entry in compiled
    }


def test_a_planted_text_is_missed() -> None:
    assert set(words_of_python('x = _("Nobody has translated this")')) - {
        entry.msgid for entry in polib.pofile(str(catalogue("id")))
    } == {"Nobody has translated this"}
    assert list(
        words_of_template("""{% translate 'One' %}{% translate "Two" %}""")
    ) == ["One", "Two"]
