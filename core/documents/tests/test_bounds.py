"""Limits of the reading at their bounds, the sentences about it, and how a child's end is understood."""

import signal
from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils import translation

from core.documents import extraction
from core.documents.extraction import ExtractionError, sentence_of
from core.documents.model import EXTENSIONS, ReaderLimits, ReadError, Reason
from core.documents.output import ReaderOutput, clean
from core.documents.readers import encodings, layout
from core.documents.readers.packages import spell
from core.documents.tests.test_readers import read
from tests import papers

Said = list[dict[str, Any]]


def output(**limits: int) -> tuple[ReaderOutput, Said]:
    """Where a reader hands its pages, and what the parent would hear."""
    said: Said = []
    return ReaderOutput(ReaderLimits(**limits), said.append), said


@pytest.mark.parametrize(
    ("total", "read_pages", "is_noted"), [(4, 4, False), (5, 5, False), (6, 5, True)]
)
def test_pages_at_the_limit_are_all_read(
    total: int, read_pages: int, is_noted: bool
) -> None:
    out, _said = output(pages=5)
    assert out.count(total) == read_pages
    noted = [{"code": "pages", "shown": 5, "total": total}]
    assert out.notes == (noted if is_noted else [])


@pytest.mark.parametrize(
    ("length", "kept", "is_full"), [(9, 9, False), (10, 10, True), (11, 10, True)]
)
def test_characters_at_the_limit_are_all_kept(
    length: int, kept: int, is_full: bool
) -> None:
    out, said = output(characters=10)
    out.put(1, 2, "x" * length)
    assert len(said[0]["page"]["text"]) == kept
    assert out.is_full(2, 2) is is_full
    assert bool(out.notes) is is_full


@pytest.mark.parametrize(("cells", "is_kept"), [(4, True), (5, True), (6, False)])
def test_a_table_is_kept_whole_or_not_at_all(cells: int, is_kept: bool) -> None:
    out, said = output(characters=10)
    table = (("a" * cells,),)
    out.put(1, 1, "x" * 5, tables=[table, (("b",),)])
    found = said[0]["page"]["tables"]
    assert ([["a" * cells]] in found) is is_kept
    assert len(found) <= 1 + (cells < 5)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\0b", "ab"),
        ("a\ud800b", "a?b"),
        ("😀", "😀"),
    ],
)
def test_a_text_is_what_every_database_takes(text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize(
    ("texts", "blind", "reason", "note"),
    [
        (["", " \n"], [], "empty", None),
        (["", "x"], [], "", None),
        ([""], [1], "", {"code": "blind", "numbers": [1]}),
        (["", "x"], [2], "", {"code": "blind", "numbers": [2]}),
        ([""], list(range(1, 30)), "", {"code": "blind", "numbers": [*range(1, 21)]}),
    ],
    ids=["nothing", "one page", "a scan", "a scan and words", "many scans"],
)
def test_a_document_without_words_is_empty_unless_it_is_a_picture(
    texts: list[str], blind: list[int], reason: str, note: Any
) -> None:
    out, _said = output()
    for number, text in enumerate(texts, 1):
        out.put(number, len(texts), text)
    for number in blind:
        out.page_without_text(number, is_blind=True)
    found = ""
    try:
        out.require_something()
    except ReadError as error:
        found = error.reason
    assert found == reason
    assert out.notes == ([note] if note else [])


# --- Sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", get_args(Reason))
def test_each_reason_is_said_in_both_languages(reason: Any) -> None:
    said = set()
    for language in ("en", "id"):
        with translation.override(language):
            said.add(sentence_of(reason))
            assert ExtractionError(reason).sentence == sentence_of(reason)
    assert len(said) == 2
    assert ExtractionError(reason, "x").sentence == "x"
    if reason == "unsupported":
        assert all(each in sentence for each in EXTENSIONS for sentence in said)


NOTES: list[tuple[dict[str, Any], str]] = [
    ({"code": "pages", "shown": 5, "total": 9}, "Only the first 5 of 9 pages"),
    ({"code": "characters", "number": 3, "total": 9}, "from page 3 of 9 on"),
    ({"code": "time", "number": 3, "total": 9}, "from page 3 of 9 on"),
    ({"code": "page", "number": 3}, "Page 3 is damaged"),
    ({"code": "pictures", "numbers": [2, 4]}, "2, 4."),
    ({"code": "blind", "numbers": [2, 4]}, "2, 4. Ask IT"),
    ({"code": "drawing"}, "only its words"),
    ({"code": "names"}, "only the names"),
]


@pytest.mark.parametrize(("note", "words"), NOTES, ids=[n["code"] for n, _ in NOTES])
def test_each_note_is_a_sentence_with_its_numbers(
    note: dict[str, Any], words: str
) -> None:
    with translation.override("en"):
        english = extraction._note(note)
    with translation.override("id"):
        indonesian = extraction._note(note)
    assert words in english
    assert indonesian != english
    assert "%(" not in english + indonesian


# --- How a child ended ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "code", "reason"),
    [
        ({"is": "end", "notes": []}, 0, ""),
        ({"is": "end", "notes": []}, -9, ""),
        ({"is": "error", "reason": "encrypted"}, 0, "encrypted"),
        ({"is": "error", "reason": "memory"}, -9, "memory"),
        ({"is": "error", "reason": "made up"}, 1, "broken"),
        ({}, -signal.SIGKILL, "time"),
        ({}, -signal.SIGXCPU, "time"),
        ({}, -signal.SIGALRM, "time"),
        ({}, -signal.SIGABRT, "memory"),
        ({}, -signal.SIGXFSZ, "too_large"),
        ({}, -signal.SIGSEGV, "broken"),
        ({}, -signal.SIGSYS, "broken"),
        ({}, 1, "broken"),
        ({}, 0, "broken"),
    ],
)
def test_the_end_of_a_child_has_one_reason(
    last: dict[str, Any], code: int, reason: str
) -> None:
    found = ""
    try:
        extraction._require_end(last, code)
    except ExtractionError as error:
        found = error.reason
    assert found == reason


