"""What readers seldom meet, met in this process: damaged pages, groups, no tesseract, no time."""

import ctypes
import io
import platform
import resource
import sys
import time
from pathlib import Path
from typing import Any

import pptx
import pypdfium2
import pytesseract
import pytest
import python_calamine
from PIL import Image
from pptx.util import Inches

from core.documents import landlock, reader_process, sandboxing
from core.documents.model import DEFAULT, ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import layout, old_sheets, pdf, pictures
from core.documents.tests.test_readers import read
from tests import papers


def texts(said: list[dict[str, Any]]) -> list[str]:
    return [line["page"]["text"] for line in said]


# --- PDF ---------------------------------------------------------------------------


def test_a_page_that_cannot_be_opened_is_left_out_with_a_note() -> None:
    class Damaged:
        def __getitem__(self, place: int) -> Any:
            raise pypdfium2.PdfiumError("no page")

    said: list[dict[str, Any]] = []
    output = ReaderOutput(ReaderLimits(), said.append)
    pdf._read_page(Damaged(), 2, 3, output)
    assert texts(said) == [""]
    assert output.notes == [{"code": "page", "number": 2}]


def test_a_pdf_without_pages_is_empty(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a", "pdf", out.getvalue())
    assert caught.value.reason in {"empty", "broken"}


def test_letters_beyond_the_first_plane_give_no_table() -> None:
    class Page:
        def get_text_range(self) -> str:
            return "ab"

        def count_chars(self) -> int:
            return 3

    assert list(pdf.letters(Page())) == []


@pytest.mark.parametrize(
    ("found", "code"), [("none", "pictures"), ("absent", "blind"), ("text", "")]
)
def test_a_scan_is_recognised_not_recognised_or_there_is_nothing_that_could(
    found: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pictures, "languages", lambda: "" if found == "absent" else "eng"
    )
    text = pictures.Recognised("PANEL") if found == "text" else None
    monkeypatch.setattr(pictures, "recognise", lambda *_: text)
    for content, extension in ((papers.scan(), "pdf"), (papers.png(), "png")):
        said: list[dict[str, Any]] = []
        output = ReaderOutput(ReaderLimits(), said.append)
        (tmp_path / "a").write_bytes(content)
        reader_process.read(tmp_path / "a", extension, output)
        assert [note["code"] for note in output.notes] == ([code] if code else [])
        assert said[0]["page"]["ocr"] is (found == "text")


# --- Pictures -----------------------------------------------------------------------


def test_without_tesseract_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures.languages.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    assert pictures.languages() == ""
    assert pictures.recognise(Image.new("L", (9, 9)), 60) is None
    pictures.languages.cache_clear()


def test_without_time_or_with_a_time_out_there_is_no_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(*_args: Any, **_more: Any) -> str:
        raise RuntimeError("Tesseract process timeout")

    monkeypatch.setattr(pictures, "languages", lambda: "eng")
    monkeypatch.setattr(pytesseract, "run_and_get_multiple_output", late)
    picture = Image.new("RGB", (9, 9))
    assert pictures.recognise(picture, 60) is None
    assert pictures.recognise(picture, 1) is None


def test_a_picture_is_made_grey_and_small_before_it_is_recognised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Image.Image] = []
    monkeypatch.setattr(pictures, "languages", lambda: "eng")

    def noted(picture: Image.Image, **_more: Any) -> list[str]:
        seen.append(picture)
        return ["x", ""]

    monkeypatch.setattr(pytesseract, "run_and_get_multiple_output", noted)
    found = pictures.recognise(Image.new("RGB", (6000, 3000)), 60)
    assert found == pictures.Recognised("x")
    assert (seen[0].mode, seen[0].size) == ("L", (5000, 2500))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_dots_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 300_000)
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a", "png", papers.png())
    assert caught.value.reason == "too_large"


# --- Slides, sheets, tables ------------------------------------------------------------


def grouped(depth: int) -> bytes:
    """A slide with words in a group in a group, so many deep, and without notes."""
    show = pptx.Presentation()
    shapes = show.slides.add_slide(show.slide_layouts[6]).shapes
    for _level in range(depth):
        shapes = shapes.add_group_shape().shapes
    box = shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
    box.text_frame.text = "dalam kelompok"
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def test_words_in_groups_are_read_to_a_depth(tmp_path: Path) -> None:
    assert "dalam kelompok" in texts(read(tmp_path / "a", "pptx", grouped(3)))[0]
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a", "pptx", grouped(45))
    assert caught.value.reason == "empty"


def test_a_workbook_with_a_password_is_said_to_have_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(papers.workbook({"A": [["x"]]}))

    def locked(_path: str) -> Any:
        raise python_calamine.PasswordError

    monkeypatch.setattr(python_calamine.CalamineWorkbook, "from_path", locked)
    with pytest.raises(ReadError) as caught:
        old_sheets.read_xlsb(path, ReaderOutput(ReaderLimits(), lambda _line: None))
    assert caught.value.reason == "encrypted"


