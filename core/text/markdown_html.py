"""Markdown from models and strangers as HTML that can do nothing (docs/threats.md#t57).

Raw HTML in it is shown as text; of what Markdown makes, a small list of elements is left: no link, no
image, no attribute. The same for a file: nothing in it that a viewer would fetch or run.
"""

import re
from itertools import groupby
from xml.etree.ElementTree import Element

import markdown
import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown.blockprocessors import BlockProcessor

TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
EXTENSIONS = ("tables", "sane_lists")
LONGEST = 60_000  # characters; a second of work at worst
# Links and pictures would be thrown away anyway, and looking for them takes minutes in a text of
# ten thousand brackets.
UNREAD = (
    *("html", "link", "image_link", "image_reference", "reference", "short_reference"),
    *("short_image_ref", "autolink", "automail"),
)
# Deeper than any text of a person, and where the library begins to take for ever.
DEEPEST = 8
NESTED = re.compile(r"^([ \t]*(?:>[ \t]*){8})[> \t]*", re.MULTILINE)
INDENTED = re.compile(r"^[ \t]{24,}", re.MULTILINE)
RUNS = re.compile(r"([*_`\[\]()!<>|~#=-])\1{40,}")
# A heading or a rule, as the library knows them.
APART = re.compile(
    r"^(?:#(?:\\.|[^\\\n])*+|[ ]{0,3}(?:(?:-[ ]{0,2}){3,}+|(?:_[ ]{0,2}){3,}+|(?:\*[ ]{0,2}){3,}+)[ ]*)$",
    re.MULTILINE,
)
OUTWARD = re.compile(r"!\[|\]\(|\]\[|\]:")


def safe_markdown(text: str) -> SafeString:
    """The text as HTML; what is too long or beyond the library comes as plain paragraphs."""
    tamed, rest = _without_traps(text[:LONGEST]), text[LONGEST:]
    try:
        html = _reader().convert(tamed)
    except (RecursionError, ValueError, AttributeError, IndexError):
        html = linebreaks(tamed, autoescape=True)
    if rest:
        html += linebreaks(rest, autoescape=True)
    clean = nh3.clean(html, tags=TAGS, attributes={}, link_rel=None)
    return mark_safe(clean)  # noqa: S308  nh3 has cleaned it


def _reader() -> markdown.Markdown:
    """A reader that takes no HTML: what looks like it is text."""
    reader = markdown.Markdown(extensions=list(EXTENSIONS))
    reader.preprocessors.deregister("html_block")
    reader.parser.blockprocessors.deregister("setextheader")
    reader.parser.blockprocessors.deregister("reference")
    reader.parser.blockprocessors.register(LineByLine(reader.parser), "lines", 72)
    for name in UNREAD:
        reader.inlinePatterns.deregister(name)
    return reader


class LineByLine(BlockProcessor):
    """Sets headings and rules apart from their block, all at once.

    The library takes the first one out, and looks at all that follows anew for the next: a text of
    nothing else takes minutes. It comes after code and tables and before headings, so that nothing reads
    otherwise.
    """

    def test(self, parent: Element, block: str) -> bool:
        """Whether a heading or a rule has company."""
        return "\n" in block and APART.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Each of them a block, and what is between them."""
        lines = blocks.pop(0).split("\n")
        found = [
            piece
            for is_apart, group in groupby(lines, lambda line: bool(APART.match(line)))
            for piece in (group if is_apart else ["\n".join(group)])
        ]
        blocks[:0] = [piece for piece in found if piece.strip()]


def _without_traps(text: str) -> str:
    """Without runs of marks and depths that nobody writes, and that cost minutes to read."""
    text = RUNS.sub(lambda run: run.group(1) * 40, text.replace("\x00", ""))
    return INDENTED.sub(" " * 24, NESTED.sub(r"\1", text))


def neutralised(text: str) -> str:
    """Markdown for a file: HTML as text, and no link or image that a viewer would follow."""
    plain = text.replace("<", "&lt;")
    return OUTWARD.sub(lambda found: "\\" + found.group().replace("](", "]\\("), plain)
