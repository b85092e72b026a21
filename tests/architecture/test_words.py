"""The Indonesian catalogue is whole, fresh and compiled: a bare machine has no msgfmt.

English has none: the texts in the source are what its readers see, and ngettext knows its plural.
"""

import ast
import re
from collections.abc import Iterator

import polib

from tests.architecture.test_sizes import ROOT, tracked

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
TRANSLATE = re.compile(r"""{% translate (?:"([^"]+)"|'([^']+)')""")
CATALOGUE = ROOT / "locale/id/LC_MESSAGES/django.po"


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


def test_every_text_is_in_the_catalogue() -> None:
    entries = polib.pofile(str(CATALOGUE))
    known = {entry.msgid.replace("%%", "%") for entry in entries}
    assert sorted({word.replace("%%", "%") for word in all_words()} - known) == []


def test_nothing_is_left_untranslated_or_doubtful() -> None:
    entries = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in entries if not entry.translated()] == []


def test_the_compiled_catalogue_says_the_same() -> None:
    source = polib.pofile(str(CATALOGUE))
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in source} == {
        entry.msgid: entry.msgstr for entry in compiled
    }


def test_a_planted_text_is_missed() -> None:
    assert set(words_of_python('x = _("Nobody has translated this")')) - {
        entry.msgid for entry in polib.pofile(str(CATALOGUE))
    } == {"Nobody has translated this"}
    assert list(
        words_of_template("""{% translate 'One' %}{% translate "Two" %}""")
    ) == ["One", "Two"]
