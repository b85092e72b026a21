"""Files of a form or a request: counted, checked and stored before the transaction that names them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage

from core.accounts.models import User
from core.accounts.services.quota import take_quota
from core.files.uploaded import StoredFile, store

NamedFile = tuple[str, IO[bytes]]


@contextmanager
def stored_files(
    files: Sequence[NamedFile], by: User, folder: str = "attachments"
) -> Iterator[list[StoredFile]]:
    """Check and store files before the transaction; take them away again if it fails."""
    kept: list[StoredFile] = []
    try:
        for name, content in files:
            take_quota(by, content)
            limit = settings.ATTACHMENT_MAX_BYTES
            kept.append(store(name, content, limit, folder=folder))
        yield kept
    # Also when the process is told to end: no row names these files yet.
    except BaseException:
        for file in kept:
            default_storage.delete(file.stored_name)
        raise
