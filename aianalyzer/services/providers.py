"""Providers of answers: the offline analyzer, an outside model, the company's estimator."""

import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.answer_lines import REFERENCE, LineReader
from aianalyzer.policies.citations import pieces, supported
from aianalyzer.policies.markdown_answer import (
    Composer,
    annotated,
    statements,
    word_count,
)
from aianalyzer.policies.prompts import REPAIR, SCHEMA, Prompt, prompt_for
from aianalyzer.services.offline import offline_lines
from aianalyzer.services.run_state import Failure, Run
from core.files.uploaded import extension_of
from core.integrations import upstreams
from core.integrations.chat import Chat
from core.integrations.errors import UpstreamError
from core.text.cleaning import strip_invisible
from core.text.markdown_html import neutralised

Provider = InquiryAiGeneration.Provider
CHATS: dict[str, Callable[[], Chat]] = {
    Provider.OPENAI: upstreams.openai,
    Provider.ANTHROPIC: upstreams.anthropic,
}
Pages = Mapping[int, str]
# Fewer words are no answer: "OK", a bracket, a tag.
FEWEST_WORDS = 3
LONGEST_FREE = 60_000  # characters


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


@dataclass
class ChatReply:
    """What a model said: the lines that kept to the form, and all the rest."""

    reader: LineReader = field(default_factory=LineReader)
    is_whole: bool = False

    @property
    def free_text(self) -> str:
        """Its words that are in no form, when there are enough of them to say something."""
        text = self.reader.free_text
        return text if word_count(text) >= FEWEST_WORDS else ""


def _by_chat(run: Run, answer: ProviderAnswer, pages: Pages) -> Iterator[int]:
    """Prompt and answer of this document only; the model has no tools (docs/threats.md#t56)."""
    prompt = _prompt(run, pages)
    reply = ChatReply()
    yield from _ask(run, answer, reply, prompt, ())
    if not reply.reader.taken:
        _require_whole(reply)
        reply = yield from _repaired(run, answer, prompt, reply)
    if not reply.is_whole:
        run.notes.append(
            _(
                "The model's answer breaks off before its end: something may be missing. Analyse the document again, or choose another model."
            )
        )
    if _is_rather_free(reply):
        _add_free(run, answer, reply.free_text, pages)
        run.notes.append(
            _(
                "The model answered in words of its own: each line was compared with the document by us. Lines with “!” are unchecked."
            )
        )
    elif reply.reader.set_aside:
        note = _("%d lines of the model did not keep to the form and were left out.")
        run.notes.append(note % reply.reader.set_aside)
    yield reply.reader.taken


def _prompt(run: Run, pages: Pages) -> Prompt:
    prompt = prompt_for(
        pages,
        language=run.generation.language,
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
    return prompt


def _ask(
    run: Run,
    answer: ProviderAnswer,
    reply: ChatReply,
    prompt: Prompt,
    said: Sequence[str],
) -> Iterator[int]:
    """Fill the reply, and take its lines in as they come. said: the answer that is to be put right."""
    generation, reader = run.generation, reply.reader
    before_in, before_out = answer.tokens_in, answer.tokens_out
    pieces_in = CHATS[generation.provider]().ask(
        model=generation.model,
        system=prompt.system,
        user=REPAIR if said else prompt.user,
        earlier=(prompt.user, *said) if said else (),
        schema=SCHEMA,
    )
    tokens_in = tokens_out = None
    for piece in pieces_in:
        tokens_in = _larger(tokens_in, piece.tokens_in)
        tokens_out = _larger(tokens_out, piece.tokens_out)
        answer.tokens_in = _sum(before_in, tokens_in)
        answer.tokens_out = _sum(before_out, tokens_out)
        reply.is_whole = reply.is_whole if piece.is_whole is None else piece.is_whole
        for line in reader.take(piece.text):
            answer.composer.add(line)
        yield reader.taken
    for line in reader.rest():
        answer.composer.add(line)


def _require_whole(reply: ChatReply) -> None:
    """Of an answer without a line in the form there must be an end, and words; raises Failure."""
    if not reply.free_text:
        raise Failure("no_answer")
    if not reply.is_whole:
        raise Failure("cut")


def _repaired(
    run: Run, answer: ProviderAnswer, prompt: Prompt, first: ChatReply
) -> Generator[int, None, ChatReply]:
    """The answer to the one question for the form; the first answer, when that brings nothing."""
    second = ChatReply()
    try:
        yield from _ask(run, answer, second, prompt, (first.free_text,))
    except UpstreamError:
        return first if not second.reader.taken else second
    return second if second.reader.taken else first


def _is_rather_free(reply: ChatReply) -> bool:
    """Whether most of an answer is in no form, so that leaving it out would hide the answer."""
    taken = reply.reader.taken
    return not taken or len(statements(reply.free_text)) > taken


def _larger(known: int | None, told: int | None) -> int | None:
    return known if told is None else max(known or 0, told)


def _sum(one: int | None, other: int | None) -> int | None:
    return one if other is None else (one or 0) + other


def _by_estimator(
    run: Run, answer: ProviderAnswer, path: Path, pages: Pages
) -> Iterator[int]:
    """Free Markdown without sources: we look for the source of each line ourselves."""
    if extension_of(run.generation.file_name) != "pdf":
        raise Failure("only_pdf")
    estimator, content = upstreams.estimator(), path.read_bytes()
    raw = estimator.process_pdf(content, run.generation.model)
    _add_free(run, answer, raw, pages)
    run.notes.append(
        _(
            "The estimator names no sources: each line was compared with the document by us."
        )
    )
    yield len(answer.composer.citations)


def _add_free(run: Run, answer: ProviderAnswer, raw: str, pages: Pages) -> None:
    """Take free Markdown in: nothing in it runs or leads away, and each line is marked as found or not."""
    run.check()
    composer = answer.composer
    text = neutralised(REFERENCE.sub("", strip_invisible(raw)))[:LONGEST_FREE]
    known = list(pieces(pages))
    sources = [supported(known, each.text) for each in statements(text)]
    body, citations = annotated(text, sources, len(composer.citations))
    composer.parts.append(f"\n{body}" if composer.parts else body)
    composer.citations.extend(citations)
