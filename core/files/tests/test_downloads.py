"""What a browser is given of a stored file: all of it, a part, or the word that it has it."""

import hashlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import RequestFactory

from core.errors import DomainError
from core.files.downloads import Served, asks_for_all, pieces_of, serve
from core.files.storages import PIECE
from core.files.uploaded import digest_of
from tests.people import content_of

BODY = b"0123456789"
TAG = '"' + "a" * 64 + '"'


@pytest.fixture
def kept(settings: Any, tmp_path: Any) -> str:
    """Ten bytes in a store of their own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return default_storage.save("documents/a.pdf", ContentFile(BODY))


def asked(
    kept: str, *, is_inline: bool = False, name: str = "a.pdf", **more: str
) -> Any:
    """The answer to a request with these headers."""
    headers = {key.replace("_", "-"): value for key, value in more.items()}
    file = Served(name, kept, "application/pdf", "a" * 64, is_inline)
    return serve(RequestFactory().get("/", headers=headers), file)


@pytest.mark.parametrize(
    ("span", "content", "told"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=3-5", b"345", "bytes 3-5/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=0-", BODY, "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-1", b"9", "bytes 9-9/10"),
        ("bytes=-10", BODY, "bytes 0-9/10"),
        ("bytes=-11", BODY, "bytes 0-9/10"),
        (" bytes=1-2 ", b"12", "bytes 1-2/10"),
    ],
)
def test_a_part_is_sent_as_a_part(
    kept: str, span: str, content: bytes, told: str
) -> None:
    answer = asked(kept, Range=span)
    assert (answer.status_code, content_of(answer)) == (206, content)
    assert answer["Content-Range"] == told
    assert answer["Content-Length"] == str(len(content))


@pytest.mark.parametrize("span", ["bytes=10-", "bytes=10-11", "bytes=5-4", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(kept: str, span: str) -> None:
    answer = asked(kept, Range=span)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */10")
    assert content_of(answer) == b""


@pytest.mark.parametrize(
    "span",
    [
        *("bytes=-", "bytes=", "bytes", "lines=1-2", "bytes=a-b", "bytes=1--2"),
        *(
            "bytes=0-1,3-4",
            "bytes=\u0663-\u0665",
            "bytes=" + "9" * 19 + "-",
            "BYTES=1-2",
        ),
    ],
)
def test_a_range_that_nobody_understands_is_all_of_it(kept: str, span: str) -> None:
    request = RequestFactory().get("/")
    # The test client would not send letters of another script.
    request.META["HTTP_RANGE"] = span
    answer = serve(request, Served("a.pdf", kept, "application/pdf"))
    assert (answer.status_code, content_of(answer)) == (200, BODY)
    assert not answer.has_header("Content-Range")


@pytest.mark.parametrize("span", ["bytes=0-", "bytes=-1", "bytes=0-0"])
def test_an_empty_file_has_no_part(settings: Any, tmp_path: Any, span: str) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    empty = default_storage.save("a.txt", ContentFile(b""))
    assert asked(empty, Range=span).status_code == 416
    assert content_of(asked(empty)) == b""


@pytest.mark.parametrize(
    ("if_range", "status"),
    [(TAG, 206), ('"other"', 200), (TAG.strip('"'), 200), ("W/" + TAG, 200)],
)
def test_a_download_goes_on_only_with_the_same_file(
    kept: str, if_range: str, status: int
) -> None:
    answer = asked(kept, Range="bytes=4-", If_Range=if_range)
    assert answer.status_code == status
    assert content_of(answer) == (BODY[4:] if status == 206 else BODY)


def test_without_a_digest_no_download_goes_on(kept: str) -> None:
    headers = {"Range": "bytes=4-", "If-Range": '""', "If-None-Match": '""'}
    answer = serve(
        RequestFactory().get("/", headers=headers),
        Served("a.pdf", kept, "application/pdf"),
    )
    assert (answer.status_code, content_of(answer)) == (200, BODY)
    assert not answer.has_header("ETag")


def test_who_has_the_file_is_told_so_even_when_the_store_is_away(kept: str) -> None:
    default_storage.delete(kept)
    answer = asked(kept, If_None_Match=TAG)
    assert (answer.status_code, answer["ETag"]) == (304, TAG)
    with pytest.raises(DomainError) as caught:
        asked(kept, If_None_Match='"other"')
    assert caught.value.code == "not_found"


@pytest.mark.parametrize(
    ("headers", "is_all"),
    [
        ({}, True),
        ({"Range": "bytes=0-"}, False),
        ({"If-None-Match": TAG}, False),
        ({"If-Range": TAG}, True),
    ],
)
def test_only_a_whole_file_counts_as_a_download(
    headers: dict[str, str], is_all: bool
) -> None:
    assert asks_for_all(RequestFactory().get("/", headers=headers)) is is_all


@pytest.mark.parametrize("span", ["", "bytes=1-2"])
@pytest.mark.parametrize("is_inline", [True, False])
def test_no_browser_runs_what_it_is_given(
    kept: str, span: str, is_inline: bool
) -> None:
    answer = asked(kept, is_inline=is_inline, Range=span)
    content_of(answer)
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "application/pdf"
    word = answer["Content-Disposition"].partition(";")[0]
    assert word == ("inline" if is_inline else "attachment")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a b.pdf", 'attachment; filename="a b.pdf"'),
        ('a"b.pdf', 'attachment; filename="a\\"b.pdf"'),
        ("Größe.pdf", "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf"),
    ],
)
def test_a_name_is_one_name_in_the_header(kept: str, name: str, written: str) -> None:
    answer = asked(kept, name=name)
    content_of(answer)
    assert answer["Content-Disposition"] == written


@pytest.fixture
def long(settings: Any, tmp_path: Any) -> tuple[str, bytes]:
    """A file of two pieces and a byte."""
    settings.MEDIA_ROOT = str(tmp_path)
    body = bytes(PIECE) + b"\1" * PIECE + b"\2"
    return default_storage.save("long.bin", ContentFile(body)), body


def test_a_long_file_comes_in_pieces_and_whole(long: tuple[str, bytes]) -> None:
    name, body = long
    pieces = list(pieces_of(name))
    assert [len(piece) for piece in pieces] == [PIECE, PIECE, 1]
    assert b"".join(pieces) == body
    assert digest_of(name) == hashlib.sha256(body).hexdigest()


def test_a_file_that_is_gone_has_no_digest_and_no_pieces(kept: str) -> None:
    default_storage.delete(kept)
    assert digest_of(kept) == ""
    with pytest.raises(FileNotFoundError):
        pieces_of(kept)