# --- Plain files ----------------------------------------------------------------------------------


def texts_of(path: Path, extension: str, content: bytes, **limits: int) -> list[str]:
    return [line["page"]["text"] for line in read(path, extension, content, **limits)]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfpanel", "panel"),
        ("größe".encode("cp1252"), "größe"),
        ("“x”".encode("cp1252"), "“x”"),
        (b"a\x81b", "a\x81b"),
        ("Kabel 4 mm²".encode("cp1252"), "Kabel 4 mm²"),
        ("Stempel ß".encode("cp1252"), "Stempel ß"),
        (b"\xfe\xff" + "größe".encode("utf-16-be"), "größe"),
        (b"a\xff\xfe", "aÿþ"),
    ],
    ids=[
        "mark",
        "umlaut",
        "quotes",
        "latin",
        "ends so",
        "ends as if cut",
        "16",
        "not 16",
    ],
)
def test_a_text_is_read_in_the_encoding_it_has(
    tmp_path: Path, content: bytes, text: str
) -> None:
    (found,) = texts_of(tmp_path / "a", "txt", content)
    assert found == text


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_letter_that_the_limit_cuts_in_two_is_left_out(
    tmp_path: Path, length: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * (9 - length) + "😀".encode() * 3)
    assert encodings.decoded(path, 2) == "x" * (9 - length)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a;b\n1;2\n", (("a", "b"), ("1", "2"))),
        (b"a\tb\n1\t2\n", (("a", "b"), ("1", "2"))),
        (b"a|b\n1|2\n", (("a", "b"), ("1", "2"))),
        (b'"a;1";b\n"c\nd";2\n', (("a;1", "b"), ("c\nd", "2"))),
        (b"a;b\n\n;\n1;2\n", (("a", "b"), ("1", "2"))),
    ],
    ids=["semicolon", "tab", "bar", "quoted", "empty rows"],
)
def test_a_csv_is_parted_as_its_program_wrote_it(
    tmp_path: Path, content: bytes, rows: Any
) -> None:
    (line,) = read(tmp_path / "a", "csv", content)
    (table,) = line["page"]["tables"]
    assert tuple(map(tuple, table)) == rows


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        (b"0\nTEXT\n1\nLVMDP\n0\nLINE\n1\nno\n", "LVMDP"),
        (b"0\nMTEXT\n3\nlong\n1\nend\\Pnew\n", "longend\nnew"),
        (b" 0\r\nATTRIB\r\n 1\r\n x \r\n", "x"),
        (b"0\nTEXT\n1\n\n0\nTEXT\n1\ny\n", "y"),
        (b"0\nTEXT\n1\nlast\n0", "last"),
    ],
    ids=["one", "parts", "spaces", "empty", "half a pair"],
)
def test_the_words_of_a_drawing_are_those_of_its_texts(
    tmp_path: Path, drawing: bytes, words: str
) -> None:
    (found,) = texts_of(tmp_path / "a", "dxf", drawing)
    assert found.strip() == words


