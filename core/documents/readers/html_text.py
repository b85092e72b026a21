"""The words of a page of HTML as a mail program shows them."""

from typing import Any

from lxml import etree, html

SILENT = {"script", "style", "head", "title", "template", "noscript"}
LINES = {
    "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol",
    "blockquote", "pre", "section", "article", "header", "footer", "dt", "dd", "hr",
}  # fmt: skip
DEEPEST = 200


def text_of_html(source: str) -> str:
    """Words with what parts them: lines for blocks, tabs for cells."""
    if not source.strip():
        return ""
    try:
        root = html.document_fromstring(
            source.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _walk(root, pieces, 0)
    lines = (" ".join(part.split(" ")) for part in "".join(pieces).split("\n"))
    kept = [" ".join(line.split("\xa0")).strip() for line in lines]
    return "\n".join(line for line in kept if line)


def _walk(element: Any, pieces: list[str], depth: int) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag and tag not in SILENT and depth < DEEPEST and not _is_hidden(element):
        if tag in LINES or tag == "br":
            pieces.append("\n")
        elif tag in {"td", "th"}:
            pieces.append("\t")
        pieces.append(_spaced(element.text))
        for child in element:
            _walk(child, pieces, depth + 1)
        if tag in LINES:
            pieces.append("\n")
    if depth:
        pieces.append(_spaced(element.tail))


def _spaced(text: str | None) -> str:
    """White space as HTML shows it: one space."""
    if not text:
        return ""
    inner = " ".join(text.split())
    return (
        f"{' ' * text[0].isspace()}{inner}{' ' * text[-1].isspace()}" if inner else " "
    )


def _is_hidden(element: Any) -> bool:
    style = "".join((element.get("style") or "").split()).lower()
    return "display:none" in style
