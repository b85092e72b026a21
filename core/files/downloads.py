"""Downloads of stored files: streamed, in parts if asked, and never run by a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.files.storages import store_of_files

log = structlog.get_logger(__name__)
AWAY_SECONDS = 30
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class DownloadRequest(Protocol):
    """A request of Django or of DRF."""

    @property
    def headers(self) -> "Headers":
        """By name; Django and DRF give the same kind."""


class Headers(Protocol):
    """Headers by name, in any letter case."""

    def get(self, name: str, default: str, /) -> str:
        """Its value, or ``default``."""


@dataclass(frozen=True, slots=True)
class Served:
    """A stored file as it is to be shown. is_inline: looked at in the browser, not saved."""

    name: str
    stored_name: str
    content_type: str
    sha256: str = ""
    is_inline: bool = False


def serve(request: DownloadRequest, file: Served) -> HttpResponseBase:
    """A stored file, or the part of it that the request asks for (docs/threats.md#t37).

    Raises DomainError ``not_found`` when the store does not have it, ``unavailable`` when it does
    not answer.
    """
    tag = f'"{file.sha256}"' if file.sha256 else ""
    if tag and request.headers.get("If-None-Match", "") == tag:
        return _dressed(HttpResponse(status=304), file, tag)
    try:
        size = default_storage.size(file.stored_name)
        start, length, status = _part(request, size, tag)
        if status == 416:
            return _refused(size)
        pieces = store_of_files().stream(file.stored_name, start, length)
    except FileNotFoundError:
        raise DomainError(
            _("The file is missing from the store. Tell IT."), "not_found"
        ) from None
    except OSError as error:
        log.warning("file_not_read", stored_name=file.stored_name, reason=str(error))
        raise DomainError(
            _("The store of files does not answer. Try again in a minute."),
            "unavailable",
            retry_after=AWAY_SECONDS,
        ) from None
    response = FileResponse(pieces, status=status)
    response["Content-Length"] = str(length)
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return _dressed(response, file, tag)


def asks_for_all(request: DownloadRequest) -> bool:
    """Whether a whole file is asked for: no part of it, and not only whether it is another one."""
    given = request.headers
    return not (given.get("Range", "") or given.get("If-None-Match", ""))


def _part(request: DownloadRequest, size: int, tag: str) -> tuple[int, int, int]:
    """First byte, number of bytes, status: 200 all of it, 206 a part, 416 outside of it."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if_range = request.headers.get("If-Range", "")
    # Several ranges at once are not served: RFC 9110 lets a server answer with all of it.
    if not found or not any(found.groups()) or (if_range and if_range != tag):
        return 0, size, 200
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
        is_inside = int(last) > 0 and size > 0
    else:
        start = int(first)
        stop = min(int(last) + 1, size) if last else size
        is_inside = start < stop
    return (start, stop - start, 206) if is_inside else (0, 0, 416)


def _refused(size: int) -> HttpResponse:
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})


def _dressed(response: HttpResponseBase, file: Served, tag: str) -> HttpResponseBase:
    shown = content_disposition_header(not file.is_inline, file.name)
    response["Content-Type"] = file.content_type
    response["Content-Disposition"] = shown or "attachment"
    response["Accept-Ranges"] = "bytes"
    # Also where a file is shown and not saved, no browser runs it (docs/threats.md#t37).
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    if tag:
        response["ETag"] = tag
    return response


def pieces_of(stored_name: str) -> Iterator[bytes]:
    """All of a stored file, a piece at a time; raises FileNotFoundError."""
    size = default_storage.size(stored_name)
    return store_of_files().stream(stored_name, 0, size)
