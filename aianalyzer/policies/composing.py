"""Turns checked lines into the Markdown of an answer, with numbered sources at its end."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aianalyzer.policies.citations import Citation, PageIndex, checked
from aianalyzer.policies.lines import Line

SPECIAL = re.compile(r"([\\`*_{}\[\]#|!>])")
LEADING = re.compile(r"^(\d{1,9})([.)])(?=\s)|^([-+])(?=\s)")
SOURCE = re.compile(r"^\[\^\d+\]: .*$", re.MULTILINE)
NOTE = re.compile(r"\[\^(\d+)\]")
WORD = re.compile(r"[^\W_]+(?:[-'\u2019.,/][^\W_]+)*")
Words = Mapping[str, str]


@dataclass
class Composer:
    """Grows an answer. ``words`` are the headings and names in the language of the answer."""

    pages: Mapping[int, PageIndex]
    words: Words
    citations: list[Citation] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    _kind: str = ""
    _follows: bool = False

    def add(self, line: Line) -> None:
        """Take one more line in."""
        if line.kind != self._kind:
            self._kind, self._follows = line.kind, False
            gap = "\n" if self.parts else ""
            self.parts.append(f"{gap}## {self.words[line.kind]}\n\n")
        if line.kind == "question":
            text = self.words.get(f"ask_{line.name}", line.text)
            self.parts.append(f"- {plain(text)}\n")
            return
        number = self._cite(line)
        if line.kind == "fact":
            self._add_fact(line, number)
        else:
            self.parts.append(f"- {plain(line.text)} [^{number}]\n")

    def _add_fact(self, line: Line, number: int) -> None:
        name = self.words.get(line.name, line.name or self.words["other"])
        is_same = bool(self.facts) and self.facts[-1]["kind"] == line.name
        self.facts.append({"kind": line.name, "value": line.text, "cite": number})
        value = f"{plain(line.text)} [^{number}]"
        if is_same and self._follows:
            self.parts[-1] = f"{self.parts[-1].rstrip()}; {value}\n"
        else:
            self.parts.append(f"- **{plain(name)}**: {value}\n")
        self._follows = True

    def _cite(self, line: Line) -> int:
        self.citations.append(checked(self.pages, line.page, line.quote))
        return len(self.citations)

    @property
    def body(self) -> str:
        """The answer as far as it has come, without its sources."""
        return "".join(self.parts)


def plain(text: str) -> str:
    """Text that Markdown shows as it stands: nothing in it is markup (attack T57)."""
    escaped = SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
    return LEADING.sub(
        lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped
    )


def with_sources(body: str, citations: Sequence[Citation], words: Words) -> str:
    """The answer and its sources, as it is kept and sent out."""
    if not citations:
        return body.strip() + "\n"
    lines = [
        f"[^{number}]: {_source(each, words)}"
        for number, each in enumerate(citations, 1)
    ]
    return body.strip() + "\n\n" + "\n".join(lines) + "\n"


def _source(citation: Citation, words: Words) -> str:
    if citation.state == "none":
        return words["no_source"]
    place = words["page"] % citation.page if citation.page else words["no_page"]
    verdict = "" if citation.is_found else f" ({words['not_found']})"
    return f"{place}: “{plain(citation.quote)}”{verdict}"


def body_of(content: str) -> str:
    """The answer without the list of its sources."""
    return SOURCE.sub("", content).strip()


def word_count(content: str) -> int:
    """How many words an answer has: without sources, references and marks of Markdown."""
    return len(WORD.findall(NOTE.sub(" ", body_of(content))))


def annotated(
    markdown: str, sources: Iterable[tuple[int, str] | None]
) -> tuple[str, list[Citation]]:
    """A free answer with a reference after each line that says something; ``sources`` in the order
    of those lines, None where the document does not say it."""
    citations: list[Citation] = []
    found = iter(sources)
    lines = []
    for line in markdown.splitlines():
        if says_something(line):
            source = next(found)
            page, quote = source or (0, line.strip())
            state = "found" if source else "missing"
            citations.append(Citation(page, " ".join(quote.split())[:400], state))
            lines.append(_referenced(line, len(citations)))
        else:
            lines.append(line)
    return "\n".join(lines), citations


def _referenced(line: str, number: int) -> str:
    """The reference goes inside the last cell of a table's row."""
    bare = line.rstrip()
    if bare.startswith("|") and bare.endswith("|"):
        return f"{bare[:-1].rstrip()} [^{number}] |"
    return f"{bare} [^{number}]"


def says_something(line: str) -> bool:
    """Whether a line of Markdown is a statement: no heading, no rule, no head of a table."""
    bare = line.strip()
    is_frame = (
        not bare
        or bare.startswith(("#", "```", "---", "==="))
        or set(bare) <= set("|:- ")
    )
    return not is_frame and len(WORD.findall(bare)) > 2  # noqa: PLR2004
