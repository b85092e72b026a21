"""Columns and rows of the Excel files of documents."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.db.paging import id_chunks
from supportdocs.models import SupportJob, SupportTable
from supportdocs.queries.checklist import ChecklistColumn, job_lines
from supportdocs.queries.listing import document_lines

Cells = list[object]
LIST_WIDTHS = (8, 44, 40, 10, 14, 9, 26, 18, 66, 8)
MATRIX_WIDTHS = (12, 40, 14, 10, 40)


def list_headers() -> list[str]:
    """Columns of the library."""
    return [
        "ID",
        _("Document"),
        _("File"),
        _("Type"),
        _("Size (bytes)"),
        _("Version"),
        _("Uploaded by"),
        _("Uploaded"),
        "SHA-256",
        _("Jobs"),
    ]


def list_rows(rows: QuerySet[SupportTable]) -> Iterator[Cells]:
    """A row per document of the filtered list."""
    for ids in id_chunks(rows):
        for line in document_lines(ids):
            version = line.version
            file: Cells = ["", "", None, None, "", None, ""]
            if version:
                file = [
                    version.name,
                    version.extension,
                    version.size,
                    version.number,
                    str(version.uploaded_by or ""),
                    version.uploaded_at,
                    version.sha256,
                ]
            yield [line.document.pk, line.document.name, *file, line.jobs]


def matrix_headers(asked: Sequence[ChecklistColumn]) -> list[str]:
    """Job, completeness, what is missing, then a column per document of the checklist."""
    head = [_("Job number"), _("Job"), _("Complete (%)"), _("Others"), _("Missing")]
    return head + [column.name for column in asked]


def matrix_rows(
    rows: QuerySet[SupportJob], asked: Sequence[ChecklistColumn]
) -> Iterator[Cells]:
    """A row per job."""
    yes, no, empty = _("Yes"), "", _("no file yet")
    for ids in id_chunks(rows):
        jobs = SupportJob.objects.filter(pk__in=ids)
        for line in job_lines(jobs, asked):
            ticks = [
                (yes if tick.is_whole else empty) if tick.is_on else no
                for tick in line.ticks
            ]
            head = [line.job.job_id, line.job.job_name, line.percent, line.others]
            yield [*head, ", ".join(line.missing), *ticks]
