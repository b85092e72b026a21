"""Names, types and sizes of uploaded files (docs/threats.md#files-and-exports)."""

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.files.filetypes import OLE, TYPES
from core.files.uploaded import (
    clean_name,
    decode_base64,
    extension_of,
    name_by_content,
    store,
)
from tests.contract.paths import PDF
from tests.factories import PNG

LIMIT = 10_000


def package(folder: str) -> bytes:
    """A ZIP with one file in a folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}document.xml", "<x/>")
    return file.getvalue()


GOOD = {
    "a.pdf": PDF,
    "a.PNG": PNG,
    "a.jpg": b"\xff\xd8\xff\xe0" + b"x" * 20,
    "a.docx": package("word/"),
    "a.xlsx": package("xl/"),
    "a.pptx": package("ppt/"),
    "a.zip": package(""),
    "a.dwg": b"AC1032" + b"\0" * 20,
    "a.dxf": b"0\nSECTION\n",
    "a.txt": b"hello",
    "a.csv": b"a;b\n=1+1;2\n",
    "windows.txt": "Größe".encode("utf-16"),
    "lama.doc": OLE + b"\0" * 600,
    "lama.xls": OLE + b"\0" * 600,
    "lama.ppt": OLE + b"\0" * 600,
    "surat.msg": OLE + b"\0" * 600,
    "surat.eml": b"Received: from a\r\nSubject: x\r\n\r\n<html>hi</html>",
    "surat.rtf": b"{\\rtf1 isi}",
    "foto.gif": b"GIF89a" + b"\0" * 20,
    "foto.bmp": b"BM" + b"\0" * 20,
    "foto.webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "foto.tif": b"II*\0" + b"\0" * 20,
    "foto.tiff": b"MM\0*" + b"\0" * 20,
    "foto.heic": b"\0\0\0\x18ftypheic" + b"\0" * 20,
    "arsip.rar": b"Rar!\x1a\x07\x01\0",
    "excel.csv": b"\xfe\xff" + "a\tb\n".encode("utf-16-be"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_each_kind_is_kept(name: str) -> None:
    kept = store(name, io.BytesIO(GOOD[name]), LIMIT)
    assert kept.name == name
    assert kept.size == len(GOOD[name])
    assert kept.content_type == TYPES[extension_of(name)]
    with default_storage.open(kept.stored_name) as file:
        assert file.read() == GOOD[name]
    default_storage.delete(kept.stored_name)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        "<html><script>alert(1)</script>".encode("utf-16"),
        b"\xff\xfe\0\0x\0\0\0",
        b"MZ\x90\0\x03\0",
        b"\0" * 9,
    ],
)
def test_content_of_another_kind_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        store(name, io.BytesIO(content), LIMIT)
    assert caught.value.code in {"unsupported_type", "invalid"}


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
@pytest.mark.parametrize(
    "content",
    [
        package("other/"),
        b"PK\x03\x04" + b"x" * 30,
        package("word/")[:-30],
        b"PK\x03\x04",
    ],
)
def test_a_package_must_be_one_of_its_kind(name: str, content: bytes) -> None:
    with pytest.raises(DomainError):
        store(name, io.BytesIO(content), LIMIT)


@given(st.binary(max_size=300))
def test_no_package_is_a_crash(tail: bytes) -> None:
    with pytest.raises(DomainError):
        store("a.docx", io.BytesIO(b"PK\x03\x04" + tail), LIMIT)


def test_size_is_measured_not_believed() -> None:
    with pytest.raises(DomainError) as caught:
        store("a.pdf", io.BytesIO(PDF + b" " * LIMIT), LIMIT)
    assert caught.value.code == "too_large"
    with pytest.raises(DomainError) as caught:
        store("a.pdf", io.BytesIO(b""), LIMIT)
    assert caught.value.code == "invalid"


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(DomainError) as caught:
        store("a.pdf", io.BytesIO(PDF), LIMIT)
    assert caught.value.code == "storage_full"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("SLD (rev 2).pdf", "SLD (rev 2).pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("a<b>|c.pdf", "a_b__c.pdf"),
        (" .hidden.pdf ", "hidden.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


HARMFUL = (
    *("", ".", ".pdf", "pdf", "a", "a.", "a.exe", "a.svg", "a.html", "a.pdf.html"),
    *("a.PHP5", "a\0.pdf", "a\n.pdf", "a\u202efdp.exe", "a\u200b.pdf", "a\ue000.pdf"),
    "\ud800.pdf",
)


@pytest.mark.parametrize("name", HARMFUL)
def test_names_that_mean_harm_are_refused(name: str) -> None:
    with pytest.raises(DomainError) as caught:
        clean_name(name)
    assert caught.value.code in {"unsupported_type", "invalid"}


@given(st.text(max_size=300))
def test_a_name_is_clean_or_refused(text: str) -> None:
    name = "a.pdf"
    with suppress(DomainError):
        name = clean_name(text)
    assert len(name) <= 120
    assert not set(name) & set('/\\\0\r\n"<>|:*?')
    assert extension_of(name) in TYPES


@pytest.mark.parametrize("text", ["not base64!", "a", "data:image/png;base64,%%"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        decode_base64(text)


@pytest.mark.parametrize(
    ("content", "name"),
    [(PDF, "X.pdf"), (PNG, "X.png"), (b"AC1015", "X.dwg"), (b"hello", "X.txt")],
)
def test_a_file_without_a_name_gets_one(content: bytes, name: str) -> None:
    assert name_by_content(io.BytesIO(content), "X") == name
