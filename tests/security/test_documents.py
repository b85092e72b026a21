"""Sixty names and three hundred files, made here, against the upload of documents.

See docs/threats.md#files-and-exports.
"""

import io
import random
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from core.documents.extraction import ExtractionError, ReaderLimits, extract
from core.errors import DomainError
from core.files.filetypes import SIGNATURES, TYPES
from core.files.uploaded import clean_name, store
from supportdocs.models import SupportTable
from tests import papers
from tests.contract.paths import PDF
from tests.people import Cast, content_of, told

SHOWN = re.compile(r"^[\w .()\-]{1,120}$")
LIMIT = 4 << 20
DICE = random.Random(2026)  # noqa: S311 - the same corpus each time

# --- Sixty names ------------------------------------------------------------------------

REFUSED_NAMES = (
    "a.exe", "a.bat", "a.cmd", "a.com", "a.scr", "a.js", "a.vbs", "a.ps1", "a.sh", "a.py",
    "a.php", "a.phtml", "a.jsp", "a.aspx", "a.html", "a.htm", "a.svg", "a.xml", "a.xhtml",
    "a.pdf.html", "a.pdf.exe", "a.docm", "a.xlsm", "a.cab", "a.7z", "a.iso", "a.lnk", "a.jar",
    "a", "", ".", "..", ".pdf", "pdf", "a.", "a.pdf/", "inv\u202efdp.exe", "a\u200b.pdf",
    "a\x00.pdf", "a\r\n.pdf", "a\t.pdf", "a.pdf\x00.exe", "\ue000.pdf",
)  # fmt: skip
ACCEPTED_NAMES = (
    "../../etc/passwd.pdf", "..%2f..%2fetc.pdf", "C:\\Windows\\x.pdf", "/etc/shadow.pdf",
    "CON.pdf", "NUL.pdf", "aux.pdf", "-rf.pdf", "--help.pdf", "a;rm -rf.pdf", "$(id).pdf",
    "x" * 300 + ".pdf", "größe.pdf", "図面.pdf", "a'b\"c.pdf", "<script>.pdf", "a.exe.pdf",
)  # fmt: skip


def test_there_are_sixty_names() -> None:
    assert len(set(REFUSED_NAMES) | set(ACCEPTED_NAMES)) == 60


@pytest.mark.parametrize("name", REFUSED_NAMES, ids=repr)
def test_a_name_that_means_harm_is_refused(name: str) -> None:
    with pytest.raises(DomainError) as caught:
        clean_name(name)
    assert caught.value.code in {"unsupported_type", "invalid"}


@pytest.mark.parametrize("name", ACCEPTED_NAMES, ids=repr)
def test_a_strange_name_is_made_plain_and_leads_nowhere(name: str) -> None:
    kept = store(name, io.BytesIO(PDF), LIMIT, folder="documents")
    try:
        assert SHOWN.match(kept.name)
        assert not kept.name.startswith(".")
        path = Path(default_storage.path(kept.stored_name)).resolve()
        assert path.parent == Path(default_storage.path("documents")).resolve()
        assert re.fullmatch(r"[0-9a-f]{32}\.pdf", path.name)
    finally:
        default_storage.delete(kept.stored_name)


def raw_form(name: str) -> bytes:
    """A form as an attacker writes it, the name as it is."""
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    start = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n"
    return start.encode() + PDF + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.django_db
def test_names_over_http_answer_400_or_415_and_never_break(cast: Cast) -> None:
    agus = cast.api("agus")
    for name in (*REFUSED_NAMES, *ACCEPTED_NAMES):
        answer = agus.call(
            "POST", "/supporttables", raw_form(name), {}, MULTIPART_CONTENT
        )
        assert answer.status_code in {201, 400, 415}, (name, content_of(answer)[:200])
        if answer.status_code == 201:
            assert SHOWN.match(told(answer)["fileName"]), name
    assert SupportTable.objects.count() >= len(ACCEPTED_NAMES) - 3


# --- Three hundred files ------------------------------------------------------------------

DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
    )
    + b"]><l>&i;</l>"
)
# What a file may claim to be, and what it is instead: refused at the door.
MARKUP = (
    b"<html><script>alert(1)</script>",
    b"<!DOCTYPE html><body onload=x>",
    b"<svg onload=x>",
)
PROGRAMS = (
    b"MZ\x90\x00" + bytes(60),
    b"\x7fELF" + bytes(60),
    b"\xca\xfe\xba\xbe" + bytes(9),
    b"GIF89a/*" + bytes(9),
    b"Rar!\x1a\x07\x00" + bytes(20),
    b"7z\xbc\xaf\x27\x1c" + bytes(20),
    b"\x1f\x8b\x08\x00" + bytes(20),
    b"\xff\xfb\x90\x00" + bytes(20),
    b"SQLite format 3\x00" + bytes(20),
)


def bases() -> dict[str, bytes]:
    """A good file of each package."""
    return {
        "docx": papers.word(["x"], [["a", "b"]]),
        "xlsx": papers.workbook({"A": [["x"]]}),
        "pptx": papers.slides(["x"]),
    }


def at_the_door() -> list[tuple[str, bytes]]:
    """Files that are refused before they are kept."""
    disguised = [
        (extension, content)
        for extension in sorted(TYPES)
        for content in (*MARKUP, *PROGRAMS)
        if not content.startswith(SIGNATURES.get(extension, (b"?",)))
    ]
    return [*disguised, *spoiled_packages(), *spoiled_archives()]


