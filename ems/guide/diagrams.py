"""Diagrams of the guide: a ``mermaid`` block in a text, an SVG file for each theme on the page.

``tests/journeys/diagrams.py`` draws the files. What a diagram shows is its alternative text, too.
"""

import hashlib
import re
from html import escape

from django.conf import settings
from django.templatetags.static import static

FOLDER = "img/guide/diagrams"
THEMES = ("light", "dark")
BLOCK = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
VIEW = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
# A[Label], C{Label}, D[(Label)]; "participant P as Label".
NODE = re.compile(r"\b([A-Z]+)(?:\[\(?|\{)([^\]})]+)")
ACTOR = re.compile(r"participant (\w+) as (.+)")
# A -->|label| B, A -. label .-> B; A->>B: label.
ARROW = re.compile(
    r"\b([A-Z]+)(?:[\[{][^\]}]*[\]}])?\s*(?:<?-->|-\. (.+?) \.->)(?:\|([^|]*)\|)?\s*([A-Z]+)\b"
)
MESSAGE = re.compile(r"(\w+)-?->>(\w+): (.+)")
NOTE = re.compile(r"Note over [\w,]+: (.+)")


def with_pictures(text: str) -> str:
    """The Markdown of a chapter with a picture in the place of each block."""
    return BLOCK.sub(lambda block: _pictures(block[1]), text)


def file_name(text: str, theme: str) -> str:
    """The file of a diagram: another text is another file."""
    return f"{hashlib.sha256(text.encode()).hexdigest()[:12]}-{theme}.svg"


def in_words(text: str) -> str:
    """The arrows of a diagram as sentences, for people who do not see it."""
    names = dict(NODE.findall(text)) | dict(ACTOR.findall(text))
    return ". ".join(
        said for line in text.splitlines() if (said := _sentence(line, names))
    )


def _sentence(line: str, names: dict[str, str]) -> str:
    if message := MESSAGE.search(line):
        start, end, label = message.groups()
    elif arrow := ARROW.search(line):
        start, end, label = arrow[1], arrow[4], arrow[2] or arrow[3] or ""
    else:
        note = NOTE.search(line)
        return note[1] if note else ""
    way = f"{names.get(start, start)} → {names.get(end, end)}"
    return f"{way}: {label}" if label else way


def _pictures(text: str) -> str:
    words = escape(in_words(text))
    size = _size(text)
    pictures = "".join(
        f'<img class="for-{theme}" src="{static(f"{FOLDER}/{file_name(text, theme)}")}"'
        f' alt="{words}" loading="lazy"{size}>'
        for theme in THEMES
    )
    return f'<div class="diagram">{pictures}</div>\n'


def _size(text: str) -> str:
    path = settings.BASE_DIR / "static" / FOLDER / file_name(text, THEMES[0])
    found = VIEW.search(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is None:
        return ""
    return f' width="{float(found[1]):.0f}" height="{float(found[2]):.0f}"'
