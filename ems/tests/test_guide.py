"""The guide: whole in both languages, with its pictures, its diagrams and the way to it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from ems.guide.diagrams import BLOCK, THEMES, file_name, in_words
from ems.guide.sections import BY_SLUG, SECTIONS, TEXTS, section_for, text_of
from tests.people import Cast

pytestmark = pytest.mark.django_db
LANGUAGES = ("id", "en")
FOLDER = Path(settings.BASE_DIR) / "static" / "img" / "guide"


def source(slug: str, language: str) -> str:
    """A chapter as it was written."""
    return (TEXTS / language / f"{slug}.md").read_text(encoding="utf-8")


def parts(text: str) -> list[str]:
    """What both languages must have alike: headings, pictures, diagrams."""
    lines = [line for line in text.split("\n") if re.match(r"#|!\[|```", line)]
    return [re.sub(r"(#+).*|!\[.*?\]", r"\1", line) for line in lines]


@pytest.mark.parametrize("slug", BY_SLUG)
def test_both_languages_say_the_same_things(slug: str) -> None:
    assert parts(source(slug, "id")) == parts(source(slug, "en"))
    assert "```mermaid" in source(slug, "id") or slug == "home"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over(language: str) -> None:
    assert {path.stem for path in (TEXTS / language).glob("*.md")} == set(BY_SLUG)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_picture_is_there(slug: str, language: str) -> None:
    names = re.findall(r"\(guide:([\w-]+)\)", source(slug, language))
    missing = [
        name for name in names if not (FOLDER / f"{name}-{language}.jpg").exists()
    ]
    assert missing == []


def test_no_picture_is_left_over() -> None:
    named = {
        f"{name}-{language}.jpg"
        for language in LANGUAGES
        for slug in BY_SLUG
        for name in re.findall(r"\(guide:([\w-]+)\)", source(slug, language))
    }
    assert {path.name for path in FOLDER.glob("*.jpg")} == named


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_chapter_is_shown(cast: Cast, slug: str, language: str) -> None:
    browser = cast.browser("agus")
    browser.cookies["django_language"] = language
    answer = browser.get(f"/help/{slug}/")
    assert answer.status_code == 200
    assert text_of(slug, language) in answer.content.decode()
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


def blocks() -> list[str]:
    """The text of every diagram, in both languages."""
    return [
        block[1]
        for language in LANGUAGES
        for slug in BY_SLUG
        for block in BLOCK.finditer(source(slug, language))
    ]


def test_every_diagram_is_drawn_and_none_is_left_over() -> None:
    """An edited text has another file: `python -m tests.journeys.diagrams` draws it."""
    wanted = {file_name(text, theme) for text in blocks() for theme in THEMES}
    assert len(wanted) == 44
    assert {path.name for path in (FOLDER / "diagrams").glob("*.svg")} == wanted


def test_each_arrow_of_a_diagram_is_in_its_words() -> None:
    for text in blocks():
        arrows = [line for line in text.splitlines() if re.search(r"->|\.->", line)]
        assert in_words(text).count("→") == len(arrows), text


def test_an_edited_diagram_is_missed() -> None:
    text = blocks()[0]
    assert (FOLDER / "diagrams" / file_name(text, "dark")).exists()
    assert not (FOLDER / "diagrams" / file_name(text + "  A --> Z\n", "dark")).exists()


def test_an_unknown_chapter_is_404(cast: Cast) -> None:
    assert cast.browser("agus").get("/help/nothing/").status_code == 404
    assert cast.browser("agus").get("/help/")["Location"] == "/help/home/"


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/changes/3/", "changes"),
        ("/", "home"),
        ("/setup/roles/", "setup"),
        ("/setup/switch/rows/7/", "switch"),
        ("/setup/service-accounts/new/", "switch"),
    ],
)
def test_every_page_leads_to_its_chapter(path: str, slug: str) -> None:
    found = section_for(path)
    assert found.slug == {"setup": "running"}.get(slug, slug)


def test_a_page_carries_the_link(cast: Cast) -> None:
    assert (
        'href="/help/changes/"'
        in cast.browser("agus").get("/changes/").content.decode()
    )


def test_the_guide_has_twelve_sections() -> None:
    assert len(SECTIONS) == 12
