"""Words of a drawing as AutoCAD shows them: without codes, whole, from blocks, not from dark layers."""

from pathlib import Path

import pytest

from core.documents.readers.dxf_text import plain_mtext, plain_text
from core.documents.tests.test_readers import read

TEXTS = [
    ("%%uSINGLE LINE%%u", "SINGLE LINE"),
    ("%%oATAS %%c20 45%%d %%p0.1 50%%%", "ATAS Ø20 45° ±0.1 50%"),
    ("%%065B", "AB"),
    ("\\U+00D8 20", "Ø 20"),
    ("dua^Jbaris", "dua\nbaris"),
]
MTEXTS = [
    ("\\LKAPASITAS\\l biasa", "KAPASITAS biasa"),
    ("{\\fArial|b1|i0|c0|p34;TEBAL} \\H2.5x;TRAFO", "TEBAL TRAFO"),
    ("satu\\Pdua\\~tiga", "satu\ndua\u00a0tiga"),
    ("10\\S1/2; mm", "10 1/2 mm"),
    ("5\\S+0.1^-0.2;", "5 +0.1 -0.2"),
    ("\\A1;\\C7;\\W0.8;\\T1.1;\\Q15;x", "x"),
    ("\\\\ \\{kurung\\}", "\\ {kurung}"),
    ("\\M+1B0A1", "ｰ｡"),
    ("akhir\\", "akhir\\"),
    ("\\pxi-3,l3;butir", "butir"),
]


@pytest.mark.parametrize(("code", "shown"), TEXTS)
def test_a_text_is_shown_without_its_codes(code: str, shown: str) -> None:
    assert plain_text(code) == shown


@pytest.mark.parametrize(("code", "shown"), MTEXTS[:7] + MTEXTS[8:])
def test_a_long_text_is_shown_without_its_formats(code: str, shown: str) -> None:
    assert plain_mtext(code) == shown


def pairs(*rows: tuple[int, str]) -> str:
    return "".join(f"{code}\n{value}\n" for code, value in rows)


def drawing(entities: str, *, blocks: str = "", tables: str = "") -> bytes:
    def section(name: str, inside: str) -> str:
        return f"0\nSECTION\n2\n{name}\n{inside}0\nENDSEC\n"

    text = (
        section("TABLES", tables)
        + section("BLOCKS", blocks)
        + section("ENTITIES", entities)
    )
    return f"{text}0\nEOF\n".replace("\n", "\r\n").encode()


def words(tmp_path: Path, content: bytes) -> list[str]:
    (line,) = read(tmp_path / "a", "dxf", content)
    return list(filter(None, line["page"]["text"].split("\n")))


def test_pieces_of_a_long_text_are_joined(tmp_path: Path) -> None:
    first = "x" * 243 + " KONDEN"
    content = drawing(pairs((0, "MTEXT"), (3, first), (1, "SATOR akhir")))
    assert words(tmp_path, content) == [f"{first}SATOR akhir"]


def test_blocks_are_read_where_they_are_inserted(tmp_path: Path) -> None:
    block = (
        pairs((0, "BLOCK"), (2, "KOP"))
        + pairs((0, "TEXT"), (1, "PT CONTOH"))
        + pairs((0, "ATTDEF"), (1, "?"), (2, "NO"), (3, "Nomor?"))
        + pairs((0, "ENDBLK"))
    )
    unused = (
        pairs((0, "BLOCK"), (2, "LAIN"))
        + pairs((0, "TEXT"), (1, "tak dipakai"))
        + pairs((0, "ENDBLK"))
    )
    nested = (
        pairs((0, "BLOCK"), (2, "LUAR"))
        + pairs((0, "INSERT"), (2, "kop"))
        + pairs((0, "INSERT"), (2, "LUAR"))
        + pairs((0, "ENDBLK"))
    )
    paper = (
        pairs((0, "BLOCK"), (2, "*Paper_Space1"))
        + pairs((0, "TEXT"), (1, "tata letak"))
        + pairs((0, "ENDBLK"))
    )
    entities = (
        pairs((0, "INSERT"), (2, "LUAR"))
        + pairs((0, "ATTRIB"), (1, "EL-001"))
        + pairs((0, "ATTRIB"), (1, "gelap"), (70, "1"))
    )
    content = drawing(entities, blocks=block + unused + nested + paper)
    found = words(tmp_path, content)
    assert set(found) == {"PT CONTOH", "EL-001", "tata letak"}
    assert found[-2:] == ["EL-001", "tata letak"]


def test_dimensions_leaders_and_tables(tmp_path: Path) -> None:
    block = (
        pairs((0, "BLOCK"), (2, "*D1"))
        + pairs((0, "MTEXT"), (1, "{\\H1.5x;800}"))
        + pairs((0, "ENDBLK"))
    )
    grid = (
        pairs((0, "BLOCK"), (2, "*T1"))
        + pairs((0, "MTEXT"), (1, "Sel"))
        + pairs((0, "ENDBLK"))
    )
    entities = (
        pairs((0, "DIMENSION"), (2, "*D1"), (1, "<>"), (42, "800.0"))
        + pairs((0, "DIMENSION"), (1, "L=<> mm"), (42, "1250.5000"))
        + pairs((0, "DIMENSION"), (42, "75.0"))
        + pairs((0, "MULTILEADER"), (304, "\\fArial;Busbar"), (304, "LEADER_LINE{"))
        + pairs((0, "ACAD_TABLE"), (2, "*T1"))
        + pairs((0, "TOLERANCE"), (1, "0.05"))
    )
    found = words(tmp_path, drawing(entities, blocks=block + grid))
    assert found == ["800", "L=1250.5 mm", "75", "Busbar", "Sel", "0.05"]


def test_layers_that_are_dark_are_left_out_and_said(tmp_path: Path) -> None:
    tables = (
        pairs((0, "LAYER"), (2, "MATI"), (62, "-7"))
        + pairs((0, "LAYER"), (2, "BEKU"), (70, "1"), (62, "7"))
        + pairs((0, "LAYER"), (2, "0"), (62, "7"), (70, "0"))
    )
    entities = "".join(
        pairs((0, "TEXT"), (8, layer), (1, layer)) for layer in ("MATI", "BEKU", "0")
    )
    assert words(tmp_path, drawing(entities, tables=tables)) == ["0"]


def test_an_older_drawing_is_read_in_its_code_page(tmp_path: Path) -> None:
    head = b"0\r\nSECTION\r\n2\r\nHEADER\r\n9\r\n$DWGCODEPAGE\r\n3\r\nANSI_1251\r\n0\r\nENDSEC\r\n"
    content = head + drawing(pairs((0, "TEXT"), (1, "??"))).replace(
        b"??", "Щит".encode("cp1251")
    )
    assert words(tmp_path, content) == ["Щит"]
