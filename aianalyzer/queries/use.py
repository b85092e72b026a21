"""What of an answer can be used in a form: fields, panels and lines, each to be chosen by a person."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.markdown_answer import (
    NOTE,
    bare,
    body_of,
    says_something,
    without_facts,
)
from aianalyzer.policies.sameness import identity
from aianalyzer.queries.sources import SourceText, reference, sources_of
from aianalyzer.queries.wording import fact_name
from core.integrations.crm import Inquiry
from core.text.written_dates import day_of

# Who orders, as papers name the line; other parties are offered as well.
ORDERS = re.compile(
    r"\s*(?:client|owner|customer|employer|pemilik|pelanggan|pemberi tugas|pengguna jasa|kepada|to)\s*:\s*",
    re.IGNORECASE,
)
ORDER_NUMBER = re.compile(
    r"\b(?:P\.?\s?O\.?|purchase order|SPK|surat pesanan)(?:\s?(?:no|nomor|number|nr)\b\.?)?\s{0,3}[:#]?\s{0,3}"
    r"(?P<number>(?=[\w./-]{0,30}\d)[A-Z0-9][\w./-]{3,40})",
    re.IGNORECASE,
)
DUE = re.compile(
    r"\b(?:paling lambat|selambat|penyerahan|pengiriman|deadline|deliver\w*|kirim|serah terima|due|before|sebelum|complet\w*|selesai)\b",
    re.IGNORECASE,
)
LOOKED_AT = (
    20_000  # characters of the document in which the number of the order is looked for
)
FIELDS = {
    "customer": gettext_noop("Customer"),
    "project_name": gettext_noop("Project"),
    "po_number": gettext_noop("PO number"),
    "deadline": gettext_noop("Deadline"),
}
PANEL_KINDS = ("quantity", "current", "short_circuit", "ip", "form")


@dataclass(frozen=True, slots=True)
class FieldOffer:
    """A field of the form and the values that the document gives for it; the first is proposed."""

    name: str
    label: str
    values: list[tuple[str, str]]
    is_proposed: bool


@dataclass(slots=True)
class PanelOffer:
    """A panel of the document: a row of tasks, if it is wanted."""

    name: str
    quantity: int = 1
    facts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LineOffer:
    """A line of the answer. ``key`` names it in the form; ``link`` leads to its source."""

    key: str
    kind: str
    text: str
    links: list[SafeString]
    is_checked: bool
    pages: list[int]

    @property
    def with_place(self) -> str:
        """The line as it is copied: with the pages that say it, or that nothing does."""
        if self.kind == "question":
            return self.text
        if not self.is_checked:
            unsaid = _("(source not found)")
            return f"{self.text} {unsaid}"
        pages = ", ".join(_("page %d") % page for page in dict.fromkeys(self.pages))
        return f"{self.text} ({pages})" if pages else self.text


@dataclass(frozen=True, slots=True)
class UseOffer:
    """Everything that can be chosen."""

    fields: list[FieldOffer]
    panels: list[PanelOffer]
    facts: list[LineOffer]
    points: list[LineOffer]
    questions: list[LineOffer]

    @property
    def lines(self) -> list[LineOffer]:
        """All lines, in their order."""
        return [*self.facts, *self.points, *self.questions]


def use_offer(generation: InquiryAiGeneration, inquiry: Inquiry | None) -> UseOffer:
    """Read the answer for the page on which a person chooses."""
    sources = {each.number: each for each in sources_of(generation)}
    facts = list(_facts(generation, sources))
    lines = list(_lines(generation, sources))
    return UseOffer(
        fields=_fields(generation, inquiry),
        panels=panels_of(generation),
        facts=facts,
        points=[each for each in lines if each.kind == "point"],
        questions=[each for each in lines if each.kind == "question"],
    )


def _facts(
    generation: InquiryAiGeneration, sources: dict[int, SourceText]
) -> Iterator[LineOffer]:
    for place, fact in enumerate(generation.facts):
        panel = f" {fact['panel']}" if fact.get("panel") else ""
        text = f"{fact_name(fact['kind'])}{panel}: {fact['value']}"
        yield _offer(generation, sources, f"f{place}", "fact", text, [fact["cite"]])


def _lines(
    generation: InquiryAiGeneration, sources: dict[int, SourceText]
) -> Iterator[LineOffer]:
    """The lines below the facts: those with a reference are statements, of the rest the bullets are questions."""
    body = body_of(generation.content)
    body = without_facts(body) if generation.facts else body
    for place, line in enumerate(body.splitlines()):
        cites = [int(number) for number in NOTE.findall(line)]
        text = unescaped(bare(NOTE.sub("", line)))
        is_question = not cites and line.lstrip().startswith(("-", "*"))
        is_said = bool(cites) or is_question or says_something(line)
        if text and is_said and not line.startswith("#"):
            kind = "question" if is_question else "point"
            yield _offer(generation, sources, f"l{place}", kind, text, cites)


def _offer(
    generation: InquiryAiGeneration,
    sources: dict[int, SourceText],
    key: str,
    kind: str,
    text: str,
    cites: Iterable[int],
) -> LineOffer:
    named = [sources[number] for number in cites if number in sources]
    return LineOffer(
        key=key,
        kind=kind,
        text=text,
        links=[reference(generation, each) for each in named],
        is_checked=bool(named) and all(each.is_found for each in named),
        pages=[each.page for each in named if each.is_found],
    )


ESCAPE = re.compile(r"\\([\\`*_{}\[\]#|!>().+-])")


def unescaped(text: str) -> str:
    """Without the marks that protect text from being read as Markdown."""
    return ESCAPE.sub(r"\1", text).replace("&lt;", "<").replace("&amp;", "&")


def panels_of(generation: InquiryAiGeneration) -> list[PanelOffer]:
    """The panels of the document, each with its number and what is said of it."""
    found: dict[str, PanelOffer] = {}
    for fact in generation.facts:
        name = fact["value"] if fact["kind"] == "panel" else fact.get("panel", "")
        if not name:
            continue
        panel = found.setdefault(identity(name), PanelOffer(name))
        if fact["kind"] == "quantity":
            panel.quantity = _count(fact["value"]) or panel.quantity
        if fact["kind"] in PANEL_KINDS:
            panel.facts.append(fact["value"])
    return list(found.values())


def _count(text: str) -> int:
    number = re.search(r"\d{1,3}", text)
    return int(number.group()) if number else 0


def _fields(
    generation: InquiryAiGeneration, inquiry: Inquiry | None
) -> list[FieldOffer]:
    found: dict[str, list[tuple[str, str]]] = {
        "customer": _same_words(_customers(generation, inquiry)),
        "project_name": _same_words(_projects(generation, inquiry)),
        "po_number": _same_words(_orders(generation)),
        "deadline": _deadlines(generation),
    }
    return [
        FieldOffer(name, _(label), found[name], _is_proposed(name, found[name]))
        for name, label in FIELDS.items()
        if found[name]
    ]


def _is_proposed(name: str, values: list[tuple[str, str]]) -> bool:
    """A deadline is proposed where the document calls it one; the others where there is one."""
    return name != "deadline" or DUE.search(values[0][1]) is not None


def _same_words(values: Iterable[str]) -> list[tuple[str, str]]:
    once = {identity(each): each for each in reversed([v.strip() for v in values])}
    return [(each, each) for each in reversed(once.values()) if each]


def _values(generation: InquiryAiGeneration, kind: str) -> list[str]:
    return [row["value"] for row in generation.facts if row["kind"] == kind]


def _customers(
    generation: InquiryAiGeneration, inquiry: Inquiry | None
) -> Iterator[str]:
    if inquiry and inquiry.account:
        yield inquiry.account.name
    parties = _values(generation, "party")
    parties.sort(key=lambda name: ORDERS.match(name) is None)
    for name in parties:
        yield name.partition(":")[2] if ":" in name else name


def _projects(
    generation: InquiryAiGeneration, inquiry: Inquiry | None
) -> Iterator[str]:
    if inquiry and inquiry.project:
        yield inquiry.project
    yield from _values(generation, "project")


def _orders(generation: InquiryAiGeneration) -> Iterator[str]:
    left = LOOKED_AT
    for text in generation.pages.values_list("text", flat=True)[:10]:
        for match in ORDER_NUMBER.finditer(text[:left]):
            yield match["number"].rstrip(".,-/")
        left -= len(text)
        if left <= 0:
            return


def _deadlines(generation: InquiryAiGeneration) -> list[tuple[str, str]]:
    """The dates of the document: those that are called a deadline first, the latest of them before others."""
    rows: list[tuple[bool, str, str]] = []
    for fact in generation.facts:
        day = day_of(fact["value"]) if fact["kind"] == "date" else None
        if day is None:
            continue
        cite = fact["cite"]
        is_cited = 0 < cite <= len(generation.citations)
        quote = generation.citations[cite - 1]["quote"] if is_cited else ""
        is_due = DUE.search(quote) is not None
        rows.append((is_due, day.isoformat(), f"{fact['value']} · {quote[:80]}"))
    rows.sort(reverse=True)
    return list({day: (day, words) for _due, day, words in reversed(rows)}.values())[
        ::-1
    ]
