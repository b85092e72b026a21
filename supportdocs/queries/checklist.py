"""Jobs by documents: what each has, what is missing, how complete it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.db.ranking import Match, beginning_with, best_of
from core.db.search import words_of
from core.errors import invalid
from core.integrations import upstreams
from core.text.ids import as_id
from supportdocs.models import (
    SupportEngineeringDocument,
    SupportJob,
    SupportTable,
)

MOST_COLUMNS = 30
NEWEST_JOBS = 2000
UNKNOWN_JOB = "Unknown"


def name_of_job(job_id: int) -> str:
    """PPIC's name of a job that gets its checklist; empty for one that has it already.

    ``Unknown`` while PPIC is away. Never inside a transaction. Raises DomainError ``invalid`` for a
    job that PPIC surely does not have.
    """
    if SupportJob.objects.alive().filter(job_id=job_id).exists():
        return ""
    ppic = upstreams.ppic()
    if ppic.unknown_jobs({job_id}):
        raise invalid("jobId", _("PPIC knows no job %s.") % job_id)
    found = ppic.jobs().value.get(job_id)
    return found.name if found else UNKNOWN_JOB


@dataclass(frozen=True, slots=True)
class ChecklistColumn:
    """A document that every job should have. has_file: without one nobody has it."""

    pk: int
    name: str
    has_file: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """One cell. is_on: the job has it; is_whole: and there is a file."""

    column: ChecklistColumn
    is_on: bool

    @property
    def is_whole(self) -> bool:
        """Whether it counts: a tick on a document without a file is a promise."""
        return self.is_on and self.column.has_file


@dataclass(frozen=True, slots=True)
class JobLine:
    """One row of the matrix. others: documents beyond the checklist."""

    job: SupportJob
    ticks: list[Tick]
    others: int

    @property
    def done(self) -> int:
        """How many of the checklist it has."""
        return sum(tick.is_whole for tick in self.ticks)

    @property
    def missing(self) -> list[str]:
        """The names of what it does not have."""
        return [tick.column.name for tick in self.ticks if not tick.is_whole]

    @property
    def percent(self) -> int:
        """Completeness; 100 when nothing is asked for."""
        return self.done * 100 // len(self.ticks) if self.ticks else 100


def columns() -> list[ChecklistColumn]:
    """The checklist, oldest first, at most thirty."""
    rows = SupportTable.objects.listed().order_by("id")[:MOST_COLUMNS]
    found = rows.values_list("pk", "name", "current_id")
    return [
        ChecklistColumn(pk, name, current is not None) for pk, name, current in found
    ]


def found_jobs(text: str) -> QuerySet[SupportJob]:
    """Jobs whose name or number holds every word; newest first."""
    rows = SupportJob.objects.alive().order_by("-job_id")
    for word in words_of(text):
        number = as_id(word)
        by_id = Q() if number is None else Q(job_id=number)
        rows = rows.filter(Q(job_name__plain__contains=word) | by_id)
    return rows


def best_jobs(text: str, limit: int) -> list[tuple[SupportJob, Match]]:
    """The jobs that fit best: by number, by the beginning of the name, the newest also by parts of it.

    Parts are compared as they are written: their normal form would be a function call for each row.
    """
    rows = SupportJob.objects.alive().order_by("-job_id")
    number = as_id(text)
    wanted = text.casefold().split()
    newest = rows.values_list("pk", "job_name")[:NEWEST_JOBS]
    holding = [
        pk for pk, name in newest if all(word in name.casefold() for word in wanted)
    ]
    tiers = (
        (Match.NUMBER, rows.none() if number is None else rows.filter(job_id=number)),
        (Match.NAME, beginning_with(rows, "job_name", text)),
        (Match.WORDS, rows.filter(pk__in=holding[:limit])),
    )
    return best_of(tiers, limit)


def job_lines(
    jobs: Iterable[SupportJob], asked: Sequence[ChecklistColumn]
) -> list[JobLine]:
    """The rows of the matrix; one query however many jobs."""
    jobs = list(jobs)
    links = SupportEngineeringDocument.objects.filter(
        job__in=jobs, document__deleted_at=None
    )
    has: dict[int, set[int]] = {}
    for job_id, document in links.values_list("job_id", "document_id"):
        has.setdefault(job_id, set()).add(document)
    keys = {column.pk for column in asked}
    return [
        JobLine(
            job,
            [Tick(column, column.pk in has.get(job.pk, ())) for column in asked],
            len(has.get(job.pk, set()) - keys),
        )
        for job in jobs
    ]


def job_line(job: SupportJob) -> JobLine:
    """One row of the matrix."""
    return job_lines([job], columns())[0]


def documents_of(job: SupportJob) -> QuerySet[SupportTable]:
    """What a job has, also beyond the checklist."""
    rows = SupportTable.objects.alive().filter(links__job=job)
    return rows.select_related("current").order_by("name", "id")


def jobs_to_add() -> Iterator[tuple[int, str]]:
    """Jobs of PPIC (cached reading) that have no checklist yet, by number and name."""
    have = set(SupportJob.objects.alive().values_list("job_id", flat=True))
    for job in upstreams.ppic().jobs().value.values():
        if job.ext_id not in have:
            yield job.ext_id, job.name
