"""A template that posts a form is never included without its surroundings: its token would be empty."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDED = re.compile(r'{% include "([^"]+)"([^%]*)%}')


def posting(templates: dict[str, str]) -> set[str]:
    """Names of the templates that hold a token, themselves or by what they include."""
    found = {name for name, text in templates.items() if "{% csrf_token %}" in text}
    while more := {
        name
        for name, text in templates.items()
        if name not in found
        and any(each in found for each, _with in INCLUDED.findall(text))
    }:
        found |= more
    return found


def emptied(templates: dict[str, str]) -> list[str]:
    """Inclusions that leave the token behind."""
    held = posting(templates)
    return [
        f"{name}: {each}"
        for name, text in templates.items()
        for each, given in INCLUDED.findall(text)
        if each in held and given.rstrip().endswith(" only")
    ]


def test_no_form_is_included_without_its_token() -> None:
    folder = ROOT / "templates"
    templates = {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*.html")
    }
    assert len(posting(templates)) > 50
    assert emptied(templates) == []


def test_a_planted_one_would_be_seen() -> None:
    templates = {
        "a.html": "<form>{% csrf_token %}</form>",
        "b.html": '{% include "a.html" with x=1 %}',
        "c.html": '{% include "b.html" with x=1 only %}',
    }
    assert emptied(templates) == ["c.html: b.html"]