def spoiled_packages() -> Iterator[tuple[str, bytes]]:
    """Office files with attacks in them, or that are none."""
    whole = bases()
    for extension, base in whole.items():
        yield from _attacked(extension, base)
        yield extension, papers.LOCKED_OFFICE
        yield extension, papers.package({"no": b"package"})
        for other, content in whole.items():
            if other != extension:
                yield extension, content


def _attacked(extension: str, base: bytes) -> Iterator[tuple[str, bytes]]:
    main = {
        "docx": "word/document.xml",
        "xlsx": "xl/workbook.xml",
        "pptx": "ppt/presentation.xml",
    }[extension]
    folder = main.partition("/")[0]
    for attack in (DTD, LAUGHS, DTD.decode().encode("utf-16")):
        yield extension, papers.package({main: attack}, base)
        yield extension, papers.package({"_rels/.rels": attack}, base)
    yield extension, papers.package({f"{folder}/vbaProject.bin": b"macro"}, base)
    yield extension, papers.package({f"{folder}/media/a.zip": b"PK"}, base)
    yield extension, papers.package({f"{folder}/a.xml": b" " * (30 << 20)}, base)
    many = {f"{folder}/{n}.xml": b"" for n in range(2100)}
    yield extension, papers.package(many, base)


def spoiled_archives() -> Iterator[tuple[str, bytes]]:
    """Archives in archives, and bombs."""
    for ending in ("zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "jar"):
        yield "zip", papers.package({f"b.{ending}": b"x"})
    for size in (201, 210, 230):
        yield "zip", papers.bomb("a.txt", size)
    yield "zip", papers.package({f"{n}": b"" for n in range(2100)})
    yield "zip", papers.package({"a.xlsx": papers.bomb()})


def for_the_reader() -> list[tuple[str, bytes]]:
    """Files that look right from outside: kept, and read in the child process."""
    return [*broken_papers(), *broken_pictures(), *broken_packages()]


def broken_papers() -> Iterator[tuple[str, bytes]]:
    """PDFs that are cut, damaged, locked, endless or inflated."""
    good = papers.pdf(["words " * 20] * 3)
    for place in range(0, len(good), max(1, len(good) // 24)):
        yield "pdf", good[: max(place, 9)]
    for _time in range(25):
        yield "pdf", damaged(good, 12, 8)
    yield "pdf", papers.locked_pdf()
    yield "pdf", loop()
    yield "pdf", inflated()
    yield "pdf", good + b"<script>alert(1)</script>"


def broken_pictures() -> Iterator[tuple[str, bytes]]:
    """Pictures that are cut, or say that they are huge."""
    for extension, image in (("png", papers.png()), ("jpg", papers.jpg())):
        for part in range(1, 13):
            yield extension, image[: len(image) * part // 13]
    for side in (20_000, 60_000, 2**31 - 1):
        yield "png", papers.huge_png(side)


def broken_packages() -> Iterator[tuple[str, bytes]]:
    """Office files with bytes turned around."""
    for extension, base in bases().items():
        for _time in range(12):
            yield extension, damaged(base, 20, 40)


def damaged(good: bytes, times: int, first: int) -> bytes:
    """With some bytes after the first ones replaced."""
    broken = bytearray(good)
    for _flip in range(times):
        broken[DICE.randrange(first, len(broken))] = DICE.randrange(256)
    return bytes(broken)


def loop() -> bytes:
    """A page tree that is its own child."""
    return papers.assemble(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999>>",
        ]
    )


def inflated() -> bytes:
    """A page whose content is a hundred megabytes once it is unpacked."""
    packed = zlib.compress(b"0 0 m 1 1 l S " * 7_000_000).hex() + ">"
    content = f"<</Length {len(packed)}/Filter[/ASCIIHexDecode/FlateDecode]>>stream\n{packed}\nendstream"
    return papers.assemble(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
            content,
        ]
    )


DOOR = at_the_door()
READER = for_the_reader()


def test_there_are_three_hundred_files() -> None:
    assert len(DOOR) + len(READER) >= 300


def judged(extension: str, content: bytes) -> str:
    """The code of the refusal, or where it was kept."""
    try:
        kept = store(f"a.{extension}", io.BytesIO(content), 64 << 20)
    except DomainError as error:
        return error.code
    default_storage.delete(kept.stored_name)
    return kept.stored_name


def test_what_is_not_what_it_says_is_refused_quickly() -> None:
    slowest, found = 0.0, set()
    for extension, content in DOOR:
        began = time.process_time()
        found.add(judged(extension, content))
        slowest = max(slowest, time.process_time() - began)
    assert found == {"unsupported_type", "archive_limits"}
    # A tenth of a second each is the promise; the machine of the tests may be busy.
    assert slowest < 1


def read(path: Path, extension: str) -> str:
    """Why it could not be read, or how many pages it has."""
    try:
        return str(
            len(
                extract(
                    path, extension=extension, limits=ReaderLimits(seconds=10)
                ).pages
            )
        )
    except ExtractionError as error:
        return error.sentence


@pytest.mark.slow
@pytest.mark.once
def test_what_attacks_its_reader_ends_in_the_child(tmp_path: Path) -> None:
    path, slowest = tmp_path / "kept", 0.0
    for extension, content in READER:
        path.write_bytes(content)
        began = time.monotonic()
        assert read(path, extension)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 15


def test_a_store_without_its_checks_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sabotage: without the check of the content, the corpus gets in."""
    monkeypatch.setattr("core.files.uploaded._require_type", lambda *_: None)
    extension, content = DOOR[0]
    kept: Any = store(f"a.{extension}", io.BytesIO(content), LIMIT)
    default_storage.delete(kept.stored_name)
