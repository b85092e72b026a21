"""Footnotes, endnotes and comments of a Word document: read where they are referred to."""

from typing import TYPE_CHECKING, Any

from core.documents.readers.packages import Package, children, value

if TYPE_CHECKING:
    from core.documents.readers.word import Walk

# Lines between text and notes, not notes.
RULES = {"separator", "continuationSeparator", "continuationNotice"}
KINDS = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


class Notes:
    """The notes of a document by their ids, and which of them wait for the end of their page."""

    def __init__(self, package: Package, name: str) -> None:
        self._package, self._name = package, name
        self._relations: dict[str, str] | None = None
        self._found: dict[str, dict[str, Any]] = {}
        self._waiting: list[tuple[str, Any, str]] = []
        self._numbers = {"footnote": 0, "endnote": 0}
        self._told: set[str] = set()
        self._read: set[str] = set()
        # The first page of the section that is being read.
        self.section_page = 0

    def is_new(self, part: str) -> bool:
        """Whether a header or footer was not read yet; several sections share one."""
        is_new = part not in self._read
        self._read.add(part)
        return is_new

    def _rows(self, kind: str) -> dict[str, Any]:
        """The notes of a kind by their ids."""
        if kind not in self._found:
            rows: dict[str, Any] = {}
            for part in self._package.related(self._name, f"{kind}s"):
                root = self._package.root(part)
                for row in children(root, kind):
                    row.set("part", part)
                    rows[value(row, "id")] = row
            self._found[kind] = rows
        return self._found[kind]

    def refer(self, reference: Any, name: str) -> str:
        """The number of a note where it stands in the text; the note follows at the end of the page."""
        kind = KINDS[name]
        row = self._rows(kind).get(value(reference, "id"))
        if row is None or value(row, "type") in RULES:
            return ""
        self._numbers[kind] += 1
        number = f"[{self._numbers[kind]}]"
        self._waiting.append((number, row, row.get("part")))
        return f" {number} "

    def waiting(self, walk: "Walk") -> list[str]:
        """The notes that were referred to since the last time."""
        lines, waiting = [], self._waiting
        self._waiting = []
        for number, row, part in waiting:
            lines.append(f"{number} {walk.inner(row, part).strip()}")
        return lines

    def comment(self, key: str, walk: "Walk") -> list[str]:
        """A comment, with the name of who wrote it."""
        row = self._rows("comment").get(key)
        if row is None or key in self._told:
            return []
        self._told.add(key)
        text = walk.inner(row, row.get("part")).strip()
        return [labelled(value(row, "author"), text)] if text else []

    def comments_left(self) -> list[str]:
        """Comments that nothing in the text refers to are not shown by Word either."""
        return []


def labelled(author: str, text: str) -> str:
    """A remark that is no text of the document itself, marked as one."""
    return f"[{author.strip() or '?'}: {text}]"
