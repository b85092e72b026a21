"""Upload, replace, rename, delete and restore a document."""

from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.accounts.services import take_quota
from core.db.locking import locked
from core.db.search import plain_words
from core.errors import invalid
from core.files.uploaded import StoredFile, discarded_on_failure, extension_of, store
from core.http.etags import refuse_lost_write
from core.ledger.services import record
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable
from supportdocs.permissions import require_remover
from supportdocs.queries.checklist import MOST_COLUMNS
from supportdocs.signals import (
    document_added,
    document_deleted,
    document_renamed,
    document_restored,
    version_added,
)

FOLDER = "documents"
MAX_NAME = 300


def keep_file(*, by: User, name: str, content: IO[bytes]) -> StoredFile:
    """Check a file and put it into the store, before any transaction opens.

    Who calls it must remove the file again when nothing comes of it. Raises DomainError
    ``forbidden``, ``unsupported_type``, ``archive_limits``, ``infected``, ``too_large``,
    ``invalid`` (empty), ``throttled`` (the day's quota), ``storage_full``, ``unavailable``.
    """
    require(by, "upload_document")
    take_quota(by, content)
    return store(
        name,
        content,
        settings.DOCUMENT_MAX_BYTES,
        folder=FOLDER,
        types=settings.DOCUMENT_TYPES,
    )


def upload_document(
    *, by: User, file_name: str, content: IO[bytes], name: str = ""
) -> SupportTable:
    """Keep a file as a new document; without a name it is called as the file is.

    Raises what ``keep_file`` and ``add_document`` raise; then nothing of it is kept.
    """
    # File first, row after: a process that is killed leaves a file for the sweep, never a row
    # without its file (docs/decisions/0006-documents.md).
    file = keep_file(by=by, name=file_name, content=content)
    with discarded_on_failure(file):
        return add_document(by=by, name=name or PurePath(file.name).stem, file=file)


def upload_version(
    *, document_id: int, by: User, file_name: str, content: IO[bytes], note: str = ""
) -> SupportTable:
    """Keep a file as the new version of a document; the older ones stay.

    Raises what ``keep_file`` and ``add_version`` raise; then nothing of it is kept.
    """
    file = keep_file(by=by, name=file_name, content=content)
    with discarded_on_failure(file):
        return add_version(document_id=document_id, by=by, file=file, note=note)


@transaction.atomic
def add_document(
    *, by: User, name: str, file: StoredFile | None = None
) -> SupportTable:
    """A new document, of a file in the store or, so far, of a name only.

    Raises DomainError ``forbidden``, ``invalid`` (no name), ``throttled``.
    """
    require(by, "upload_document")
    document = SupportTable.objects.create(name=clean_title(name), created_by=by)
    DocumentContent.objects.create(document=document, words=plain_words(document.name))
    if file:
        _add_file(document, file, by, "")
    event = record(
        document,
        "document.added",
        by=by,
        after={"name": document.name} | _facts(file),
        digest=file.sha256 if file else "",
    )
    document_added.send(SupportTable, document=document, by=by, event=event)
    return document


@transaction.atomic
def add_version(
    *,
    document_id: int,
    by: User,
    file: StoredFile,
    note: str = "",
    if_match: str = "",
) -> SupportTable:
    """A file in the store becomes the current version; ``note`` says what is new in it.

    Raises DomainError ``not_found``, ``forbidden``, ``throttled``.
    """
    require(by, "upload_document")
    document = locked_document(document_id)
    _require_present(document, if_match)
    version = _add_file(document, file, by, note)
    event = record(
        document,
        "document.replaced" if version.number > 1 else "document.filled",
        by=by,
        after=_facts(file),
        revision=version.number,
        digest=file.sha256,
        note=version.note,
    )
    version_added.send(
        SupportTable, document=document, version=version, by=by, event=event
    )
    return document


def locked_document(document_id: int) -> SupportTable:
    """The document, locked; raises DomainError ``not_found``."""
    return locked(SupportTable.objects.alive(), document_id)


