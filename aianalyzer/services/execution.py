"""The work itself: read, ask, check. Runs in the worker, outside of any transaction."""

from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from aianalyzer.models import InquiryAiGeneration, SourcePage
from aianalyzer.policies.citations import indexed
from aianalyzer.policies.language import language_of
from aianalyzer.policies.markdown_answer import Composer, with_sources, word_count
from aianalyzer.queries.classes import class_so_far, stricter
from aianalyzer.queries.models_on_offer import choice_of, lacks_client, require_allowed
from aianalyzer.queries.wording import answer_words
from aianalyzer.services.providers import ProviderAnswer, answered
from aianalyzer.services.run_state import (
    AnalysisStopped,
    Failure,
    Run,
    claim,
    claim_next,
)
from aianalyzer.signals import analysis_ended
from core.documents.extraction import Extract, ExtractionError, ReaderLimits, extract
from core.errors import DomainError
from core.files.storages import local_copy
from core.files.uploaded import extension_of
from core.integrations.chat import NotInstalled
from core.integrations.errors import UpstreamError
from core.ledger.services import record

log = structlog.get_logger(__name__)
State = InquiryAiGeneration.State
Step = InquiryAiGeneration.Step
READING = ReaderLimits(seconds=120, characters=1_000_000)
# Of the bar: reading ends at 40 of 100, the answer at 95.
READ, ASKED = 40, 95
QUEUE = "analysis"


@task(queue_name=QUEUE)
def analyse(generation_id: int) -> None:  # noqa: ARG001  the admin shows it
    """One analysis is owed; which one, only a lane that is free decides: the fairest.

    There are as many tasks as analyses that wait, or more, and those that find none do nothing. So
    it does not matter which task takes which, and no turn has to be kept in the queue.
    """
    generation = claim_next()
    if generation:
        _bring_to_end(generation)


def run_analysis(*, generation_id: int) -> InquiryAiGeneration | None:
    """Take this analysis, if it waits, and bring it to its end.

    Returns the row, or None when there was nothing to do.
    """
    generation = claim(generation_id)
    return _bring_to_end(generation) if generation else None


def _bring_to_end(generation: InquiryAiGeneration) -> InquiryAiGeneration:
    """Done, failed, or left when cancelled; never raises for a document or a model."""
    run = Run(generation)
    try:
        with translation.override(generation.language or settings.LANGUAGE_CODE):
            _finish(run, _work(run))
    except AnalysisStopped:
        log.info("analysis_stopped", generation=generation.pk)
    except Failure as failure:
        _fail(run, failure.code, failure.detail)
    except Exception as error:  # noqa: BLE001  its words may be the document's: only its kind is told
        kind = type(error).__name__
        log.warning("analysis_failed", generation=generation.pk, kind=kind)
        _fail(run, "internal")
    generation.refresh_from_db()
    return generation


def _work(run: Run) -> ProviderAnswer:
    """Every known way to fail as one ``Failure``."""
    try:
        # Decided a third time, right before it is read (docs/decisions/0007-analyzer.md).
        _require_still_allowed(run.generation)
        with local_copy(run.generation.stored_name) as path:
            pages = _read(run, path)
            return _answer(run, path, pages)
    except ExtractionError as error:
        raise Failure(error.reason) from None
    except FileNotFoundError:
        raise Failure("file_missing") from None
    except NotInstalled:
        raise Failure("not_installed") from None
    except UpstreamError as error:
        raise Failure(str(error.reason), str(error.status or "")) from None


def _require_still_allowed(generation: InquiryAiGeneration) -> None:
    """Since it was asked for the settings may have changed, or somebody said that the document goes less far."""
    if lacks_client(generation.provider):
        raise Failure("not_installed")
    key = f"{generation.provider}:{generation.model}".removesuffix(":offline")
    holds = stricter(generation.document_class, class_so_far(generation.sha256))
    try:
        require_allowed(choice_of(key), holds)
    except DomainError:
        raise Failure("not_allowed") from None


def _read(run: Run, path: Path) -> dict[int, str]:
    """The text of every page, kept for the check."""
    run.note(Step.READING, 1)

    def on_page(done: int, total: int) -> None:
        run.note(Step.READING, done * READ // max(total, 1))

    extension = extension_of(run.generation.file_name)
    found = extract(path, extension=extension, limits=READING, on_page=on_page)
    run.notes += found.notes
    pages = {page.number: page.text for page in found.pages}
    if not "".join(pages.values()).strip():
        raise Failure("nothing")
    _keep(run.generation, found)
    if not run.generation.language:
        run.generation.language = language_of("\n".join(pages.values()))
    return pages


@transaction.atomic
def _keep(generation: InquiryAiGeneration, found: Extract) -> None:
    # Of an earlier run of the same analysis.
    generation.pages.all().delete()
    SourcePage.objects.bulk_create(
        SourcePage(
            generation=generation,
            number=page.number,
            text=page.text,
            is_ocr=page.is_ocr,
            words=list(page.words),
        )
        for page in found.pages
    )
    rows = InquiryAiGeneration.objects.filter(pk=generation.pk)
    rows.update(page_count=len(found.pages))


def _answer(run: Run, path: Path, pages: dict[int, str]) -> ProviderAnswer:
    with translation.override(run.generation.language):
        words = answer_words()
        composer = Composer(indexed(pages), words)
        run.note(Step.ASKING, READ)
        answer = ProviderAnswer(composer)
        for count in answered(run, answer, path, pages):
            share = (ASKED - READ) * count // (count + 25)
            run.note(Step.ASKING, READ + share, composer.body)
        run.note(Step.CHECKING, ASKED, composer.body)
        return answer


def _finish(run: Run, answer: ProviderAnswer) -> None:
    composer = answer.composer
    content = with_sources(composer.body, composer.citations, composer.words)
    with transaction.atomic():
        row = run.locked()
        row.content, row.word_count = content, word_count(content)
        row.facts = composer.facts
        row.citations = [
            {"page": each.page, "quote": each.quote, "state": each.state}
            for each in composer.citations
        ]
        row.tokens_in, row.tokens_out = answer.tokens_in, answer.tokens_out
        row.notes, row.language = run.notes, run.generation.language
        _end(row, State.DONE)
        event = record(
            row,
            "analysis.done",
            by=None,
            after={
                "words": row.word_count,
                "sources": len(row.citations),
                "notFound": row.not_found_count,
                "tokensIn": row.tokens_in,
                "tokensOut": row.tokens_out,
                "durationMs": row.duration_ms,
            },
        )
        analysis_ended.send(InquiryAiGeneration, generation=row, event=event)


def _fail(run: Run, code: str, detail: str = "") -> None:
    """Mark it; a run that is no longer ours is left as it is."""
    try:
        with transaction.atomic():
            row = run.locked()
            row.failure, row.failure_detail = code, detail[:100]
            row.notes = run.notes
            _end(row, State.FAILED)
            event = record(row, "analysis.failed", by=None, after={"failure": code})
            analysis_ended.send(InquiryAiGeneration, generation=row, event=event)
    except AnalysisStopped:
        log.info("analysis_stopped", generation=run.generation.pk)


def _end(row: InquiryAiGeneration, state: str) -> None:
    now = timezone.now()
    row.state, row.step, row.finished_at, row.lease_until = state, "", now, None
    row.progress = 100 if state == State.DONE else row.progress
    row.duration_ms = int((now - (row.started_at or now)).total_seconds() * 1000)
    row.save()
