"""Rows of the API, assembled from ``.values()``: no model objects on the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from supportdocs.models import (
    DocumentVersion,
    SupportEngineeringDocument,
    SupportJob,
    SupportTable,
)

DOCUMENT = {
    "id": "id",
    "name": "name",
    "current__stored_name": "filePath",
    "current__number": "version",
    "current__name": "fileName",
    "current__content_type": "contentType",
    "current__size": "size",
    "current__sha256": "sha256",
    "current__uploaded_at": "uploadedAt",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}
Row = dict[str, Any]


def document_rows(ids: Sequence[int]) -> list[Row]:
    """Documents in the order of the ids; one query however many."""
    found = SupportTable.objects.filter(pk__in=ids).values(*DOCUMENT)
    by_id = {row["id"]: row for row in found}
    return [_row(by_id[key]) for key in ids if key in by_id]


def _row(row: Row) -> Row:
    if stored := row["current__stored_name"]:
        row["current__stored_name"] = stored.rpartition("/")[2]
    return {wire: row[name] for name, wire in DOCUMENT.items() if row[name] is not None}


def each_document(chunks: Iterable[list[int]]) -> Iterable[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from document_rows(ids)


def job_rows(ids: Sequence[int]) -> list[Row]:
    """Jobs with the ids of their live documents, in the order of the ids; two queries."""
    jobs = SupportJob.objects.filter(pk__in=ids).values("pk", "job_id", "job_name")
    links = SupportEngineeringDocument.objects.filter(
        job__in=ids, document__deleted_at=None
    )
    documents: dict[int, list[int]] = {}
    for job, document in links.order_by("id").values_list("job", "document"):
        documents.setdefault(job, []).append(document)
    by_id = {
        row["pk"]: {
            "jobId": row["job_id"],
            "jobName": row["job_name"],
            "supportTableIds": documents.get(row["pk"], []),
        }
        for row in jobs
    }
    return [by_id[key] for key in ids if key in by_id]


def each_job(chunks: Iterable[list[int]]) -> Iterable[Row]:
    """The whole list, a bounded number of rows in memory at a time."""
    for ids in chunks:
        yield from job_rows(ids)


def version_stored_as(file_name: str) -> DocumentVersion | None:
    """The version behind a ``filePath``, also an older one, or one of the old system's; not of a
    deleted document."""
    rows = DocumentVersion.objects.filter(document__deleted_at=None)
    return (
        rows.filter(stored_name=f"documents/{file_name}"[:120]).first()
        or rows.filter(former_names__name=file_name).order_by("pk").first()
    )


def stored_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that a version has, also one of a deleted document."""
    rows = DocumentVersion.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))
