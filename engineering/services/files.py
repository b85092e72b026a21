"""Attach files to a change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.services import take_quota
from core.db.locking import locked
from core.errors import DomainError
from core.files.filetypes import TYPES
from core.files.uploaded import StoredFile, extension_of, name_by_content, store
from core.http.etags import refuse_lost_write
from core.ledger.services import record
from engineering.models import AnnouncedFile, ChangeAttachment, ChangeNotice
from engineering.permissions import may_attach
from engineering.queries.approval import open_deciders

NamedFile = tuple[str, IO[bytes]]
ANNOUNCED_FOR = timedelta(minutes=10)


@contextmanager
def stored_files(files: Sequence[NamedFile], by: User) -> Iterator[list[StoredFile]]:
    """Check and store files before the transaction; take them away again if it fails."""
    kept: list[StoredFile] = []
    try:
        for name, content in files:
            take_quota(by, content)
            kept.append(store(name, content, settings.ATTACHMENT_MAX_BYTES))
        yield kept
    # Also when the process is told to end: no row names these files yet.
    except BaseException:
        for file in kept:
            default_storage.delete(file.stored_name)
        raise


def add_files(
    change: ChangeNotice, kept: Sequence[StoredFile], by: User
) -> list[ChangeAttachment]:
    """A row and an event per stored file, in the caller's transaction."""
    return [_add(change, file, by) for file in kept]


def _add(change: ChangeNotice, file: StoredFile, by: User) -> ChangeAttachment:
    row = ChangeAttachment.objects.create(
        change=change,
        name=file.name,
        stored_name=file.stored_name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_by=by,
    )
    change.save(update_fields=["updated_at"])
    record(
        change,
        "change.file_attached",
        by=by,
        after={"name": file.name, "size": file.size, "sha256": file.sha256},
        revision=change.revision,
    )
    return row


def announce_file(change: ChangeNotice, name: str, by: User) -> None:
    """Keep the name that was sent with the record for the bytes that follow it.

    The old client sends ``approvalFileName`` first and the file, without a name, afterwards. A name
    that the change's newest file has already is no announcement: the record was posted back.
    """
    newest = change.attachments.values_list("name", flat=True).last()
    if not name.strip() or name == newest:
        return
    AnnouncedFile.objects.update_or_create(
        change=change,
        defaults={
            "name": name.strip()[:300],
            "announced_by": by,
            "announced_at": timezone.now(),
        },
    )


def name_of_file(change: ChangeNotice, content: IO[bytes], by: User) -> str:
    """A name for bytes that came without one: as announced a moment ago, else the change's number.

    The extension is that of the content where the announced one says another thing.
    """
    by_content = name_by_content(content, str(change))
    row = AnnouncedFile.objects.filter(
        change=change,
        announced_by=by,
        announced_at__gte=timezone.now() - ANNOUNCED_FOR,
    ).first()
    if row is None:
        return by_content
    known = TYPES.get(extension_of(row.name))
    if known and known == TYPES.get(extension_of(by_content)):
        return row.name
    stem = PurePath(row.name).stem or str(change)
    return f"{stem}.{extension_of(by_content)}"


def attach_file(
    *, change_id: int, by: User, name: str, content: IO[bytes], if_match: str = ""
) -> ChangeAttachment:
    """Add a file to a change, also after its decision (the signed form comes later).

    Files are not part of the signed content; each has its digest and its event. Raises
    DomainError ``not_found``, ``forbidden``, ``precondition_failed``, ``too_large``,
    ``unsupported_type``, ``invalid``.
    """
    with stored_files([(name, content)], by) as kept, transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        refuse_lost_write(
            if_match, lambda: change.etag, currentRevision=change.revision
        )
        if not may_attach(by, change, open_deciders(change)):
            raise DomainError(
                _("Only those who raise or decide this change may attach files to it."),
                "forbidden",
            )
        AnnouncedFile.objects.filter(change=change, announced_by=by).delete()
        return add_files(change, kept, by)[0]
