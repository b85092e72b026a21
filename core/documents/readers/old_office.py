"""Word and PowerPoint files of the old kind, and rich text: their words, read by kept libraries.

What these libraries leave out is in docs/dependencies.md#old-kinds; the document's page says that an
old kind is read in its words only.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from core.documents.model import ReadError
from core.documents.output import ReaderOutput

# Of rich text: a cell ends as a tab would, and a row as a paragraph.
CELL, ROW = re.compile(r"\\cell(?![a-z]) ?"), re.compile(r"\\row(?![a-z]) ?")
# The end of a row comes as two ends of cells.
ROW_END = re.compile(r"\t\t")
MOST_RTF = 40 << 20
HEAD = re.compile(r"\{\\(?:header|footer)[lrf]?(?![a-z])")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
CODE_PAGE = re.compile(r"\\ansicpg\d{1,5}")
LONGEST_HEAD, MOST_HEADS = 100_000, 40
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over the words: a presentation's slides and a document as one page each."""
    text = _rich_text(path) if extension == "rtf" else _office(path)
    if extension == "doc":
        text = ROW_END.sub("\n", text)
    output.note("old")
    pages = text.split("\f")
    total = output.count(len(pages))
    for number, page in enumerate(pages[:total], 1):
        if output.is_full(number, total):
            return
        output.put(number, total, CONTROLS.sub(" ", page))


def _office(path: Path) -> str:
    import office_oxide

    try:
        return str(office_oxide.Document.open(str(path)).plain_text())
    except office_oxide.OfficeOxideError as error:
        is_locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise ReadError("encrypted" if is_locked else "broken") from None


def _rich_text(path: Path) -> str:
    if path.stat().st_size > MOST_RTF:
        raise ReadError("too_large")
    source = path.read_bytes().decode("latin-1")
    source = ROW.sub(r"\\par ", CELL.sub(r"\\tab ", source))
    heads = dict.fromkeys(_heads(source))
    return "\n".join(filter(None, [*heads, _words_of_rtf(source)]))


def _words_of_rtf(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]


def _heads(source: str) -> Iterator[str]:
    """Heads and feet of pages, which the library leaves out: each is a group of its own."""
    page = CODE_PAGE.search(source, 0, 4_000)
    for found in islice(HEAD.finditer(source), MOST_HEADS):
        inside = _group(source, found.end())
        text = _words_of_rtf(f"{{\\rtf1\\ansi{page.group() if page else ''} {inside}}}")
        yield text.strip()


def _group(source: str, start: int) -> str:
    """From here to the end of the group."""
    depth = 1
    for brace in BRACE.finditer(source, start, start + LONGEST_HEAD):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if not depth:
            return source[start : brace.start()]
    return ""
