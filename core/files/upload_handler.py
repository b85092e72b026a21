"""Takes a large upload in: written where it will stay, measured and hashed on the way."""

import errno
import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import DomainError, invalid
from core.files.storages import Incoming, store_of_files

FULL = {errno.ENOSPC, errno.EDQUOT}
# What surrounds one file in a form: its boundary, its name, the other fields.
ENVELOPE = 1 << 20
# Pieces that wait to be hashed: a megabyte.
MOST_PENDING = 4


class StreamedFile(UploadedFile):  # type: ignore[type-arg] # not generic when it runs
    """A file that came in whole: ``incoming`` can be kept as it is, ``sha256`` is known."""

    def __init__(
        self, incoming: Incoming, name: str, kind: str, size: int, sha256: str
    ) -> None:
        super().__init__(incoming.file, name, kind, size, None)
        self.incoming = incoming
        self.sha256 = sha256

    def close(self) -> None:
        """At the end of the request: what was not kept is gone."""
        self.incoming.discard()


class Digest:
    """SHA-256 of what streams by, reckoned beside it: hashing lets go of the interpreter."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="digest")
        self._pending: deque[Future[None]] = deque()

    def update(self, data: bytes) -> None:
        """Take a piece; waits only when the reckoning is several pieces behind."""
        self._pending.append(self._beside.submit(self._sha.update, data))
        while len(self._pending) > MOST_PENDING:
            self._pending.popleft().result()

    def hexdigest(self) -> str:
        self.close()
        return self._sha.hexdigest()

    def close(self) -> None:
        self._beside.shutdown()


class StreamingUpload(FileUploadHandler):
    """Refuses while it streams: too large, a second file, a disk that is full."""

    chunk_size = 1 << 18

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.incoming: Incoming | None = None
        self.size = 0
        self.sha = Digest()
        self.count = 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """A length that is told in advance saves everybody the wait."""
        # The length is that of the whole form, which is a little longer than its file.
        if content_length > self.limit + ENVELOPE:
            raise too_large(self.limit)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The first one; there is no second."""
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > 1:
            self._drop()
            raise invalid("file", _("Send one file at a time."))
        try:
            self.incoming = store_of_files().incoming()
        except OSError as error:
            raise no_room(error) from None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write it down; nothing is left for the next handler."""
        assert self.incoming is not None  # noqa: S101 - new_file made it
        self.size = start + len(raw_data)
        if self.size > self.limit:
            self._drop()
            raise too_large(self.limit)
        self.sha.update(raw_data)
        try:
            self.incoming.write(raw_data)
        except OSError as error:
            self._drop()
            raise no_room(error) from None

    def file_complete(self, file_size: int) -> StreamedFile:
        """All of it is here."""
        incoming, self.incoming = self.incoming, None
        assert incoming is not None  # noqa: S101 - new_file made it
        incoming.file.seek(0)
        return StreamedFile(
            incoming,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.sha.hexdigest(),
        )

    def upload_interrupted(self) -> None:
        """The sender went away."""
        self._drop()

    def _drop(self) -> None:
        self.sha.close()
        if self.incoming:
            self.incoming.discard()
            self.incoming = None

    def __del__(self) -> None:
        """Whatever ended the reading, nothing stays."""
        self._drop()


class BoundedUpload(TemporaryFileUploadHandler):
    """The way in of every other file: into the temporary folder, and no further than an attachment."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Refuse while it streams: what is too large is not measured on the disk."""
        if start + len(raw_data) > settings.ATTACHMENT_MAX_BYTES:
            self.upload_interrupted()
            raise RequestDataTooBig("a file is too large")
        self.file.write(raw_data)


class CloseUploadsMiddleware:
    """Middleware, the outermost: what broke off while it came in is gone with its request.

    Nobody tells a handler of an error, and the garbage collector comes late (``ems.asgi``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            for handler in request.__dict__.get("_upload_handlers", ()):
                handler.upload_interrupted()


def stream_upload(request: HttpRequest, limit: int) -> None:
    """Let the one file of this request, of at most ``limit`` bytes, come in by streaming.

    To be called before anything looks at ``request.POST``.
    """
    request.upload_handlers = [StreamingUpload(request, limit)]


def too_large(limit: int) -> DomainError:
    """The refusal of a file of more than ``limit`` bytes."""
    return DomainError(
        _("The file is larger than %d MB.") % max(limit // 2**20, 1), "too_large"
    )


def no_room(error: OSError) -> DomainError:
    """The refusal when a file cannot be written; a full disk and others alike."""
    if error.errno in FULL:
        return DomainError(
            _("There is no room for the file. Nothing was saved; tell IT."),
            "storage_full",
        )
    return DomainError(
        _("The store does not take the file. Nothing was saved; tell IT."),
        "storage_full",
    )
