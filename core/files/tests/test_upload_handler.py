"""A large file comes in: measured, hashed and refused while it streams."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from core.errors import DomainError
from core.files.storages import Incoming, incoming_files
from core.files.upload_handler import (
    ENVELOPE,
    BoundedUpload,
    CloseUploadsMiddleware,
    Digest,
    StreamedFile,
    StreamingUpload,
    no_room,
    stream_upload,
    too_large,
)
from core.files.uploaded import store
from tests.contract.paths import PDF

LIMIT = 1000
TEN = b"x" * 10


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    """A store of our own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def posted(*files: tuple[str, bytes], limit: int = LIMIT, **more: str) -> HttpRequest:
    """A form with these files, on its way in."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%s\r\n" % (name.encode(), content)
        for name, content in files
    ]
    parts += [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value.encode())
        for name, value in more.items()
    ]
    request = RequestFactory().generic(
        "POST",
        "/",
        b"".join(parts) + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    stream_upload(request, limit)
    return request


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def open_files() -> float:
    """Files that are being written, as the metrics say it."""
    (sample,) = next(iter(incoming_files.collect())).samples
    return sample.value


@pytest.fixture
def _all_closed() -> Iterator[None]:
    """As many files are open afterwards as before."""
    before = open_files()
    yield
    assert open_files() == before


@pytest.mark.usefixtures("_all_closed")
def test_what_streams_in_is_measured_hashed_and_kept_without_a_copy(
    place: Path,
) -> None:
    content = PDF + bytes(400_000)
    request = posted(("SLD.pdf", content), limit=1 << 20, name="SLD LVMDP")
    file: Any = request.FILES["file"]
    assert (file.name, file.size, file.content_type) == (
        "SLD.pdf",
        len(content),
        "application/pdf",
    )
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert request.POST["name"] == "SLD LVMDP"
    kept = store("SLD.pdf", file, 1 << 20)
    request.close()
    assert (kept.size, kept.sha256) == (len(content), file.sha256)
    with default_storage.open(kept.stored_name) as found:
        assert found.read() == content
    assert len(everything(place)) == 1


@pytest.mark.usefixtures("_all_closed")
def test_what_was_not_kept_is_gone_when_the_request_ends(place: Path) -> None:
    request = posted(("a.pdf", PDF))
    file: Any = request.FILES["file"]
    assert file.read() == PDF
    request.close()
    assert everything(place) == []


@pytest.mark.parametrize("size", [1, LIMIT - 1, LIMIT])
def test_a_file_of_the_limit_comes_in(place: Path, size: int) -> None:
    request = posted(("a.pdf", b"x" * size))
    file: Any = request.FILES["file"]
    assert file.size == size
    request.close()


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 500])
def test_a_byte_more_than_the_limit_is_refused(place: Path, size: int) -> None:
    with pytest.raises(DomainError) as caught:
        _ = posted(("a.pdf", b"x" * size)).FILES
    assert caught.value.code == "too_large"
    assert everything(place) == []


@pytest.mark.parametrize(
    ("length", "is_refused"), [(LIMIT + ENVELOPE, False), (LIMIT + ENVELOPE + 1, True)]
)
def test_a_length_told_in_advance_is_refused_unread(
    length: int, is_refused: bool
) -> None:
    handler = StreamingUpload(HttpRequest(), LIMIT)
    unread = BytesIO(TEN)
    code = ""
    try:
        handler.handle_raw_input(unread, {}, length, "x")
    except DomainError as error:
        code = error.code
    assert code == ("too_large" if is_refused else "")
    assert unread.tell() == 0


def test_a_second_file_is_refused_and_the_first_one_goes_too(place: Path) -> None:
    with pytest.raises(DomainError) as caught:
        _ = posted(("a.pdf", PDF), ("b.pdf", PDF)).FILES
    assert caught.value.code == "invalid"
    assert set(caught.value.errors) == {"file"}
    assert everything(place) == []


@pytest.mark.usefixtures("_all_closed")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_fills_while_it_comes_in_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(self: Incoming, data: bytes) -> int:
        raise OSError(number, "no")

    monkeypatch.setattr(Incoming, "write", full)
    with pytest.raises(DomainError) as caught:
        _ = posted(("a.pdf", PDF)).FILES
    assert caught.value.code == "storage_full"
    assert everything(place) == []


def test_a_store_that_opens_no_file_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> Incoming:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(default_storage, "incoming", closed)
    with pytest.raises(DomainError) as caught:
        _ = posted(("a.pdf", PDF)).FILES
    assert caught.value.code == "storage_full"


@pytest.mark.parametrize(
    ("language", "number", "sentence"),
    [
        ("en", errno.ENOSPC, "There is no room for the file."),
        ("en", errno.EACCES, "The store does not take the file."),
        ("id", errno.EDQUOT, "Tidak ada ruang"),
        ("id", errno.EIO, "Tempat penyimpanan menolak"),
    ],
)
def test_a_full_disk_and_a_broken_one_are_told_apart(
    language: str, number: int, sentence: str
) -> None:
    with translation.override(language):
        assert sentence in no_room(OSError(number, "no")).sentence


@pytest.mark.parametrize(
    ("limit", "said"), [(5, "1 MB"), (2**20, "1 MB"), (25 * 2**20, "25 MB")]
)
def test_a_refusal_says_how_large_a_file_may_be(limit: int, said: str) -> None:
    assert said in too_large(limit).sentence


def test_a_digest_keeps_the_order_of_its_pieces() -> None:
    pieces = [bytes([n]) * 50_000 for n in range(40)]
    digest = Digest()
    for piece in pieces:
        digest.update(piece)
    assert digest.hexdigest() == hashlib.sha256(b"".join(pieces)).hexdigest()


# --- Every other file -------------------------------------------------------------------


def chunk_taken(size: int, start: int, settings: Any) -> bool:
    """Whether the ordinary way in takes a piece at this place."""
    settings.ATTACHMENT_MAX_BYTES = LIMIT
    handler = BoundedUpload(HttpRequest())
    handler.new_file("file", "a.pdf", "application/pdf", None)
    path = Path(handler.file.temporary_file_path())
    try:
        handler.receive_data_chunk(b"x" * size, start)
    except RequestDataTooBig:
        assert not path.exists()
        return False
    handler.upload_interrupted()
    return True


@pytest.mark.parametrize(
    ("size", "start", "is_taken"),
    [
        (LIMIT, 0, True),
        (LIMIT + 1, 0, False),
        (10, LIMIT - 10, True),
        (10, LIMIT - 9, False),
    ],
)
def test_the_ordinary_way_in_is_bounded_too(
    size: int, start: int, is_taken: bool, settings: Any
) -> None:
    assert chunk_taken(size, start, settings) is is_taken


def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("the view broke")


@pytest.mark.usefixtures("_all_closed")
@pytest.mark.parametrize("view", [answered, broken])
def test_the_outermost_middleware_closes_what_was_not_read_to_its_end(
    place: Path, view: Callable[[HttpRequest], HttpResponse]
) -> None:
    request = posted(("a.pdf", PDF))
    handler: Any = request.upload_handlers[0]
    handler.new_file("file", "a.pdf", "application/pdf", None)
    handler.receive_data_chunk(TEN, 0)
    said = ""
    try:
        CloseUploadsMiddleware(view)(request)
    except ValueError as error:
        said = str(error)
    assert said == ("the view broke" if view is broken else "")
    assert handler.incoming is None
    assert everything(place) == []


def test_a_streamed_file_that_claims_to_be_small_is_measured_against_the_limit(
    place: Path,
) -> None:
    draft = Incoming(place)
    draft.write(PDF)
    draft.file.seek(0)
    file = StreamedFile(draft, "a.pdf", "application/pdf", LIMIT + 1, "a" * 64)
    with pytest.raises(DomainError) as caught:
        store("a.pdf", file, LIMIT)
    assert caught.value.code == "too_large"
    file.close()
