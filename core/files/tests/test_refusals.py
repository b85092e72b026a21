"""Why a file is refused, said so that its sender knows what to do."""

import base64
import io
from collections.abc import Mapping

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.files import archives, judging, uploaded
from core.files.archives import ArchiveError, Ceilings, inspect
from core.files.filetypes import SIGNATURES, TYPES
from core.files.tests.test_archives import encrypted, zip64
from core.files.uploaded import clean_name, decode_base64, name_by_content, store
from tests import papers
from tests.contract.paths import PDF
from tests.factories import PNG

LIMIT = 1 << 20


def refusal(name: str, content: bytes, types: Mapping[str, str] = TYPES) -> DomainError:
    """The refusal of a file."""
    with pytest.raises(DomainError) as caught:
        store(name, io.BytesIO(content), LIMIT, types=types)
    return caught.value


ARCHIVES = [
    ("encrypted", encrypted(), "password", "kata sandi"),
    ("nested", papers.package({"b.rar": b"x"}), "archive in the archive", "arsip"),
    ("too_big", papers.bomb(), "200 MB", "200 MB"),
    ("zip64", zip64(papers.package({"a.txt": b"x"})), "ZIP64", "ZIP64"),
    (
        "entries",
        papers.package({f"{n}": b"" for n in range(2001)}),
        "2,000",
        "2.000",
    ),
    (
        "dtd",
        papers.package({"a.xml": b"<!DOCTYPE a><a/>"}),
        "no office program",
        "perkantoran",
    ),
]


@pytest.mark.parametrize(
    ("content", "english", "indonesian"),
    [row[1:] for row in ARCHIVES],
    ids=[row[0] for row in ARCHIVES],
)
def test_an_archive_is_refused_by_the_rule_that_it_breaks(
    content: bytes, english: str, indonesian: str
) -> None:
    for language, word in (("en", english), ("id", indonesian)):
        with translation.override(language):
            error = refusal("a.zip", content)
        assert (error.code, word in error.sentence) == ("archive_limits", True), (
            error.sentence
        )


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
def test_a_document_with_a_password_is_called_that(name: str) -> None:
    with translation.override("en"):
        error = refusal(name, papers.LOCKED_OFFICE)
    assert error.code == "unsupported_type"
    assert "protected by a password" in error.sentence


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx"])
@pytest.mark.parametrize("part", ["vbaProject.bin", "xl/macrosheets/a.XLM"])
def test_a_document_with_a_macro_is_refused_under_any_office_name(
    name: str, part: str
) -> None:
    folder = {"a.docx": "word/", "a.xlsx": "xl/", "a.pptx": "ppt/"}[name]
    content = papers.package({f"{folder}a.xml": b"<a/>", f"{folder}{part}": b"x"})
    assert refusal(name, content).code == "unsupported_type"
    assert store("a.zip", io.BytesIO(content), LIMIT).size == len(content)


def test_a_refusal_names_the_types_that_are_accepted_here() -> None:
    accepted = {"pdf": "application/pdf", "png": "image/png"}
    with translation.override("en"):
        error = refusal("a.docx", papers.word(["x"]), accepted)
    assert error.sentence == (
        "Files of this type are not accepted. Accepted are: pdf, png."
    )


@pytest.mark.parametrize("extension", sorted(SIGNATURES))
def test_a_beginning_that_is_a_byte_short_is_not_that_type(extension: str) -> None:
    for mark in SIGNATURES[extension]:
        error = refusal(f"a.{extension}", mark[:-1])
        assert error.code in {"unsupported_type", "invalid"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.webp", b"RIFF\x10\0\0\0WAVEfmt "),
        ("a.heic", b"\0\0\0\x18ftypisom"),
        ("a.eml", b"no header line"),
        ("a.eml", b"Subject: x\0"),
        ("a.eml", b" Subject: x"),
        ("a.txt", b"hello <SCRIPT>"),
        ("a.csv", b"<?xml version='1.0'?>"),
        ("a.dxf", b"0\n<svg onload=x>"),
    ],
)
def test_what_only_begins_alike_is_refused(name: str, content: bytes) -> None:
    assert refusal(name, content).code == "unsupported_type"


def test_markup_behind_the_head_of_a_text_is_text() -> None:
    """No browser looks farther for the type of a file than we do."""
    kept = store("a.txt", io.BytesIO(b"x" * judging.HEAD + b"<script>"), LIMIT)
    assert kept.content_type == "text/plain"


