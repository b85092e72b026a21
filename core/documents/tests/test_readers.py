"""The readers themselves, in this process: what they hand over, and what they refuse."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from core.documents import reader_process
from core.documents.model import ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from tests import papers

ROWS = [["No", "Part"], ["1", "MCCB"]]
DRAWING = b"0\nTEXT\n1\nLVMDP-1\n0\nLINE\n"
LAID_OUT = [
    [
        (50.0 + 200 * c, 700.0 - 16 * r, t)
        for r, row in enumerate(ROWS)
        for c, t in enumerate(row)
    ]
]
GOOD = [
    ("pdf", papers.pdf(LAID_OUT), "MCCB"),
    ("pdf", papers.pdf(["One line\nAnother line"]), "Another"),
    ("pdf", papers.scan(), ""),
    ("png", papers.png(), ""),
    ("jpg", papers.jpg(), ""),
    ("docx", papers.word(["Scope", "", "More"], ROWS), "MCCB"),
    ("pptx", papers.slides(["Panels"], ROWS), "MCCB"),
    ("xlsx", papers.workbook({"A": [["Part", 2.5], ["MCCB", 4]]}), "MCCB"),
    ("csv", b"Part;Qty\nMCCB;2\n", "MCCB"),
    ("csv", b"one", "one"),
    ("txt", "MCCB \u00e9".encode("utf-16"), "MCCB"),
    ("txt", "MCCB \u00e9".encode("cp1252"), "MCCB"),
    ("dxf", DRAWING, "LVMDP-1"),
    ("zip", papers.package({"MCCB.dwg": b"x"}), "MCCB"),
]
BAD = [
    ("pdf", b"", "empty"),
    ("pdf", papers.locked_pdf(), "encrypted"),
    ("pdf", b"%PDF-1.7 broken", "broken"),
    ("pdf", papers.pdf([""]), "empty"),
    ("docx", papers.LOCKED_OFFICE, "encrypted"),
    ("docx", papers.LOCKED_OFFICE[:300], "broken"),
    ("xlsx", papers.package({"a": b"b"}), "broken"),
    ("xlsx", papers.bomb(), "too_large"),
    ("zip", papers.package({"a.zip": b"b"}), "too_large"),
    ("png", papers.huge_png(), "too_large"),
    ("png", papers.png()[:200], "broken"),
    ("dwg", b"AC1032", "unsupported"),
]


def read(
    path: Path, extension: str, content: bytes, **limits: int
) -> list[dict[str, Any]]:
    """What the child would say, line by line."""
    path.write_bytes(content)
    lines: list[dict[str, Any]] = []
    reader_process.read(
        path, extension, ReaderOutput(ReaderLimits(**limits), lines.append)
    )
    return lines


@pytest.mark.parametrize(("extension", "content", "words"), GOOD)
def test_it_hands_over_pages(
    extension: str, content: bytes, words: str, tmp_path: Path
) -> None:
    lines = read(tmp_path / "a", extension, content)
    assert words in "".join(line["page"]["text"] for line in lines)
    assert json.dumps(lines)


@pytest.mark.parametrize(("extension", "content", "reason"), BAD)
def test_it_refuses(
    extension: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "a", extension, content)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("extension", "content"),
    [
        ("pdf", papers.pdf(["words"] * 3)),
        ("docx", papers.word(["a", "", "b", "", "c"])),
        ("pptx", papers.slides(["a", "b", "c"])),
        ("xlsx", papers.workbook({name: [["x"]] for name in "abc"})),
        ("txt", b"a\fb\fc"),
    ],
)
@pytest.mark.parametrize("limits", [{"pages": 2}, {"characters": 1}])
def test_it_stops_at_its_limits(
    limits: dict[str, int], extension: str, content: bytes, tmp_path: Path
) -> None:
    assert len(read(tmp_path / "a", extension, content, **limits)) < 3


def test_the_child_says_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reader_process, "confine", lambda *_given: None)
    (tmp_path / "a").write_bytes(b"words")
    asked = {"path": str(tmp_path / "a"), "extension": "txt", "limits": {"seconds": 9}}
    said = []
    for error in (
        None,
        ReadError("time"),
        MemoryError(),
        RecursionError(),
        ValueError(),
    ):
        if error:

            def fail(*_args: object, problem: BaseException = error) -> None:
                raise problem

            monkeypatch.setattr(reader_process, "read", fail)
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(asked) + "\n"))
        reader_process.main()
        said.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    assert said[0]["is"] == "end"
    assert [line["reason"] for line in said[1:]] == [
        "time",
        "memory",
        "broken",
        "broken",
    ]


def test_a_hyphen_at_the_end_of_a_line_stays_what_it_is(tmp_path: Path) -> None:
    """PDFium writes a control sign for it, which would break the word for search and citation."""
    content = papers.pdf(["Busbar dari tem-\nbaga, panel LVMDP-\nA 3200 A"])
    text = read(tmp_path / "a", "pdf", content)[0]["page"]["text"]
    assert text.split() == [
        "Busbar",
        "dari",
        "tem-",
        "baga,",
        "panel",
        "LVMDP-",
        "A",
        "3200",
        "A",
    ]
    assert not {"\x02", "\ufffe"} & set(text)
