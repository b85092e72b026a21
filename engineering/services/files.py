"""Attach files to a change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.common.errors import DomainError
from core.common.files import StoredFile, store
from core.common.locking import locked
from core.ledger.services import record
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.permissions import may_attach
from engineering.queries.approval import open_deciders
from engineering.services.tags import require_tag

NamedFile = tuple[str, IO[bytes]]


@contextmanager
def kept_files(files: Sequence[NamedFile]) -> Iterator[list[StoredFile]]:
    """Check and store files before the transaction; take them away again if it fails."""
    kept: list[StoredFile] = []
    try:
        for name, content in files:
            kept.append(store(name, content, settings.ATTACHMENT_MAX_BYTES))
        yield kept
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


def attach_file(
    *, change_id: int, by: User, name: str, content: IO[bytes], if_match: str = ""
) -> ChangeAttachment:
    """Add a file to a change, also after its decision (the signed form comes later).

    Files are not part of the signed content; each has its digest and its event. Raises
    DomainError ``not_found``, ``forbidden``, ``precondition_failed``, ``too_large``,
    ``unsupported_type``, ``invalid``.
    """
    with kept_files([(name, content)]) as kept, transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        require_tag(change, if_match)
        if not may_attach(by, change, open_deciders(change)):
            raise DomainError(
                _("Only those who raise or decide this change may attach files to it."),
                "forbidden",
            )
        return add_files(change, kept, by)[0]
