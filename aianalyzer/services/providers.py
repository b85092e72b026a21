"""Providers of answers: the offline analyzer, an outside model, the company's estimator."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.answer_lines import REFERENCE, LineReader
from aianalyzer.policies.citations import pieces, supported
from aianalyzer.policies.markdown_answer import Composer, annotated, statements
from aianalyzer.policies.prompts import prompt_for
from aianalyzer.services.offline import offline_lines
from aianalyzer.services.run_state import Failure, Run
from core.files.uploaded import extension_of
from core.integrations import upstreams
from core.integrations.chat import Chat
from core.text.cleaning import strip_invisible
from core.text.markdown_html import neutralised

Provider = InquiryAiGeneration.Provider
CHATS: dict[str, Callable[[], Chat]] = {
    Provider.OPENAI: upstreams.openai,
    Provider.ANTHROPIC: upstreams.anthropic,
}
Pages = Mapping[int, str]


@dataclass
class ProviderAnswer:
    """An answer while it grows: its text, and its tokens where the model tells them."""

    composer: Composer
    tokens_in: int | None = None
    tokens_out: int | None = None


def answered(
    run: Run, answer: ProviderAnswer, path: Path, pages: Pages
) -> Iterator[int]:
    """Fill the answer; yields the number of lines so far, as it grows.

    Raises Failure, UpstreamError, NotInstalled, Stopped.
    """
    provider = run.generation.provider
    if provider == Provider.ESTIMATOR:
        yield from _by_estimator(run, answer, path, pages)
    elif provider in CHATS:
        yield from _by_chat(run, answer, pages)
    else:
        yield from _by_rules(answer, pages)


def _by_rules(answer: ProviderAnswer, pages: Pages) -> Iterator[int]:
    for count, line in enumerate(offline_lines(pages), 1):
        answer.composer.add(line)
        yield count


def _by_chat(run: Run, answer: ProviderAnswer, pages: Pages) -> Iterator[int]:
    """Prompt and answer of this document only; the model has no tools (docs/threats.md#t56)."""
    generation, reader, is_whole = run.generation, LineReader(), False
    prompt = prompt_for(
        pages,
        language=generation.language,
        # Another mark each time: a document cannot write the end of its own part of the prompt
        # (docs/threats.md#t55).
        mark=secrets.token_hex(8),
        longest=settings.AI_MAX_CHARACTERS,
    )
    if prompt.pages < len(pages):
        note = _(
            "The document is long: only its first %d pages were sent to the model."
        )
        run.notes.append(note % prompt.pages)
    chat = CHATS[generation.provider]()
    for piece in chat.ask(
        model=generation.model, system=prompt.system, user=prompt.user
    ):
        answer.tokens_in = _larger(answer.tokens_in, piece.tokens_in)
        answer.tokens_out = _larger(answer.tokens_out, piece.tokens_out)
        is_whole = is_whole if piece.is_whole is None else piece.is_whole
        for line in reader.take(piece.text):
            answer.composer.add(line)
        yield reader.taken
    for line in reader.rest():
        answer.composer.add(line)
    if not reader.taken:
        raise Failure("form")
    if not is_whole:
        run.notes.append(
            _(
                "The model's answer breaks off before its end: something may be missing. Analyse the document again, or choose another model."
            )
        )
    if reader.set_aside:
        note = _("%d lines of the model did not keep to the form and were left out.")
        run.notes.append(note % reader.set_aside)


def _larger(known: int | None, told: int | None) -> int | None:
    return known if told is None else max(known or 0, told)


def _by_estimator(
    run: Run, answer: ProviderAnswer, path: Path, pages: Pages
) -> Iterator[int]:
    """Free Markdown without sources: we look for the source of each line ourselves."""
    if extension_of(run.generation.file_name) != "pdf":
        raise Failure("only_pdf")
    estimator, content = upstreams.estimator(), path.read_bytes()
    raw = estimator.process_pdf(content, run.generation.model)
    text = neutralised(REFERENCE.sub("", strip_invisible(raw)))[:60_000]
    known = list(pieces(pages))
    said = statements(text)
    sources = [supported(known, each.text) for each in said]
    body, citations = annotated(text, sources)
    answer.composer.parts.append(body)
    answer.composer.citations.extend(citations)
    run.notes.append(
        _(
            "The estimator names no sources: each line was compared with the document by us."
        )
    )
    yield len(said)
