"""A PDF's page as a viewer shows it: forms, stamps, remarks, turned pages, and what makes it a scan."""

import io
import zlib
from pathlib import Path
from typing import Any

import pytest

from core.documents import reader_process
from core.documents.model import ReaderLimits
from core.documents.output import ReaderOutput
from core.documents.readers import pdf, pictures
from tests import papers

FONT = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
)
DINGBATS = "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"


def stream(data: str, more: str = "") -> str:
    return f"<< /Length {len(data)} {more}>>\nstream\n{data}\nendstream"


def page(
    content: str, *more: str, page: str = "", catalog: str = "", resources: str = ""
) -> bytes:
    """One page: object 4 is its content, 5 its font, ``more`` begins at 6."""
    box = "" if "MediaBox" in page else "/MediaBox [0 0 595 842]"
    return papers.assemble([
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {box} {page} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> {resources} >> >>",
        stream(content), FONT, *more,
    ])  # fmt: skip


def shown(text: str, x: int = 50, y: int = 700) -> str:
    return f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET\n"


def found(tmp_path: Path, content: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """The texts of the pages, and the notes."""
    path = tmp_path / "a"
    said: list[dict[str, Any]] = []
    path.write_bytes(content)
    output = ReaderOutput(ReaderLimits(), said.append)
    reader_process.read(path, "pdf", output)
    return [line["page"]["text"] for line in said], output.notes


def field(y: int, value: str, *, more: str = "", look: int = 0) -> str:
    drawn = f"/AP << /N {look} 0 R >>" if look else ""
    return f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{y}) /V ({value}) /DA (/F1 10 Tf 0 g) /Rect [200 {y} 400 {y + 14}] /P 3 0 R /F 4 {drawn} {more} >>"


def look(text: str) -> str:
    return stream(
        f"/Tx BMC q BT /F1 10 Tf 0 g 2 3 Td ({text}) Tj ET Q EMC",
        "/Type /XObject /Subtype /Form /BBox [0 0 200 14] /Resources << /Font << /F1 5 0 R >> >> ",
    )


def form(content: str, *more: str) -> bytes:
    refs = " ".join(
        f"{number} 0 R" for number, each in enumerate(more, 6) if "/Annot" in each
    )
    catalog = f"/AcroForm << /Fields [{refs}] /DR << /Font << /F1 5 0 R >> >> /DA (/F1 10 Tf 0 g) >>"
    return page(content, *more, page=f"/Annots [{refs}]", catalog=catalog)


def test_a_filled_field_is_read_behind_its_label(tmp_path: Path) -> None:
    content = form(
        shown("Arus pengenal:", 50, 703) + shown("Icw:", 50, 683),
        field(700, "3200 A", look=7), look("3200 A"), field(680, "65 kA"),
    )  # fmt: skip
    texts, notes = found(tmp_path, content)
    assert texts == ["Arus pengenal: 3200 A\nIcw: 65 kA"]
    assert notes == []


def test_a_field_without_a_label_is_read_below(tmp_path: Path) -> None:
    texts, _notes = found(
        tmp_path, form(shown("Formulir", 50, 800), field(600, "IP 54"))
    )
    assert texts == ["Formulir\nIP 54"]


@pytest.mark.parametrize("flags", ["/F 2", "/F 32"])
def test_a_field_that_is_hidden_is_not_read(flags: str, tmp_path: Path) -> None:
    hidden = field(600, "rahasia").replace("/F 4", flags)
    assert found(tmp_path, form(shown("Formulir"), hidden))[0] == ["Formulir"]


def test_a_password_and_a_button_say_nothing(tmp_path: Path) -> None:
    secret = field(600, "sandi", more="/Ff 8192")
    button = field(500, "x", more="/Ff 65536").replace("/FT /Tx", "/FT /Btn")
    assert found(tmp_path, form(shown("Formulir"), secret, button))[0] == ["Formulir"]


def test_what_a_list_shows_is_read_and_not_what_it_keeps(tmp_path: Path) -> None:
    choice = field(
        600, "a", more="/Opt [[(a) (Tembaga)] [(b) (Aluminium)]] /Ff 131072"
    ).replace("/FT /Tx", "/FT /Ch")
    assert found(tmp_path, form(shown("Busbar", 50, 603), choice))[0] == [
        "Busbar Tembaga"
    ]


def test_a_tick_is_a_tick_and_no_letter(tmp_path: Path) -> None:
    on = stream(
        "q BT /F2 12 Tf 0 0 Td (4) Tj ET Q",
        "/Type /XObject /Subtype /Form /BBox [0 0 14 14] /Resources << /Font << /F2 8 0 R >> >> ",
    )
    box = "<< /Type /Annot /Subtype /Widget /FT /Btn /T (t) /V /Ya /AS /Ya /Rect [200 600 214 614] /P 3 0 R /F 4 /AP << /N << /Ya 7 0 R >> >> >>"
    off = box.replace("/T (t) /V /Ya /AS /Ya", "/T (u) /V /Off /AS /Off").replace(
        "600 214 614", "500 214 514"
    )
    content = form(
        shown("Tembaga", 50, 603) + shown("Aluminium", 50, 503), box, on, DINGBATS, off
    )
    assert found(tmp_path, content)[0] == ["Tembaga ☒\nAluminium"]


