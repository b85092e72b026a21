"""Say which documents a job has."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.ledger.services import record
from supportdocs.models import SupportEngineeringDocument, SupportJob, SupportTable
from supportdocs.signals import job_documents_changed

MAX_DOCUMENTS = 500


@transaction.atomic
def set_job_documents(
    *, job_id: int, by: User, document_ids: Iterable[int], job_name: str = ""
) -> SupportJob:
    """The job has these documents and no others; with none it keeps its name.

    ``job_id`` is PPIC's. Raises DomainError ``invalid`` (unknown document, more than 500).
    """
    return _change(job_id, by, frozenset(document_ids), job_name, is_whole=True)


@transaction.atomic
def add_job_documents(
    *, job_id: int, by: User, document_ids: Iterable[int], job_name: str = ""
) -> SupportJob:
    """The job has these documents, too; one that it has already is not added twice.

    Raises DomainError ``invalid``.
    """
    return _change(job_id, by, frozenset(document_ids), job_name, is_whole=False)


@transaction.atomic
def remove_job_document(*, job_id: int, by: User, document_id: int) -> SupportJob:
    """The job does not have this document; raises DomainError ``not_found``."""
    job = _living_job(job_id)
    return _change(job_id, by, _linked(job) - {document_id}, "", is_whole=True)


def _living_job(job_id: int) -> SupportJob:
    job = SupportJob.objects.alive().filter(job_id=job_id).first()
    if job is None:
        raise DomainError(_("There is no checklist of this job."), "not_found")
    return locked(SupportJob.objects.alive(), job.pk)


def _change(
    job_id: int, by: User, wanted: frozenset[int], job_name: str, *, is_whole: bool
) -> SupportJob:
    require(by, "upload_document")
    if len(wanted) > MAX_DOCUMENTS:
        raise invalid(
            "supportTableIds", _("At most %d documents of a job.") % MAX_DOCUMENTS
        )
    job, is_new = _row_for(job_id, job_name)
    before = _linked(job)
    _require_known(wanted - before)
    after = wanted if is_whole else before | wanted
    is_renamed = bool(job_name) and job.job_name != job_name
    if before == after and not is_new and not is_renamed:
        return job
    if job_name:
        job.job_name = job_name[:300]
    job.save(update_fields=["job_name", "deleted_at", "updated_at"])
    _link(job, before, after)
    event = record(
        job,
        "job.documents_set",
        by=by,
        before={"documents": sorted(before)},
        after={"documents": sorted(after), "name": job.job_name},
    )
    job_documents_changed.send(SupportJob, job=job, by=by, event=event)
    return job


def _row_for(job_id: int, job_name: str) -> tuple[SupportJob, bool]:
    """The one row of the job, locked; a removed one begins anew, without its old documents."""
    if not 0 < job_id < 2**63:
        raise invalid("jobId", _("This is no id of a job."))
    fresh = SupportJob(job_id=job_id, job_name=job_name[:300])
    known = SupportJob.objects.filter(job_id=job_id).exists()
    # Two that make it together get one row; the predecessor doubled them
    # (docs/contract.md#documents-of-jobs).
    SupportJob.objects.bulk_create([fresh], ignore_conflicts=True)
    job = SupportJob.objects.select_for_update().get(job_id=job_id)
    if job.deleted_at is None:
        return job, not known
    job.links.all().delete()
    job.deleted_at = None
    return job, True


def _linked(job: SupportJob) -> frozenset[int]:
    return frozenset(job.links.values_list("document_id", flat=True))


def _require_known(wanted: frozenset[int]) -> None:
    known = SupportTable.objects.alive().filter(pk__in=wanted)
    unknown = wanted - set(known.values_list("pk", flat=True))
    if unknown:
        raise invalid(
            "supportTableIds",
            _("There is no document %s.") % ", ".join(map(str, sorted(unknown)[:10])),
        )


def _link(job: SupportJob, before: frozenset[int], after: frozenset[int]) -> None:
    job.links.filter(document__in=before - after).delete()
    SupportEngineeringDocument.objects.bulk_create(
        SupportEngineeringDocument(job=job, document_id=key)
        for key in sorted(after - before)
    )


@transaction.atomic
def remove_job(*, job_id: int, by: User) -> SupportJob:
    """Take a job out of the checklist, with its ticks; raises DomainError ``not_found``."""
    require(by, "upload_document")
    job = _living_job(job_id)
    job.deleted_at = timezone.now()
    job.save(update_fields=["deleted_at", "updated_at"])
    documents = sorted(_linked(job))
    event = record(job, "job.removed", by=by, before={"documents": documents})
    job_documents_changed.send(SupportJob, job=job, by=by, event=event)
    return job


@transaction.atomic
def restore_job(*, job_id: int, by: User) -> SupportJob:
    """Take a removed job back as it was; raises DomainError ``not_found``."""
    require(by, "upload_document")
    row = SupportJob.objects.filter(job_id=job_id).first()
    job = locked(SupportJob.objects.all(), row.pk if row else 0)
    if job.deleted_at is None:
        return job
    job.deleted_at = None
    job.save(update_fields=["deleted_at", "updated_at"])
    documents = sorted(_linked(job))
    event = record(job, "job.restored", by=by, after={"documents": documents})
    job_documents_changed.send(SupportJob, job=job, by=by, event=event)
    return job
