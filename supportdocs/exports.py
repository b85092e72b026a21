"""Columns and records of the Excel files of documents."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.db.paging import id_chunks
from core.files.xlsx import Column, workbook_response, write_columns
from supportdocs.models import SupportJob, SupportTable
from supportdocs.queries.checklist import ChecklistColumn, JobLine, Tick, job_lines
from supportdocs.queries.listing import DocumentLine, document_lines


def _of_version(name: str, without: object = None) -> Callable[[DocumentLine], object]:
    """A value of the version that is current; ``without`` where a document has no file."""
    value = attrgetter(name)
    return lambda line: value(line.version) if line.version else without


LIST_COLUMNS: list[Column[DocumentLine]] = [
    Column("ID", 8, attrgetter("document.pk")),
    Column(_("Document"), 44, attrgetter("document.name")),
    Column(_("File"), 40, _of_version("name", "")),
    Column(_("Type"), 10, _of_version("extension", "")),
    Column(_("Size (bytes)"), 14, _of_version("size")),
    Column(_("Version"), 9, _of_version("number")),
    Column(
        _("Uploaded by"),
        26,
        lambda line: str((line.version and line.version.uploaded_by) or ""),
    ),
    Column(_("Uploaded"), 18, _of_version("uploaded_at")),
    Column("SHA-256", 66, _of_version("sha256", "")),
    Column(_("Jobs"), 8, attrgetter("jobs")),
]
CHECKLIST_COLUMNS: list[Column[JobLine]] = [
    Column(_("Job number"), 12, attrgetter("job.job_id")),
    Column(_("Job"), 40, attrgetter("job.job_name")),
    Column(_("Complete (%)"), 14, attrgetter("percent")),
    Column(_("Others"), 10, attrgetter("others")),
    Column(_("Missing"), 40, lambda line: ", ".join(line.missing)),
]
YES, NO, EMPTY = _("Yes"), "", _("no file yet")


def document_records(rows: QuerySet[SupportTable]) -> Iterator[DocumentLine]:
    """The documents of the filtered list, a bounded number in memory."""
    for ids in id_chunks(rows):
        yield from document_lines(ids)


def list_file(rows: QuerySet[SupportTable], above: Sequence[str]) -> FileResponse:
    """Documents of a list as a download; ``above``: what stands above the table."""
    lines = document_records(rows)
    file = write_columns(gettext("Documents"), LIST_COLUMNS, lines, above=above)
    return workbook_response("Documents.xlsx", file)


def checklist_columns(asked: Sequence[ChecklistColumn]) -> list[Column[JobLine]]:
    """Job, completeness, what is missing, then a column per document of the checklist."""
    return CHECKLIST_COLUMNS + [
        Column(column.name, 18, lambda line, place=place: _tick(line.ticks[place]))  # type: ignore[misc]
        for place, column in enumerate(asked)
    ]


def _tick(tick: Tick) -> object:
    if not tick.is_on:
        return NO
    return YES if tick.is_whole else EMPTY


def job_records(
    rows: QuerySet[SupportJob], asked: Sequence[ChecklistColumn]
) -> Iterator[JobLine]:
    """The jobs of the matrix, a bounded number in memory."""
    for ids in id_chunks(rows):
        yield from job_lines(SupportJob.objects.filter(pk__in=ids), asked)
