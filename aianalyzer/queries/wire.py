"""Rows of the API, assembled from ``.values()``: no model objects on the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.wording import failure_sentence
from core.http.wire import without_nulls

ROW = {
    "id": "id",
    "file_name": "fileName",
    "model": "model",
    "ext_inquiry_id": "inquiryId",
    "content": "content",
    "subject": "subject",
    "state": "state",
    "step": "step",
    "progress": "progress",
    "provider": "provider",
    "document_class": "documentClass",
    "language": "language",
    "sha256": "sha256",
    "size": "size",
    "page_count": "pageCount",
    "prompt_version": "promptVersion",
    "tokens_in": "tokensIn",
    "tokens_out": "tokensOut",
    "duration_ms": "durationMs",
    "word_count": "wordCount",
    "asked_by__ext_id": "extUserId",
    "facts": "facts",
    "citations": "citations",
    "notes": "notes",
    "failure": "failure",
    "started_at": "startedAt",
    "finished_at": "finishedAt",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
Row = dict[str, Any]


def generation_rows(ids: Sequence[int]) -> list[Row]:
    """Analyses in the order of the ids; one query however many."""
    found = InquiryAiGeneration.objects.filter(pk__in=ids).values(*ROW)
    rows = {row["id"]: row for row in found}
    return [_row(rows[key]) for key in ids if key in rows]


def _row(row: Row) -> Row:
    wire = without_nulls({name: row[column] for column, name in ROW.items()})
    wire["failureSentence"] = failure_sentence(
        InquiryAiGeneration(provider=row["provider"], failure=row["failure"])
    )
    return {
        name: value
        for name, value in wire.items()
        if value not in ("",) or name in KEPT
    }


# Empty texts that the predecessor's row always has.
KEPT = {"fileName", "model", "content", "state"}


def source_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that an analysis has."""
    rows = InquiryAiGeneration.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))


def growing(generation_id: int) -> Row | None:
    """Progress and text of an analysis so far; None when there is no such."""
    columns = ("id", "state", "step", "progress", "content")
    rows = InquiryAiGeneration.objects.filter(pk=generation_id)
    return next(iter(rows.values(*columns)), None)


def each_row(chunks: Iterable[list[int]]) -> Iterable[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from generation_rows(ids)
