"""Turns checked lines into the Markdown of an answer, with numbered sources at its end."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aianalyzer.policies.answer_lines import AnswerLine
from aianalyzer.policies.citations import Citation, PageIndex, checked

SPECIAL = re.compile(r"([\\`*_{}\[\]#|!>])")
LEADING = re.compile(r"^(\d{1,9})([.)])(?=\s)|^([-+])(?=\s)")
SOURCE = re.compile(r"^\[\^\d+\]: .*$", re.MULTILINE)
NOTE = re.compile(r"\[\^(\d+)\]")
FACTS = re.compile(r"\A## [^\n]+\n\n(?:- \*\*[^\n]*(?:\n|\Z))+\n?")
MARKS = re.compile(r"\*\*|__|`|\\(?=[^\w\s])")
BULLET = re.compile(r"^(?:[-*+]|\d{1,3}[.)])\s+")
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
    _panels: set[str] = field(default_factory=set)
    _kind: str = ""
    _follows: bool = False

    def add(self, line: AnswerLine) -> None:
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

    def _add_fact(self, line: AnswerLine, number: int) -> None:
        name = self.words.get(line.name, line.name or self.words["other"])
        is_same = bool(self.facts) and self.facts[-1]["kind"] == line.name
        self.facts.append({"kind": line.name, "value": line.text, "cite": number})
        if line.panel:
            self.facts[-1]["panel"] = line.panel
        self._panels.add(line.text if line.name == "panel" else line.panel)
        whose = f" ({plain(line.panel)})" if line.panel and self._has_panels else ""
        value = f"{plain(line.text)}{whose} [^{number}]"
        if is_same and self._follows:
            self.parts[-1] = f"{self.parts[-1].rstrip()}; {value}\n"
        else:
            self.parts.append(f"- **{plain(name)}**: {value}\n")
        self._follows = True

    @property
    def _has_panels(self) -> bool:
        """Whether there is more than one, so that each value says whose it is."""
        return len(self._panels - {""}) > 1

    def _cite(self, line: AnswerLine) -> int:
        self.citations.append(checked(self.pages, line.page, line.quote))
        return len(self.citations)

    @property
    def body(self) -> str:
        """The answer as far as it has come, without its sources."""
        return "".join(self.parts)


def plain(text: str) -> str:
    """Text that Markdown shows as it stands: nothing in it is markup (docs/threats.md#t57)."""
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


def without_facts(body: str) -> str:
    """The answer without the list of facts that it begins with."""
    return FACTS.sub("", body, count=1)


def word_count(content: str) -> int:
    """Number of words in an answer, without sources, references and marks of Markdown."""
    return len(WORD.findall(NOTE.sub(" ", body_of(content))))


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a free answer; ``last`` is its last line, where its reference goes."""

    last: int
    text: str


def annotated(
    markdown: str, sources: Iterable[tuple[int, str] | None], before: int = 0
) -> tuple[str, list[Citation]]:
    """A free answer with a reference after each of its ``statements``.

    ``sources`` are those of the statements in their order, None where the document does not say it;
    ``before``: references that the answer has already.
    """
    citations: list[Citation] = []
    lines = markdown.splitlines()
    for statement, source in zip(statements(markdown), sources, strict=True):
        page, quote = source or (0, bare(statement.text))
        state = "found" if source else "missing"
        citations.append(Citation(page, " ".join(quote.split())[:400], state))
        place = statement.last
        lines[place] = _referenced(lines[place], before + len(citations))
    return "\n".join(lines), citations


def statements(markdown: str) -> list[Statement]:
    """Lines with a statement: no heading, no frame or head of a table, no question."""
    lines = markdown.splitlines()
    heads = {place - 1 for place, line in enumerate(lines) if is_rule(line)}
    found: list[Statement] = []
    for place, line in enumerate(lines):
        if place in heads:
            continue
        before = found[-1] if found and found[-1].last == place - 1 else None
        if before and goes_on(lines[place - 1], line):
            found[-1] = Statement(place, f"{before.text}\n{line.strip()}")
        elif says_something(line):
            found.append(Statement(place, line))
    return [each for each in found if not each.text.rstrip().endswith("?")]


def goes_on(before: str, line: str) -> bool:
    """Whether a line continues the sentence of the line before: broken to fit the width."""
    text = line.strip()
    is_new = (
        not text or BULLET.match(text) or text.startswith(("#", "|", "`", "-", "="))
    )
    is_over = before.rstrip().endswith((".", "!", "?", ":", ";", "|", "  "))
    return not is_new and not is_over and (text[0].islower() or line.startswith("  "))


def is_rule(line: str) -> bool:
    """The line below the head of a table."""
    text = line.strip()
    return "|" in text and "-" in text and set(text) <= set("|:- ")


def bare(line: str) -> str:
    """A line of Markdown without its marks."""
    text = MARKS.sub("", line.strip())
    return " ".join(BULLET.sub("", text).replace("|", " ").split())


def _referenced(line: str, number: int) -> str:
    """The reference goes inside the last cell of a table's row."""
    bare = line.rstrip()
    if bare.startswith("|") and bare.endswith("|"):
        return f"{bare[:-1].rstrip()} [^{number}] |"
    return f"{bare} [^{number}]"


def says_something(line: str) -> bool:
    """Whether a line by itself is a statement."""
    text = line.strip()
    is_frame = is_rule(text) or text.startswith(("#", "```", "---", "==="))
    return not is_frame and not text.endswith("?") and len(WORD.findall(text)) > 2
