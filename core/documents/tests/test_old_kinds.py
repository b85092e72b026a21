"""Old kinds of files: their words by kept libraries; what no library opens is said."""

import io
import struct
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.documents.extraction import ExtractionError, extract
from core.documents.model import ReadError
from core.documents.readers.html_text import text_of_html
from core.documents.tests.test_readers import read
from core.files.filetypes import OLE

MAIL = b"""From: =?utf-8?q?Rina_Sari?= <rina@contoh.id>
To: agus@contoh.id
Subject: =?utf-8?b?UGFuZWwgTFZNRFAg4oCTIDI1MDAgQQ==?=
Date: Mon, 30 Nov 2026 08:00:00 +0700
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Icw 50 kA, K=C3=B6ln
--c
Content-Type: text/html

<p>unseen</p>
--c--
--b
Content-Type: application/pdf; name=SLD.pdf
Content-Disposition: attachment; filename=SLD.pdf

x
--b--
"""


def text_of(tmp_path: Path, extension: str, content: bytes) -> str:
    (line,) = read(tmp_path / "a", extension, content)
    return str(line["page"]["text"])


def test_a_mail_says_who_when_what_and_names_its_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(MAIL)
    found = extract(path, extension="eml")
    lines = [line for line in found.pages[0].text.split("\n") if line]
    assert lines == [
        "From: Rina Sari <rina@contoh.id>", "To: agus@contoh.id", "Date: Mon, 30 Nov 2026 08:00:00 +0700",
        "Subject: Panel LVMDP \u2013 2500 A", "Icw 50 kA, Köln", "SLD.pdf",
    ]  # fmt: skip
    assert found.said == ({"code": "attachments", "names": ["SLD.pdf"]},)


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\nContent-Type: text/plain; charset=nonsense\n\nK\xf6ln",
        b"Subject: x\nContent-Type: text/plain\n\nK\xf6ln",
    ],
)
def test_a_mail_in_an_unknown_encoding_is_read(content: bytes, tmp_path: Path) -> None:
    assert text_of(tmp_path, "eml", content).endswith("Köln")


def test_a_mail_of_html_only_is_read_as_it_is_shown(tmp_path: Path) -> None:
    body = "<style>a{}</style><p>Arus<br>800&nbsp;A</p><table><tr><td>Icw</td><td>50 kA</td></tr></table><div style='display: none'>unseen</div>"
    content = b"Subject: x\nContent-Type: text/html; charset=utf-8\n\n" + body.encode()
    assert text_of(tmp_path, "eml", content) == "Subject: x\n\nArus\n800 A\nIcw\t50 kA"


@pytest.mark.parametrize("source", ["", " ", "<", "<p>" * 3000 + "x", "\0", "&#xD800;"])
def test_html_of_any_shape_is_no_crash(source: str) -> None:
    assert isinstance(text_of_html(source), str)


def test_rich_text_has_its_cells_apart(tmp_path: Path) -> None:
    content = rb"{\rtf1\ansi Panel LVMDP\par\trowd\cellx1\cellx2 Arus\cell 800 A\cell\row Gr\'f6\'dfe \u181?m}"
    lines = [
        line.strip()
        for line in text_of(tmp_path, "rtf", content).split("\n")
        if line.strip()
    ]
    assert lines == ["Panel LVMDP", "Arus\t800 A", "Größe µm"]


def test_heads_and_feet_of_rich_text_are_read_once(tmp_path: Path) -> None:
    head = rb"{\header\pard {\b Kepala \'f6} surat\par}"
    content = (
        rb"{\rtf1\ansi\ansicpg1252"
        + head
        + rb"{\footerf Kaki\par}\pard Isi\par"
        + head
        + b"}"
    )
    lines = text_of(tmp_path, "rtf", content).split("\n")
    assert [line.strip() for line in lines if line.strip()] == [
        "Kepala \u00f6 surat",
        "Kaki",
        "Isi",
    ]
    endless = rb"{\rtf1 Isi" + rb"{\header " * 9_000
    assert "Isi" in text_of(tmp_path, "rtf", endless)


def rar(*names: str) -> bytes:
    """A RAR 4 archive of empty files, as far as a list of names needs it."""
    import zlib  # noqa: PLC0415 - only here

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        body = struct.pack("<BHH", kind, flags, len(rest) + 7) + rest
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name in names:
        data = name.encode()
        head = struct.pack("<IIBIIBBHI", 0, 0, 2, 0, 0, 29, 0x30, len(data), 0x20)
        out += block(0x74, 0x8000, head + data)
    return out + block(0x7B, 0x4000, b"")


def test_of_a_rar_the_names_are_read(tmp_path: Path) -> None:
    assert (
        text_of(tmp_path, "rar", rar("SLD rev C.dwg", "daftar.xlsx"))
        == "SLD rev C.dwg\ndaftar.xlsx"
    )


@pytest.mark.parametrize("extension", ["doc", "ppt", "xls", "msg"])
def test_a_file_without_anything_in_it_is_broken(
    extension: str, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(OLE + bytes(4096))
    with pytest.raises(ExtractionError) as caught:
        extract(path, extension=extension)
    assert caught.value.reason in {"broken", "empty"}


@pytest.mark.parametrize("extension", ["docx", "xlsx", "doc", "pdf"])
def test_a_file_of_another_kind_is_not_opened_by_the_wrong_reader(
    extension: str, tmp_path: Path
) -> None:
    workbook = OLE + bytes(504) + "Workbook".encode("utf-16-le").ljust(2048, b"\0")
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a", extension, workbook)
    assert caught.value.reason == "broken"


def test_a_binary_book_says_that_it_has_values_only(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Panel", 2500, True])
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "a"
    path.write_bytes(out.getvalue())
    found = extract(path, extension="xlsb")
    assert found.pages[0].text == "Sheet\nPanel\t2500\tTRUE"
    assert [note["code"] for note in found.said] == ["values"]
