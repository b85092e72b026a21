"""Damaged files of every kind end in the child: a sentence or a text, never a hang or a crash.

The short run is part of the suite; five thousand files of each kind are a command of its own:
``python3 manage.py test --db sqlite --long core/documents/tests/test_damaged.py``.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.documents import reader_process
from core.documents.extraction import REASONS, ExtractionError, extract
from core.documents.model import ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import pictures
from core.documents.tests import office
from core.documents.tests.test_old_kinds import MAIL, rar
from tests import papers

SHORT, LONG = 50, 5000
FORM = papers.pdf(["Panel LVMDP 2500 A"] * 2)
GOOD: dict[str, bytes] = {
    "pdf": FORM,
    "docx": office.word(office.para("Panel", office.run("2500 A")) + office.table(("a", "b"))),
    "pptx": office.slides(office.slide(office.shape("Panel"))),
    "xlsx": office.book({"A": f'<sheetData><row r="1">{office.cell("A1", "x")}<c r="B1"><v>2500</v></c></row></sheetData>'}),
    "png": papers.png(),
    "jpg": papers.jpg(),
    "dxf": b"0\nSECTION\n2\nENTITIES\n0\nMTEXT\n3\nsatu\n1\n\\H2x;dua\n0\nENDSEC\n",
    "txt": "Panel Größe 2500 A".encode("utf-16"),
    "csv": b"sep=;\na;b\n1;2\n",
    "zip": papers.package({"a.dwg": b"x", "b.txt": b"y"}),
    "eml": MAIL,
    "rtf": rb"{\rtf1\ansi Panel \'f6\par\trowd Arus\cell 800 A\cell\row}",
    "rar": rar("a.dwg", "b.xlsx"),
}  # fmt: skip


def damaged(kind: str, count: int) -> Iterator[bytes]:
    """The good file cut, with bytes replaced, doubled or taken away; the same files each time."""
    dice, good = random.Random(kind), GOOD[kind]  # noqa: S311 - repeatable, not secret
    for _ in range(count):
        data = bytearray(good)
        for _hit in range(dice.choice((1, 2, 8, 40))):
            place, size = dice.randrange(len(data)), dice.randrange(1, 9)
            way = dice.randrange(4)
            if way == 0:
                data[place] = dice.randrange(256)
            elif way == 1:
                del data[place : place + size]
            elif way == 2:
                data[place:place] = data[place : place + size] * dice.choice((1, 2, 50))
            else:
                data[place : place + size] = dice.choice(
                    (b"\0" * 8, b"\xff" * 8, b"<>&\"'", b"99999999")
                )
            data = data or bytearray(b"x")
        yield bytes(
            data[: dice.randrange(1, len(data) + 1)] if dice.random() < 0.2 else data
        )


def end_of(path: Path, kind: str) -> str:
    """How the reading ended: "read", or the reason."""
    said: list[dict[str, Any]] = []
    output = ReaderOutput(ReaderLimits(seconds=20, characters=100_000), said.append)
    try:
        reader_process.read(path, kind, output)
    except ReadError as error:
        return error.reason
    except (MemoryError, RecursionError):
        return "memory"
    except Exception as error:  # noqa: BLE001 - the child says "broken" for it
        return f"broken {type(error).__name__}"
    return "read"


@pytest.fixture(autouse=True)
def no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "recognise", lambda *_: pictures.Recognised(""))


def run(kind: str, count: int, tmp_path: Path) -> None:
    path, ends = tmp_path / "a", set()
    for content in damaged(kind, count):
        path.write_bytes(content)
        ends.add(end_of(path, kind).partition(" ")[0])
    assert ends <= {"read", *REASONS}
    assert ends - {"read"} or kind in {"txt", "csv", "dxf", "eml", "rtf"}


@pytest.mark.parametrize("kind", GOOD)
def test_a_damaged_file_ends_with_a_text_or_a_reason(kind: str, tmp_path: Path) -> None:
    run(kind, SHORT, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("kind", GOOD)
def test_five_thousand_damaged_files_end_so(kind: str, tmp_path: Path) -> None:
    run(kind, LONG, tmp_path)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "dxf"])
def test_the_child_itself_ends_with_a_sentence(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in damaged(kind, 2):
        path.write_bytes(content)
        sentence = ""
        try:
            pages = extract(path, extension=kind).pages
        except ExtractionError as error:
            pages, sentence = (), error.sentence
        assert bool(pages) is not bool(sentence)
