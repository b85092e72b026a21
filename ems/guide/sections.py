"""The sections of the guide, in order, and which page each helps with."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import markdown
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop

from ems.guide.diagrams import with_pictures

TEXTS = Path(__file__).parent / "texts"
EXTENSIONS = ("tables", "fenced_code", "sane_lists", "toc")
PICTURE = re.compile(r'src="guide:([\w-]+)"')


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter. prefixes: the pages that it helps with begin like this."""

    slug: str
    title: str
    icon: str
    prefixes: tuple[str, ...]


SECTIONS = (
    Section("login", gettext_noop("Log in"), "lock", ("/accounts/",)),
    Section(
        "home",
        gettext_noop("Home and dashboard"),
        "home",
        ("/inbox/", "/search/", "/figures/"),
    ),
    Section("changes", gettext_noop("ECN and CCN"), "changes", ("/changes/",)),
    Section("bom", gettext_noop("BOM approval"), "bom", ("/bom/",)),
    Section("activities", gettext_noop("Activities"), "activities", ("/activities/",)),
    Section("documents", gettext_noop("Documents"), "documents", ("/documents/",)),
    Section(
        "notifications", gettext_noop("Notifications"), "bell", ("/notifications/",)
    ),
    Section("reports", gettext_noop("Reports and Excel"), "reports", ("/reports/",)),
    Section("analyzer", gettext_noop("AI analyzer"), "analyzer", ("/analyzer/",)),
    Section(
        "integration",
        gettext_noop("Integration and API"),
        "link",
        ("/api/docs",),
    ),
    Section(
        "switch",
        gettext_noop("From the old system, and machines"),
        "download",
        ("/setup/switch/", "/setup/service-accounts/"),
    ),
    Section(
        "running", gettext_noop("Setup and running it"), "setup", ("/setup/", "/admin/")
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def section_for(path: str) -> Section:
    """The chapter about a page; the one about the home page when none is nearer."""
    return next(
        (each for each in SECTIONS if path.startswith(each.prefixes)),
        BY_SLUG["home"],
    )


@lru_cache(maxsize=64)
def text_of(slug: str, language: str) -> SafeString:
    """A chapter as HTML. The texts are files of ours: nothing that anybody typed is in them."""
    source = (TEXTS / language / f"{slug}.md").read_text(encoding="utf-8")
    html = markdown.markdown(with_pictures(source), extensions=list(EXTENSIONS))
    # A long line is scrolled to by the keyboard, too.
    html = html.replace("<pre>", '<pre tabindex="0">')
    return mark_safe(PICTURE.sub(lambda found: _picture(found[1], language), html))  # noqa: S308


def _picture(name: str, language: str) -> str:
    address = static(f"img/guide/{name}-{language}.jpg")
    return f'src="{address}" loading="lazy" width="1280" height="800"'
