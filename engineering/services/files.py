"""Files of a change: stored, kept as rows, named."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import IO

from django.utils import timezone

from core.accounts.models import User
from core.files.filetypes import TYPES
from core.files.uploaded import StoredFile, extension_of, name_by_content
from core.ledger.services import record
from engineering.models import AnnouncedFile, ChangeAttachment, ChangeNotice

ANNOUNCED_FOR = timedelta(minutes=10)


def add_files(
    change: ChangeNotice, kept: Sequence[StoredFile], by: User
) -> list[ChangeAttachment]:
    """A row and an event per content file of a change that is raised, in the caller's transaction."""
    return [
        _add(change, file, by, ChangeAttachment.Purpose.CONTENT, "change.file_attached")
        for file in kept
    ]


def add_evidence(change: ChangeNotice, file: StoredFile, by: User) -> ChangeAttachment:
    """A file about a decision or about what followed: it voids nothing."""
    purpose = ChangeAttachment.Purpose.EVIDENCE
    return _add(change, file, by, purpose, "change.evidence_attached")


def settle_files(
    change: ChangeNotice,
    kept: Sequence[StoredFile],
    by: User,
    without: Collection[int] = (),
) -> list[ChangeAttachment]:
    """The rows of a new revision's files; its event names them already."""
    gone = change.attachments.signed().filter(pk__in=list(without))
    gone.update(removed_at=timezone.now())
    return [_row(change, file, by, ChangeAttachment.Purpose.CONTENT) for file in kept]


def _row(
    change: ChangeNotice, file: StoredFile, by: User, purpose: str
) -> ChangeAttachment:
    return ChangeAttachment.objects.create(
        change=change,
        name=file.name,
        stored_name=file.stored_name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_by=by,
        purpose=purpose,
        revision=change.revision,
    )


def _add(
    change: ChangeNotice, file: StoredFile, by: User, purpose: str, kind: str
) -> ChangeAttachment:
    row = _row(change, file, by, purpose)
    change.save(update_fields=["updated_at"])
    record(
        change,
        kind,
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
    newest = change.attachments.alive().values_list("name", flat=True).last()
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
