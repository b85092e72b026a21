"""What is found in a document, and what a document cannot do to us."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from core.documents import extraction
from core.documents.extraction import Extract, ExtractionError, ReaderLimits, extract
from tests import papers

ROWS = [
    ["No", "Description", "Qty"],
    ["1", "MCCB 250 A", "4"],
    ["2", "Busbar copper", "12"],
]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Extract]:
    """Extracts from bytes."""

    def read(content: bytes, extension: str, **limits: int) -> Extract:
        path = tmp_path / "kept"
        path.write_bytes(content)
        return extract(path, extension=extension, limits=ReaderLimits(**limits))

    return read


def refusal(
    read: Callable[..., Extract], content: bytes, extension: str, **limits: int
) -> str:
    with pytest.raises(ExtractionError) as caught:
        read(content, extension, **limits)
    assert caught.value.sentence
    return caught.value.reason


def table_page() -> list[tuple[float, float, str]]:
    return [(50.0, 800.0, "Bill of material of panel LVMDP-1")] + [
        (50.0 + 150 * column, 760.0 - 16 * line, text)
        for line, row in enumerate(ROWS)
        for column, text in enumerate(row)
    ]


def test_a_pdf_is_read_page_by_page(read: Callable[..., Extract]) -> None:
    found = read(papers.pdf(["Rated voltage 400 V", "Second page"]), "pdf")
    assert [page.number for page in found.pages] == [1, 2]
    assert "Rated voltage 400 V" in found.pages[0].text
    assert "Second page" in found.pages[1].text
    assert found.notes == ()


def test_a_table_of_a_pdf_is_found_by_its_gaps(read: Callable[..., Extract]) -> None:
    page = read(papers.pdf([table_page()]), "pdf").pages[0]
    assert page.tables == (tuple(tuple(row) for row in ROWS),)
    assert "Busbar copper" in page.text


def test_prose_is_not_a_table(read: Callable[..., Extract]) -> None:
    page = read(
        papers.pdf(["One line of words.\nAnd another line of words."]), "pdf"
    ).pages[0]
    assert page.tables == ()


@pytest.mark.tesseract
@pytest.mark.parametrize(
    ("content", "extension"),
    [(papers.scan(), "pdf"), (papers.png(), "png"), (papers.jpg(), "jpg")],
)
def test_a_scan_and_a_picture_are_recognised(
    read: Callable[..., Extract], content: bytes, extension: str
) -> None:
    found = read(content, extension)
    assert found.pages[0].is_ocr
    assert "LVMDP" in found.pages[0].text
    assert found.notes == ()


@pytest.mark.parametrize(
    ("content", "extension"),
    [(papers.scan(), "pdf"), (papers.png(), "png"), (papers.jpg(), "jpg")],
)
def test_without_tesseract_they_are_said_to_be_one(
    read: Callable[..., Extract],
    content: bytes,
    extension: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = read(content, extension)
    assert not found.pages[0].is_ocr
    assert found.pages[0].text.strip() == ""
    assert ": 1." in found.notes[0]


def test_a_word_document_is_parted_at_its_page_breaks(
    read: Callable[..., Extract],
) -> None:
    found = read(papers.word(["Scope", "", "Second"], ROWS), "docx")
    assert [page.text.split("\n")[0] for page in found.pages] == ["Scope", "Second"]
    assert found.pages[1].tables == (tuple(tuple(row) for row in ROWS),)
    assert "MCCB 250 A" in found.pages[1].text


def test_each_slide_is_a_page(read: Callable[..., Extract]) -> None:
    found = read(papers.slides(["Kick-off", "Panels"], ROWS), "pptx")
    assert [page.text.split("\n")[0] for page in found.pages] == ["Kick-off", "Panels"]
    assert found.pages[1].tables[0][1] == ("1", "MCCB 250 A", "4")


def test_each_sheet_is_a_page(read: Callable[..., Extract]) -> None:
    found = read(
        papers.workbook({"BOM": [["Part", "Qty"], ["MCCB", 4], [], ["kW", 2.5]]}),
        "xlsx",
    )
    assert found.pages[0].tables == ((("Part", "Qty"), ("MCCB", "4"), ("kW", "2.5")),)
    assert found.pages[0].text.startswith("BOM\nPart\tQty")


def test_a_csv_with_semicolons_is_a_table(read: Callable[..., Extract]) -> None:
    page = read("Part;Qty\nKöln;2\n".encode("cp1252"), "csv").pages[0]
    assert page.tables == ((("Part", "Qty"), ("Köln", "2")),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_its_encoding(
    read: Callable[..., Extract], encoding: str
) -> None:
    pages = read("Größe\fzwei".encode(encoding), "txt").pages
    assert [page.text for page in pages] == ["Größe", "zwei"]


def test_the_words_of_a_drawing_are_read(read: Callable[..., Extract]) -> None:
    drawing = "0\nSECTION\n0\nTEXT\n8\nLAYER\n1\nLVMDP-1\n0\nLINE\n1\nno\n0\nMTEXT\n1\nA\\PB\n"
    found = read(drawing.encode(), "dxf")
    assert found.pages[0].text == "LVMDP-1\nA\nB"
    assert found.notes


def test_the_names_in_an_archive_are_read(read: Callable[..., Extract]) -> None:
    found = read(papers.package({"a/single line.dwg": b"x"}), "zip")
    assert found.pages[0].text == "a/single line.dwg"
    assert found.notes


def test_nul_and_lone_surrogates_do_not_reach_the_database(
    read: Callable[..., Extract],
) -> None:
    text = read(b"a\x00b\r\nc", "txt").pages[0].text
    assert text == "ab\nc"


@pytest.mark.parametrize(
    ("content", "extension", "reason"),
    [
        (b"", "pdf", "empty"),
        (b"  \n ", "txt", "empty"),
        (papers.pdf([""]), "pdf", "empty"),
        (papers.locked_pdf(), "pdf", "encrypted"),
        (papers.LOCKED_OFFICE, "docx", "encrypted"),
        (papers.LOCKED_OFFICE, "xlsx", "encrypted"),
        (papers.LOCKED_OFFICE[:400] + bytes(999), "pptx", "broken"),
        (b"%PDF-1.7\nnothing more", "pdf", "broken"),
        (papers.word(["cut"])[:-900], "docx", "broken"),
        (papers.package({"a.txt": b"no package"}), "docx", "broken"),
        (papers.package({"a.txt": b"no package"}), "xlsx", "broken"),
        (papers.package({"a.txt": b"no package"}), "pptx", "broken"),
        (papers.png()[:300], "png", "broken"),
        (papers.huge_png(), "png", "too_large"),
        (papers.bomb(), "xlsx", "too_large"),
        (b"AC1027" + bytes(200), "dwg", "unsupported"),
    ],
)
def test_a_document_that_cannot_be_read_says_why(
    read: Callable[..., Extract], content: bytes, extension: str, reason: str
) -> None:
    assert refusal(read, content, extension) == reason


def test_a_document_type_in_a_package_is_refused(read: Callable[..., Extract]) -> None:
    attack = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    content = papers.package({"word/document.xml": attack}, papers.word(["x"]))
    assert refusal(read, content, "docx") == "broken"


def test_pages_beyond_the_limit_are_left_out_with_a_note(
    read: Callable[..., Extract],
) -> None:
    found = read(papers.pdf(["page"] * 5), "pdf", pages=2)
    assert len(found.pages) == 2
    assert "2" in found.notes[0]
    assert "5" in found.notes[0]


def test_text_beyond_the_limit_is_left_out_with_a_note(
    read: Callable[..., Extract],
) -> None:
    found = read(papers.pdf(["words " * 10] * 3), "pdf", characters=70)
    assert sum(len(page.text) for page in found.pages) <= 70
    assert found.notes


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    path, told = tmp_path / "a", []
    path.write_bytes(papers.pdf(["a"] * 3))
    extract(
        path, extension="pdf", on_page=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_cancel_ends_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CancelledError(Exception):
        pass

    def cancel(_done: int, _total: int) -> None:
        raise CancelledError

    children = []
    kill = extraction._kill

    def watched(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        kill(child)

    monkeypatch.setattr(extraction, "_kill", watched)
    path = tmp_path / "a"
    path.write_bytes(papers.pdf(["a"] * 300))
    with pytest.raises(CancelledError):
        extract(path, extension="pdf", on_page=cancel)
    assert children[0].returncode is not None


# A stand-in for the child, for what no document does on demand.
STRANGE = {
    "memory": "x = bytearray(1 << 30)",
    "cpu": "while True: pass",
    "sleep": "import time; time.sleep(60)",
    "abort": "import os; os.abort()",
    "segfault": "import os; os.kill(os.getpid(), 11)",
    "flood": "while True: sys.stdout.write('x' * 65536)",
}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("memory", "memory"),
        ("cpu", "time"),
        ("sleep", "time"),
        ("abort", "memory"),
        ("segfault", "broken"),
        ("flood", "time"),
    ],
)
def test_a_child_that_runs_wild_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, reason: str
) -> None:
    strange = tmp_path / "place"
    (strange / "core" / "documents").mkdir(parents=True)
    real = extraction.ROOT / "core"
    (strange / "core" / "files").symlink_to(real / "files")
    for name in ("sandboxing.py", "output.py", "landlock.py", "model.py", "readers"):
        (strange / "core" / "documents" / name).symlink_to(real / "documents" / name)
    source = (real / "documents" / "reader_process.py").read_text()
    assert "    if extension not in READERS:" in source
    planted = source.replace(
        "    if extension not in READERS:",
        f"    {STRANGE[what]}\n    if extension not in READERS:",
    )
    (strange / "core" / "documents" / "reader_process.py").write_text(planted)
    monkeypatch.setattr(extraction, "ROOT", strange)
    path = tmp_path / "a.txt"
    path.write_text("words")
    began = time.monotonic()
    with pytest.raises(ExtractionError) as caught:
        extract(
            path,
            extension="txt",
            limits=ReaderLimits(seconds=1, memory_bytes=256 << 20),
        )
    assert caught.value.reason == reason
    assert time.monotonic() - began < 10


def test_the_child_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    with extraction._child(tmp_path / "none", "txt", ReaderLimits(seconds=5)) as child:
        place = Path(f"/proc/{child.pid}/environ")
        # Between fork and exec it still shows ours.
        deadline = time.monotonic() + 5
        while b"OMP_THREAD_LIMIT" not in (seen := place.read_bytes()):
            assert time.monotonic() < deadline
        assert b"canary" not in seen
        os.kill(child.pid, signal.SIGKILL)


def test_reasons_are_told_in_indonesian() -> None:
    with translation.override("en"):
        english = extraction.sentence_of("encrypted")
    with translation.override("id"):
        assert extraction.sentence_of("encrypted") != english
