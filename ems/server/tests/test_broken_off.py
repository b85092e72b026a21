"""On the disk nothing stays of what broke off, or was refused while it streamed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from prometheus_client import REGISTRY

from core.files.storages import Incoming
from core.files.upload_handler import (
    BoundedUpload,
    CloseUploadsMiddleware,
    stream_upload,
)
from tests.people import Cast

MIB = 1 << 20
MULTIPART = "multipart/form-data; boundary=x"


def form(content: bytes, *, whole: bool = True) -> bytes:
    head = (
        b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    )
    return head + content + (b"\r\n--x--\r\n" if whole else b"")


class Breaking:
    """A body that breaks off."""

    def __init__(self, content: bytes) -> None:
        self.left = content

    def read(self, size: int = -1) -> bytes:
        if not self.left:
            raise ConnectionResetError
        piece, self.left = self.left[:size], self.left[size:]
        return piece


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """Where files lie while they come in."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("is_streamed", [False, True])
def test_what_broke_off_is_gone_with_its_request(
    kept: Path, *, is_streamed: bool
) -> None:
    held: list[Any] = []

    def view(request: Any) -> Any:
        if is_streamed:
            stream_upload(request, MIB)
        try:
            request.POST.get("x")
        except OSError as error:
            # A reference to the error, or a cycle, would keep the request alive.
            held.append((error, request, len(files_in(kept))))
        return None

    request = RequestFactory().generic(
        "POST", "/", b"", CONTENT_TYPE=MULTIPART, CONTENT_LENGTH=str(MIB)
    )
    request.META["wsgi.input"] = Breaking(form(b"x" * 400_000, whole=False))
    request._stream = request.META["wsgi.input"]
    CloseUploadsMiddleware(view)(request)
    # What streams to its place has no name until it is kept.
    assert held[0][2] == (0 if is_streamed else 1)
    assert all(
        getattr(handler, "incoming", None) is None
        for handler in request.upload_handlers
    )
    assert files_in(kept) == []


def test_files_that_come_in_are_counted_until_they_are_put_away(kept: Path) -> None:
    before = open_files()
    draft, other = Incoming(kept), Incoming(kept)
    assert open_files() == before + 2
    draft.keep(kept / "kept")
    for _again in range(2):
        draft.discard()
    assert open_files() == before + 1
    other.discard()
    assert open_files() == before


def test_what_broke_off_is_counted_no_longer(kept: Path) -> None:
    before, during = open_files(), list[float]()

    def view(request: Any) -> Any:
        stream_upload(request, MIB)
        request.upload_handlers[0].new_file("file", "a.pdf", "application/pdf", 9)
        during.append(open_files())

    CloseUploadsMiddleware(view)(RequestFactory().post("/"))
    assert [*during, open_files()] == [before + 1, before]


def open_files() -> float:
    """As a scraper reads it."""
    return REGISTRY.get_sample_value("ems_incoming_files") or 0


def test_a_file_is_refused_while_it_streams(kept: Path, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 300_000
    client = Client(raise_request_exception=False)
    answer = client.generic(
        "POST",
        reverse("accounts:login"),
        form(b"x" * 600_000),
        content_type=MULTIPART,
    )
    assert answer.status_code == 413
    assert files_in(kept) == []


def test_a_photo_as_a_form_is_refused_while_it_streams(
    cast: Cast, kept: Path, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 300_000
    answer = Client().generic(
        "POST",
        "/engineeringDetailProblems/1/photo",
        form(b"x" * 600_000),
        content_type=MULTIPART,
        headers={"authorization": f"Bearer {cast.token('agus')}"},
    )
    assert answer.status_code in {404, 413}
    assert files_in(kept) == []


def test_every_upload_has_a_limit() -> None:
    assert settings.FILE_UPLOAD_HANDLERS[-1].endswith(BoundedUpload.__name__)
    assert (
        settings.MIDDLEWARE.index("core.files.upload_handler.CloseUploadsMiddleware")
        <= 1
    )
