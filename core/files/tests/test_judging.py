"""One judge says what a file is; its sentence names what a wrong ending hides."""

import io

import pytest
from django.utils import translation

from core.errors import DomainError
from core.files.filetypes import OLE
from core.files.judging import Verdict, judge
from core.files.uploaded import clean_name, store
from tests import papers

LIMIT = 1 << 20


def compound(*streams: str, at: int = 512) -> bytes:
    """A compound file that has these streams, its directory at this place."""
    head = bytearray(OLE + bytes(at - 8))
    head[30:32] = (9).to_bytes(2, "little")
    head[48:52] = (at // 512 - 1).to_bytes(4, "little")
    rows = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams)
    )
    return bytes(head) + rows.ljust(1024, b"\0")


KINDS = [
    (compound("WordDocument"), "doc"),
    (compound("Workbook"), "xls"),
    (compound("Book"), "xls"),
    (compound("PowerPoint Document"), "ppt"),
    (compound("__properties_version1.0"), "msg"),
    (compound("EncryptedPackage", "Workbook"), "locked"),
    (compound("WordDocument", at=2 << 20), "doc"),
    (compound("Lain"), "ole"),
    (OLE, "ole"),
    (papers.word(["x"]), "docx"),
    (papers.workbook({"A": [["x"]]}), "xlsx"),
    (papers.slides(["x"]), "pptx"),
    (papers.package({"xl/workbook.bin": b"x"}), "xlsb"),
    (papers.package({"xl/workbook.bin": b"x", "xl/vbaProject.bin": b"x"}), "xlsm"),
    (papers.package({"word/a.xml": b"<a/>", "word/vbaProject.bin": b"x"}), "docm"),
    (papers.package({"mimetype": b"x", "content.xml": b"<a/>"}), "odf"),
    (papers.package({"a.txt": b"x"}), "zip"),
    (b"%PDF-1.7", "pdf"),
    (b"\r\n%PDF-1.7", "pdf"),
    (b"\xef\xbb\xbf%PDF-1.7", "pdf"),
    (b"\x1b%-12345X@PJL JOB\r\n%PDF-1.7", "pdf"),
    (b"x" * 1024 + b"%PDF-1.7", "pdf"),
    (b"x" * 1025 + b"%PDF-1.7", "text"),
    (b"<html>%PDF-1.7", "html"),
    (b"MZ\x90\0%PDF-1.7", "exe"),
    (b"\xff\xd8\xff\xe0", "jpg"),
    (b"\0\0\0\x18ftypheic", "heic"),
    (b"\0\0\0\x18ftypmif1", "heic"),
    (b"\0\0\0\x18ftypisom", "mp4"),
    (b"RIFF....WEBP", "webp"),
    (b"II*\0", "tif"),
    (b"Rar!\x1a\x07\x00", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"AutoCAD Binary DXF\r\n\x1a\0", "dxb"),
    (b"halo", "text"),
    ("halo dunia".encode("utf-16"), "text"),
    ("halo dunia".encode("utf-16-le"), "text"),
    ("halo dunia".encode("utf-16-be"), "text"),
    ("halo dunia".encode("utf-32"), ""),
    ("<script>".encode("utf-16-le"), "html"),
    (b"\0" * 20, ""),
    (b"", "text"),
]


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_a_content_is_what_it_is(content: bytes, kind: str) -> None:
    file = io.BytesIO(content)
    file.seek(len(content) // 2)
    assert judge(file).kind == kind
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("kind", "extension", "fits"),
    [
        ("jpg", "jpeg", True), ("tif", "tiff", True), ("text", "csv", True), ("text", "dxf", True),
        ("html", "txt", False), ("xlsx", "zip", True), ("docm", "zip", True), ("xls", "xlsx", False),
        ("ole", "doc", True), ("ole", "docx", False), ("doc", "xls", False), ("", "txt", False),
    ],
)  # fmt: skip
def test_a_name_goes_with_some_contents(
    kind: str, extension: str, *, fits: bool
) -> None:
    assert Verdict(kind).fits(extension) is fits


SENTENCES = [
    (
        "a.xlsx",
        compound("Workbook"),
        "old kind (.xls). Save it as .xlsx",
        "format lama (.xls)",
    ),
    ("a.docx", compound("WordDocument"), "name it .doc", "format lama (.doc)"),
    (
        "a.xls",
        papers.workbook({"A": [["x"]]}),
        "an Excel workbook (.xlsx)",
        "buku kerja Excel (.xlsx)",
    ),
    ("a.doc", b"{\\rtf1 x}", "rich text", "rich text"),
    ("a.jpg", papers.png(), "a PNG picture", "gambar PNG"),
    ("a.png", b"\0\0\0\x18ftypheic", "a HEIC photo", "foto HEIC"),
    ("a.pdf", papers.word(["x"]), "a Word document (.docx)", "dokumen Word (.docx)"),
    ("a.pdf", b"<html></html>", "a web page", "halaman web"),
    (
        "a.xlsx",
        papers.package({"xl/a.xml": b"<a/>", "xl/vbaProject.bin": b"x"}),
        "with macros",
        "bermakro",
    ),
    ("a.txt", b"MZ\x90\0", "a program", "program"),
    ("a.docx", papers.LOCKED_OFFICE, "protected by a password", "kata sandi"),
]


@pytest.mark.parametrize(("name", "content", "english", "indonesian"), SENTENCES)
def test_a_wrong_ending_is_refused_with_what_it_really_is(
    name: str, content: bytes, english: str, indonesian: str
) -> None:
    for language, words in (("en", english), ("id", indonesian)):
        with translation.override(language), pytest.raises(DomainError) as caught:
            store(name, io.BytesIO(content), LIMIT)
        assert words in caught.value.sentence
        assert caught.value.code == "unsupported_type"


@pytest.mark.parametrize(
    "name",
    [
        "डाटा शीट.pdf",
        "ข้อมูล.pdf",
        "表格.pdf",
        "بيانات.pdf",
        "Ünïté.pdf",
        "\u0646\u06cc\u0645\u200c\u0633\u0627\u0644.pdf",
        "क\u094d\u200dष.pdf",
    ],
)
def test_a_name_keeps_every_letter_of_every_script(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name", ["a\u200db.pdf", "\u200c.pdf", "a\u200b.pdf", "\u200dक.pdf"]
)
def test_a_joiner_that_joins_nothing_is_refused(name: str) -> None:
    with pytest.raises(DomainError):
        clean_name(name)
