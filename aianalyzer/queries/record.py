"""One analysis as its page shows it: the answer with its references, the source beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.permissions import may_steer
from aianalyzer.policies.citations import marked
from aianalyzer.policies.key_facts import key_facts
from aianalyzer.policies.markdown_answer import NOTE, body_of, without_facts
from aianalyzer.policies.sameness import identity
from aianalyzer.queries.fact_table import FactTable, fact_table
from aianalyzer.queries.paper import Paper, paper_of
from aianalyzer.queries.sources import SourceText, reference, sources_of
from aianalyzer.queries.wording import fact_name, failure_sentence
from core.accounts.models import User
from core.db.search import words_of
from core.ledger.history import Entry, entry_of, history_of
from core.text.markdown_html import safe_markdown

SIBLINGS = 12
LATEST = 200
TONES = {
    "queued": "wait",
    "running": "wait",
    "done": "ok",
    "failed": "no",
    "cancelled": "mute",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One page of the source; ``hit`` is the cited passage, between ``before`` and ``after``."""

    number: int
    before: str
    hit: str
    after: str
    is_ocr: bool
    previous: int | None
    following: int | None
    total: int
    paper: Paper


@dataclass(frozen=True, slots=True)
class Record:
    """Values of the page, and the actions that I may take."""

    generation: InquiryAiGeneration
    tone: str
    html: SafeString
    table: FactTable
    sources: list[SourceText]
    failure: str
    may_cancel: bool
    may_retry: bool
    siblings: list[InquiryAiGeneration]
    history: list[Entry]


def generation_record(generation: InquiryAiGeneration, user: User) -> Record:
    """Read it all; five queries."""
    may = may_steer(user, generation)
    sources = sources_of(generation)
    is_done = generation.state == generation.State.DONE
    table = fact_table(generation, sources) if is_done else FactTable((), (), ())
    return Record(
        generation=generation,
        tone=TONES[generation.state],
        html=answer_html(generation, sources, has_table=bool(table)),
        table=table,
        sources=sources,
        failure=failure_sentence(generation),
        may_cancel=may and generation.is_open,
        may_retry=may and generation.may_be_retried,
        siblings=list(siblings_of(generation)[:SIBLINGS]),
        history=history_of(generation, partial(entry_of, nobody=_("The worker"))),
    )


def answer_html(
    generation: InquiryAiGeneration,
    sources: list[SourceText],
    *,
    has_table: bool = False,
) -> SafeString:
    """The answer as HTML that can do nothing, its references as links to the source.

    Without its list of facts where these stand in a table.
    """
    body = body_of(generation.content)
    html = safe_markdown(without_facts(body) if has_table else body)
    by_number = {str(each.number): each for each in sources}

    def linked(found: re.Match[str]) -> str:
        source = by_number.get(found[1])
        return reference(generation, source) if source else ""

    return mark_safe(NOTE.sub(linked, html))  # noqa: S308  cleaned, and escaped below


def siblings_of(generation: InquiryAiGeneration) -> QuerySet[InquiryAiGeneration]:
    """Other answers about the same document or inquiry, newest first."""
    same = Q(sha256=generation.sha256) if generation.sha256 else Q(pk=None)
    if generation.ext_inquiry_id:
        same |= Q(ext_inquiry_id=generation.ext_inquiry_id)
    rows = InquiryAiGeneration.objects.done().filter(same).exclude(pk=generation.pk)
    return rows.defer("content", "facts", "citations").order_by("-pk")


def passage_of(
    generation: InquiryAiGeneration, page: int | None, cite: int | None
) -> Passage | None:
    """A page of the source, by number or as a citation names it; the first one otherwise."""
    sources = sources_of(generation)
    source = sources[cite - 1] if cite and 0 < cite <= len(sources) else None
    numbers = list(generation.pages.values_list("number", flat=True))
    if not numbers:
        return None
    wanted = source.page if source and source.page in numbers else page
    number = wanted if wanted in numbers else numbers[0]
    row = generation.pages.get(number=number)
    quote = source.quote if source and source.is_found else ""
    before, hit, after = marked(row.text, quote) if quote else (row.text, "", "")
    place = numbers.index(number)
    return Passage(
        number=number,
        before=before,
        hit=hit,
        after=after,
        is_ocr=row.is_ocr,
        previous=numbers[place - 1] if place else None,
        following=numbers[place + 1] if place + 1 < len(numbers) else None,
        total=len(numbers),
        paper=paper_of(generation, row, hit and quote),
    )


def named_facts(generation: InquiryAiGeneration) -> dict[str, list[str]]:
    """The values of each kind of fact under its name.

    An answer in free words has no facts of its own: the rules read them out of what it says.
    """
    found: dict[str, list[str]] = {}
    for kind, value, _panel in _facts_of(generation):
        found.setdefault(fact_name(kind), []).append(value)
    return found


def _facts_of(generation: InquiryAiGeneration) -> list[tuple[str, str, str]]:
    """Kind, value and panel of each fact."""
    if generation.facts:
        rows = generation.facts
        return [(row["kind"], row["value"], row.get("panel", "")) for row in rows]
    read = key_facts({1: body_of(generation.content)})
    return [(fact.kind, fact.value, fact.panel) for fact in read]


@dataclass(frozen=True, slots=True)
class FactPair:
    """One kind of fact of one panel in two answers."""

    name: str
    left: list[str]
    right: list[str]
    panel: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return {identity(each) for each in self.left} == {
            identity(each) for each in self.right
        }


def fact_pairs(left: InquiryAiGeneration, right: InquiryAiGeneration) -> list[FactPair]:
    """The facts of two answers side by side: kind by kind, and panel by panel where both name panels."""
    sides = [_facts_of(left), _facts_of(right)]
    joined = [{kind for kind, _value, panel in side if panel} for side in sides]
    by_panel = joined[0] & joined[1]
    names: dict[tuple[str, str], str] = {}
    found: list[dict[tuple[str, str], list[str]]] = [{}, {}]
    for side, values in zip(sides, found, strict=True):
        for kind, value, panel in side:
            whose = panel if kind in by_panel else ""
            key = (kind, identity(whose))
            names.setdefault(key, whose)
            values.setdefault(key, []).append(value)
    kinds = list(dict.fromkeys(kind for kind, _panel in names))
    return [
        FactPair(
            name=fact_name(key[0]),
            left=found[0].get(key, []),
            right=found[1].get(key, []),
            panel=names[key],
        )
        for key in sorted(names, key=lambda each: kinds.index(each[0]))
    ]


def generations(query: Mapping[str, str]) -> QuerySet[InquiryAiGeneration]:
    """The history, newest first, narrowed by ``state`` and by words of file, subject or model."""
    rows = InquiryAiGeneration.objects.select_related("asked_by").order_by("-pk")
    if query.get("state"):
        rows = rows.filter(state=query["state"])
    for word in words_of(query.get("q", "")):
        rows = rows.filter(
            Q(file_name__plain__contains=word)
            | Q(subject__plain__contains=word)
            | Q(model__plain__contains=word)
        )
    return rows.defer("content", "facts", "notes")


def analyses_of_inquiry(ext_inquiry_id: int) -> list[InquiryAiGeneration]:
    """The latest analyses of one inquiry, newest first."""
    rows = InquiryAiGeneration.objects.filter(ext_inquiry_id=ext_inquiry_id)
    kept = rows.select_related("asked_by").defer("content", "facts", "notes")
    return list(kept.order_by("-pk")[:LATEST])
