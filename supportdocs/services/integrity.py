"""See to it that what was kept is still there, as it was."""

import errno
import time
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.files.uploaded import digest_of
from core.ledger.services import record
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.signals import document_damaged

log = structlog.get_logger(__name__)
NIGHT = timedelta(hours=20)
LONGEST_SECONDS = 4 * 3600.0
AT_ONCE = 200
# The disk gives its bytes no more. A store that is away has other numbers, or none: it says nothing
# of the file.
UNREADABLE = {errno.EIO, errno.EACCES, errno.EISDIR, errno.EUCLEAN}


def scrub_files(longest_seconds: float = LONGEST_SECONDS) -> int:
    """Compare every kept file with its digest, the longest unchecked first; returns how many
    were found damaged or missing.

    Stops after ``longest_seconds``; the next night goes on where this one ended.
    """
    ends, before, damaged = (
        time.monotonic() + longest_seconds,
        timezone.now() - NIGHT,
        0,
    )
    due = Q(checked_at=None) | Q(checked_at__lt=before)
    while versions := list(_due(due)):
        for version in versions:
            damaged += _check(version)
            if time.monotonic() > ends:
                return damaged
    return damaged


def _due(due: Q) -> list[DocumentVersion]:
    rows = DocumentVersion.objects.filter(due)
    return list(rows.order_by(F("checked_at").asc(nulls_first=True), "id")[:AT_ONCE])


def _check(version: DocumentVersion) -> bool:
    is_damaged = not _is_as_it_was(version)
    rows = DocumentVersion.objects.filter(pk=version.pk)
    if is_damaged == version.is_damaged:
        rows.update(checked_at=timezone.now())
    else:
        _note(version, is_damaged=is_damaged)
    return is_damaged


def note_damage(version: DocumentVersion) -> None:
    """Keep and tell that a file is not what it was, found when somebody wanted it."""
    _note(version, is_damaged=True)


def _is_as_it_was(version: DocumentVersion) -> bool:
    # EMS takes no empty file: the old system had lost what was in it.
    if not version.size:
        return False
    try:
        return digest_of(version.stored_name) == version.sha256
    except OSError as error:
        # A bucket that is away has damaged nothing (docs/threats.md#f49).
        if error.errno not in UNREADABLE:
            raise
        return False


@transaction.atomic
def _note(version: DocumentVersion, *, is_damaged: bool) -> None:
    document = SupportTable.objects.select_for_update().get(pk=version.document_id)
    DocumentVersion.objects.filter(pk=version.pk).update(
        checked_at=timezone.now(), is_damaged=is_damaged
    )
    kind = "document.damaged" if is_damaged else "document.sound"
    log.error("file_damaged", stored_name=version.stored_name, is_damaged=is_damaged)
    event = record(document, kind, by=None, revision=version.number)
    if is_damaged:
        document_damaged.send(
            SupportTable, document=document, version=version, event=event
        )