def _add_file(
    document: SupportTable, file: StoredFile, by: User, note: str
) -> DocumentVersion:
    last = document.versions.order_by("-number").first()
    version = DocumentVersion.objects.create(
        document=document,
        number=last.number + 1 if last else 1,
        name=file.name,
        stored_name=file.stored_name,
        extension=extension_of(file.name),
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        note=note.strip()[:300],
    )
    document.current = version
    document.save(update_fields=["current", "updated_at"])
    return version


def _facts(file: StoredFile | None) -> dict[str, object]:
    if file is None:
        return {}
    return {"file": file.name, "size": file.size, "sha256": file.sha256}


def clean_title(name: str) -> str:
    """A name of one line; raises DomainError ``invalid`` when nothing is left of it."""
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not text:
        raise invalid("name", _("Give the document a name."))
    if len(text) > MAX_NAME:
        raise invalid("name", _("The name has more than %d characters.") % MAX_NAME)
    return text


@transaction.atomic
def rename_document(
    *, document_id: int, by: User, name: str, if_match: str = ""
) -> SupportTable:
    """Call a document otherwise; its files keep their names.

    Raises DomainError ``not_found``, ``forbidden``, ``invalid``, ``precondition_failed``.
    """
    require(by, "upload_document")
    document = locked_document(document_id)
    _require_present(document, if_match)
    before, document.name = document.name, clean_title(name)
    if before == document.name:
        return document
    document.save(update_fields=["name", "updated_at"])
    text = DocumentContent.objects.get(document=document)
    text.words = plain_words(f"{document.name} {text.text}")
    text.save(update_fields=["words"])
    event = record(
        document,
        "document.renamed",
        by=by,
        before={"name": before},
        after={"name": document.name},
    )
    document_renamed.send(SupportTable, document=document, by=by, event=event)
    return document


@transaction.atomic
def list_document(*, document_id: int, by: User, is_listed: bool) -> SupportTable:
    """Put a document into the checklist of every job, or take it out of it.

    Raises DomainError ``not_found``, ``forbidden``, ``invalid`` (the checklist is full).
    """
    require(by, "keep_tables")
    document = locked_document(document_id)
    if document.in_checklist == is_listed:
        return document
    if is_listed and SupportTable.objects.listed().count() >= MOST_COLUMNS:
        raise invalid(
            "listed",
            _("The checklist has %d documents. Take one out of it first.")
            % MOST_COLUMNS,
        )
    document.in_checklist = is_listed
    document.save(update_fields=["in_checklist", "updated_at"])
    kind = "document.listed" if is_listed else "document.unlisted"
    record(document, kind, by=by, after={"in_checklist": is_listed})
    return document


@transaction.atomic
def delete_document(*, document_id: int, by: User, if_match: str = "") -> SupportTable:
    """Put a document away; its files, links and history stay, so that it can be restored.

    Raises DomainError ``not_found``, ``forbidden``.
    """
    document = locked_document(document_id)
    require_remover(by, document)
    _require_present(document, if_match)
    # Put away, not removed: undo is one click (docs/decisions/0006-documents.md).
    document.deleted_at = timezone.now()
    document.save(update_fields=["deleted_at", "updated_at"])
    event = record(document, "document.deleted", by=by, before={"name": document.name})
    document_deleted.send(SupportTable, document=document, by=by, event=event)
    return document


@transaction.atomic
def restore_document(*, document_id: int, by: User) -> SupportTable:
    """Take a deleted document back, with its links to jobs; a live one is left alone.

    Raises DomainError ``not_found``, ``forbidden``.
    """
    document = locked(SupportTable.objects.all(), document_id)
    require_remover(by, document)
    if document.deleted_at is None:
        return document
    document.deleted_at = None
    document.save(update_fields=["deleted_at", "updated_at"])
    event = record(document, "document.restored", by=by, after={"name": document.name})
    document_restored.send(SupportTable, document=document, by=by, event=event)
    return document


def _require_present(document: SupportTable, if_match: str) -> None:
    refuse_lost_write(
        if_match,
        lambda: document.etag,
        sentence=_("Somebody changed this document in the meantime. Load it again."),
    )