def test_stamps_are_read_and_remarks_carry_a_name(tmp_path: Path) -> None:
    stamp = "<< /Type /Annot /Subtype /Stamp /Rect [200 600 400 614] /P 3 0 R /F 4 /AP << /N 7 0 R >> >>"
    free = "<< /Type /Annot /Subtype /FreeText /Contents (Revisi C) /DA (/F1 10 Tf) /Rect [200 500 400 514] /P 3 0 R /F 4 >>"
    note = "<< /Type /Annot /Subtype /Text /Contents (cek lagi) /T (Rina) /Rect [20 400 40 420] /P 3 0 R /F 4 >>"
    texts, _notes = found(
        tmp_path, form(shown("Gambar"), stamp, look("DISETUJUI"), free, note)
    )
    assert texts == ["Gambar\nDISETUJUI\nRevisi C\n[Rina: cek lagi]"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_so_is_its_table(turn: int, tmp_path: Path) -> None:
    rows = (("No", "Bagian"), ("1", "MCCB"), ("2", "Busbar"))
    content = page(
        "".join(
            shown(word, 100 + 150 * c, 700 - 20 * r)
            for r, row in enumerate(rows)
            for c, word in enumerate(row)
        ),
        page=f"/Rotate {turn}",
    )
    texts, _notes = found(tmp_path, content)
    assert texts[0].split() == [word for row in rows for word in row]


@pytest.mark.parametrize(
    "head", [b"", b"\r\n", b"\xef\xbb\xbf", b"\x1b%-12345X@PJL\r\n", b"x" * 900]
)
def test_bytes_before_the_head_cost_nothing(head: bytes, tmp_path: Path) -> None:
    assert found(tmp_path, head + page(shown("Panel SDP 630 A")))[0] == [
        "Panel SDP 630 A"
    ]


def picture(width: int, height: int, draw: str, text: str = "") -> bytes:
    """A page with a white picture where ``draw`` puts it, and letters on it."""
    packed = zlib.compress(b"\xff" * (width * height)).hex() + ">"
    image = stream(
        packed,
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/ASCIIHexDecode /FlateDecode] ",
    )
    return page(
        f"q {draw} cm /Im0 Do Q\n{text}", image, resources="/XObject << /Im0 6 0 R >>"
    )


LONG = shown("Scanned with CamScanner, halaman 3 dari 12, e-meterai")
HIDDEN = LONG.replace("BT", "BT 3 Tr")


@pytest.mark.parametrize(
    ("draw", "text", "is_scan"),
    [
        ("595 0 0 842 0 0", "", True),
        ("595 0 0 842 0 0", LONG, True),
        ("595 0 0 500 0 300", LONG, True),
        ("595 0 0 842 0 0", HIDDEN, False),
        ("100 0 0 60 40 760", LONG, False),
        ("300 0 0 300 40 300", LONG, False),
        ("300 0 0 300 40 300", "", True),
    ],
    ids=[
        "bare",
        "stamped",
        "most of it",
        "its own layer",
        "logo",
        "beside",
        "no letters",
    ],
)
def test_what_a_picture_covers_decides(
    draw: str, text: str, is_scan: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def recognise(*given: Any) -> pictures.Recognised:
        asked.append(given)
        return pictures.Recognised("DARI GAMBAR")

    monkeypatch.setattr(pictures, "languages", lambda: "eng")
    monkeypatch.setattr(pictures, "recognise", recognise)
    texts, notes = found(tmp_path, picture(20, 20, draw, text))
    assert bool(asked) is is_scan
    assert ("DARI GAMBAR" in texts[0]) is is_scan
    assert ("CamScanner" in texts[0]) is bool(text)
    assert [note["code"] for note in notes] == (
        ["beside"] if draw.startswith("300") and text else []
    )


def test_what_is_recognised_beside_letters_is_not_said_twice() -> None:
    assert (
        pdf.beside("Arus 800 A", "Arus 800 A\nIcw 50 kA\n") == "Icw 50 kA\nArus 800 A"
    )
    assert pdf.beside("", "Icw") == "Icw"
    assert pdf.beside("Arus 800 A", "arus 800 a") == "Arus 800 A"


def test_recognition_leaves_time_for_the_text_of_later_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare: list[float] = []
    monkeypatch.setattr(pictures, "languages", lambda: "eng")
    monkeypatch.setattr(
        pictures, "recognise", lambda _picture, seconds: spare.append(seconds)
    )
    _texts, notes = found(tmp_path, picture(20, 20, "595 0 0 842 0 0", LONG))
    assert spare[0] < 27 - 30 * pdf.KEPT_FOR_TEXT + 0.1
    assert [note["code"] for note in notes] == ["pictures"]


def test_files_inside_are_said(tmp_path: Path) -> None:
    import pypdfium2  # noqa: PLC0415 - only here

    document = pypdfium2.PdfDocument(page(shown("sampul")))
    document.new_attachment("daftar.xlsx").set_data(b"x")
    out = io.BytesIO()
    document.save(out)
    _texts, notes = found(tmp_path, out.getvalue())
    assert notes == [{"code": "attachments", "names": ["daftar.xlsx"]}]