def letters_of(*cells: tuple[float, float, str]) -> list[layout.Letter]:
    """Letters of five points by ten."""
    return [
        layout.Letter(sign, left + 5 * i, left + 5 * i + 5, top, top + 10)
        for left, top, word in cells
        for i, sign in enumerate(word)
    ]


def test_a_table_ends_where_the_lines_part() -> None:
    found = layout.tables(
        letters_of(
            (0, 0, "No"), (100, 0, "Panel"), (0, 15, "1"), (100, 15, "LVMDP"),
            (0, 200, "A"), (100, 200, "B"), (0, 215, "C"), (100, 215, "D"),
        )
    )  # fmt: skip
    assert found == ((("No", "Panel"), ("1", "LVMDP")), (("A", "B"), ("C", "D")))


def test_one_line_of_cells_is_no_table() -> None:
    assert layout.tables(letters_of((0, 0, "No"), (100, 0, "Panel"))) == ()


# --- Desk ----------------------------------------------------------------------------


def test_a_reader_stops_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    output = ReaderOutput(ReaderLimits(seconds=4), lambda _line: None)
    assert not output.is_full(1, 9)
    now = time.monotonic()
    monkeypatch.setattr("core.documents.output.time.monotonic", lambda: now + 5)
    assert output.is_full(2, 9)
    assert output.notes == [{"code": "time", "number": 2, "total": 9}]


def test_a_table_that_does_not_fit_is_left_out() -> None:
    said: list[dict[str, Any]] = []
    output = ReaderOutput(ReaderLimits(characters=10), said.append)
    output.put(1, 1, "abc", tables=[(("12345",),), (("123456",),), (("1",),)])
    assert said[0]["page"]["tables"] == [[["12345"]]]


# --- The sandbox, as far as it can be looked at from outside ---------------------------------


def test_confining_asks_for_every_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[int, tuple[int, int]] = {}
    hooks: list[Any] = []
    alarms: list[int] = []
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(resource, "setrlimit", asked.__setitem__)
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    monkeypatch.setattr(sandboxing, "_ask_kernel", lambda **_given: True)
    monkeypatch.setattr("signal.alarm", alarms.append)
    monkeypatch.setattr(landlock, "restrict_files", lambda **given: seen.append(given))
    reader_process.confine(DEFAULT, "pdf", Path("a"), Path("b"))
    assert asked[resource.RLIMIT_AS] == (512 << 20, 512 << 20)
    assert resource.RLIMIT_NPROC not in asked, "tesseract may be needed"
    reader_process.confine(DEFAULT, "docx", Path("a"))
    assert asked[resource.RLIMIT_NPROC] == (0, 0)
    assert hooks == [sandboxing._refuse, sandboxing._refuse]
    assert alarms == [31, 31]
    assert [given["has_programs"] for given in seen] == [True, False]
    assert seen[0]["readable"] == [Path("a")]
    assert seen[0]["writable"] == Path("b")


@pytest.mark.parametrize(
    ("answers", "is_held"), [((0, 0), True), ((-1,), False), ((0, -1), False)]
)
def test_the_kernel_is_asked_for_no_privileges_and_then_for_the_filter(
    answers: tuple[int, ...], is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = list(answers)
    asked: list[int] = []

    class Libc:
        def prctl(self, what: int, *_more: Any) -> int:
            asked.append(what)
            return left.pop(0)

    monkeypatch.setattr(ctypes, "CDLL", lambda *_a, **_k: Libc())
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert sandboxing._ask_kernel() is is_held
    assert asked == [38, 22][: len(answers)]
    architecture, outward, starting = sandboxing.ARCHITECTURES["aarch64"]
    assert len(sandboxing._filter(architecture, (*outward, *starting))) == 12 * 8


# --- Plain files ---------------------------------------------------------------------------


def test_a_sign_that_is_cut_at_the_limit_is_dropped(tmp_path: Path) -> None:
    content = ("x" * 39 + "\u20ac" * 9).encode()
    said = read(tmp_path / "a", "txt", content, characters=10)
    assert texts(said) == ["x" * 10]


def test_a_csv_that_cannot_be_parted_is_still_text(tmp_path: Path) -> None:
    said = read(tmp_path / "a", "csv", b'a,b\n"' + b"x" * 140_000)
    assert said[0]["page"]["tables"] == []
    assert texts(said)[0].startswith("a,b")


def test_slides_beyond_the_limit_are_noted(tmp_path: Path) -> None:
    content = papers.slides(["a", "b", "c"])
    assert len(read(tmp_path / "a", "pptx", content, pages=2)) == 2


@pytest.mark.parametrize("text", ["Kabel 4 mm²", "ß", "Stempel ß", "“x”"])
def test_a_short_text_of_windows_keeps_its_last_letters(
    text: str, tmp_path: Path
) -> None:
    (page,) = read(tmp_path / "a", "txt", text.encode("cp1252"))
    assert page["page"]["text"] == text