def test_pages_of_a_text_end_at_its_form_feeds(tmp_path: Path) -> None:
    assert texts_of(tmp_path / "a", "txt", b"a\f\fb\f") == ["a", "", "b", ""]


@pytest.mark.parametrize(
    ("cell", "written"),
    [(4, "4"), (4.0, "4"), (2.5, "2.5"), ("007", "007"), (1e15, "1000000000000000")],
)
def test_a_whole_number_of_a_sheet_has_no_point_zero(
    tmp_path: Path, cell: Any, written: str
) -> None:
    (line,) = read(tmp_path / "a", "xlsx", papers.workbook({"A": [["Qty", cell]]}))
    assert line["page"]["tables"] == [[["Qty", written]]]
    assert line["page"]["text"] == f"A\nQty\t{written}"


def test_lines_in_a_cell_stay_lines() -> None:
    """ "2" above "500 A" is no number: a space between them would make one."""
    assert spell((("2\n500 A", "c", ""), ("", "d", ""))) == "2\n500 A\tc\n\td"


# --- Tables of a page -----------------------------------------------------------------------------


def letters(
    *rows: list[tuple[float, str]], height: float = 10.0
) -> list[layout.Letter]:
    """Words at places of a row, five points a letter; rows twelve points apart."""
    return [
        layout.Letter(sign, left + 5 * n, left + 5 * n + 5, 12.0 * y, 12.0 * y + height)
        for y, row in enumerate(rows)
        for left, word in row
        for n, sign in enumerate(word)
    ]


@pytest.mark.parametrize(
    ("gap", "cells"),
    [
        (0.0, ["abcd"]),
        (1.7, ["abcd"]),
        (1.9, ["ab cd"]),
        (10.9, ["ab cd"]),
        (11.1, ["ab", "cd"]),
    ],
)
def test_letters_are_a_word_words_a_cell_and_cells_a_line(
    gap: float, cells: list[str]
) -> None:
    (line,) = layout.lines(letters([(0, "ab"), (10 + gap, "cd")]))
    assert [cell.text for cell in line.cells] == cells


@pytest.mark.parametrize(
    ("rows", "tables"),
    [
        ([[(0, "No"), (60, "Part")]], 0),
        ([[(0, "No"), (60, "Part")], [(0, "1"), (60, "MCCB")]], 1),
        ([[(0, "No"), (60, "Part")], [(0, "text")], [(0, "1"), (60, "MCCB")]], 0),
        ([[(0, "a" * 50), (300, "b" * 50)]] * 2, 0),
        ([[(0, "a" * 40), (300, "b" * 44)]] * 2, 1),
    ],
    ids=["one row", "two rows", "parted", "prose", "long cells"],
)
def test_rows_that_fall_together_are_a_table(rows: Any, tables: int) -> None:
    assert len(layout.tables(letters(*rows))) == tables


def test_a_row_without_one_of_its_cells_keeps_its_columns() -> None:
    rows: list[list[tuple[float, str]]] = [
        [(0, "No"), (60, "Part"), (150, "Qty")],
        [(0, "1"), (150, "4")],
        [(60, "MCCB"), (150, "2")],
    ]
    (table,) = layout.tables(letters(*rows))
    assert table == (("No", "Part", "Qty"), ("1", "", "4"), ("", "MCCB", "2"))