@pytest.mark.parametrize(
    ("stem", "kept"), [(115, 115), (116, 116), (117, 116), (400, 116)]
)
def test_a_long_name_keeps_its_extension(stem: int, kept: int) -> None:
    assert clean_name("x" * stem + ".pdf") == "x" * kept + ".pdf"


# --- Archives at their bounds ---------------------------------------------------------------


def fault(content: bytes, ceilings: Ceilings) -> str:
    try:
        inspect(io.BytesIO(content), ceilings)
    except ArchiveError as error:
        return error.fault
    return ""


FIVE = papers.package({f"{n}.txt": b"x" * 20 for n in range(5)})


@pytest.mark.parametrize(
    ("ceilings", "expected"),
    [
        (Ceilings(entries=6), ""),
        (Ceilings(entries=5), ""),
        (Ceilings(entries=4), "entries"),
        (Ceilings(unpacked=101), ""),
        (Ceilings(unpacked=100), ""),
        (Ceilings(unpacked=99), "too_big"),
    ],
    ids=str,
)
def test_an_archive_may_be_as_large_as_its_ceilings(
    ceilings: Ceilings, expected: str
) -> None:
    assert fault(FIVE, ceilings) == expected


def test_a_budget_is_shared_with_the_documents_inside() -> None:
    inner = papers.package({"word/a.txt": b"y" * 1000})
    outer = papers.package({"a.docx": inner})
    assert fault(outer, Ceilings(unpacked=len(inner) + 1000)) == ""
    assert fault(outer, Ceilings(unpacked=len(inner) + 999)) == "too_big"


@pytest.mark.parametrize(("depth", "expected"), [(0, "nested"), (1, "nested"), (2, "")])
def test_documents_are_opened_so_many_levels_deep(depth: int, expected: str) -> None:
    inner = papers.package({"b.xlsx": papers.package({"xl/a.txt": b"x"})})
    outer = papers.package({"a.docx": inner})
    assert fault(outer, Ceilings(depth=depth)) == expected


def test_a_large_sheet_of_equal_rows_is_no_bomb() -> None:
    """It packs a thousand times smaller and costs what any sheet of its size does."""
    sheet = b"<worksheet>" + b"<row><c><v>0</v></c></row>" * 400_000 + b"</worksheet>"
    content = papers.package({"xl/worksheets/sheet1.xml": sheet})
    assert len(sheet) > 300 * len(content)
    assert fault(content, Ceilings()) == ""


@pytest.mark.parametrize(
    "suffix", [s.upper() for s in archives.PACKED], ids=archives.PACKED
)
def test_an_archive_in_an_archive_is_known_by_any_of_its_names(suffix: str) -> None:
    assert fault(papers.package({f"folder/a{suffix}": b"x"}), Ceilings()) == "nested"


def test_an_archive_is_left_at_its_beginning_also_when_it_is_refused() -> None:
    file = io.BytesIO(papers.bomb())
    file.seek(9)
    with pytest.raises(ArchiveError):
        inspect(file)
    assert file.tell() == 0


# --- Files that come as text ----------------------------------------------------------------


@given(st.binary(min_size=1, max_size=400), st.integers(1, 40), st.booleans())
def test_base64_comes_back_whatever_the_size_of_its_pieces(
    content: bytes, quads: int, is_url: bool
) -> None:
    text = base64.b64encode(content).decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploaded, "BASE64_PIECE", 4 * quads)
        with decode_base64(f"data:image/png;base64,{text}" if is_url else text) as file:
            assert file.read() == content


@pytest.mark.parametrize("at", [4, 8, 12])
def test_padding_in_the_middle_is_not_the_end(
    monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(uploaded, "BASE64_PIECE", 4)
    text = "QUJD" * 5
    with pytest.raises(DomainError) as caught:
        decode_base64(text[: at - 2] + "==" + text[at:])
    assert set(caught.value.errors) == {"photo"}


def test_what_stands_behind_a_second_comma_of_a_data_url_is_not_read() -> None:
    text = base64.b64encode(PDF).decode()
    with decode_base64(f"data:application/pdf;base64,{text},!!!") as file:
        assert file.read() == PDF


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG, "photo.png"),
        (PDF, "photo.pdf"),
        (b"\xff\xd8\xff\xe0", "photo.jpg"),
        (b"GIF89a", "photo.gif"),
        (papers.package({"a.txt": b"x"}), "photo.zip"),
        (b"", "photo.txt"),
        (b"catatan", "photo.txt"),
    ],
)
def test_a_file_without_a_name_is_named_by_what_it_holds(
    content: bytes, name: str
) -> None:
    file = io.BytesIO(content)
    assert name_by_content(file, "photo") == name
    assert file.tell() == 0
