"""Pictures of every kind, laid out as a viewer shows them before anything is recognised."""

import io
from pathlib import Path
from typing import Any

import pi_heif
import pytest
from PIL import Image, ImageChops

from core.documents.readers import pictures
from core.documents.tests.test_readers import read
from tests import papers


def mark() -> Image.Image:
    """White paper with a black corner at the upper left."""
    picture = Image.new("L", (40, 60), 255)
    picture.paste(0, (0, 0, 10, 10))
    return picture


def saved(picture: Image.Image, form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def is_same(one: Image.Image, other: Image.Image) -> bool:
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    darkest = max(difference.tobytes(), default=0)
    return one.size == other.size and darkest < 40


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_is_turned_as_the_camera_says(turn: int) -> None:
    undo = {5: 5, 6: 8, 7: 7, 8: 6}.get(turn, turn)
    stored = mark()
    for operation in pictures.TURNS.get(undo, ()):
        stored = stored.transpose(operation)
    exif = Image.Exif()
    exif[0x0112] = turn
    with Image.open(io.BytesIO(saved(stored, "PNG", exif=exif))) as photo:
        assert is_same(pictures.upright(photo), mark())


def test_what_is_transparent_is_paper() -> None:
    ink = Image.new("RGBA", (40, 60), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), (0, 0, 10, 10))
    assert is_same(pictures.upright(ink), mark())
    palette = Image.new("P", (40, 60), 0)
    palette.putpalette([0, 0, 0, 10, 10, 10])
    palette.paste(1, (0, 0, 10, 10))
    with Image.open(io.BytesIO(saved(palette, "PNG", transparency=0))) as shown:
        assert is_same(pictures.upright(shown), mark())


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "RGB", "RGBA", "CMYK", "P", "I", "F", "I;16"]
)
def test_every_kind_of_numbers_means_the_same_picture(mode: str) -> None:
    if mode == "I;16":
        shown = Image.frombytes(
            "I;16", (40, 60), b"".join(bytes((v, v)) for v in mark().tobytes())
        )
    else:
        shown = mark().convert("RGB" if mode == "CMYK" else "L").convert(mode)
    assert is_same(pictures.upright(shown), mark())


WORD = pictures.Recognised("kata")
KINDS = [
    ("png", "PNG"),
    ("jpg", "JPEG"),
    ("gif", "GIF"),
    ("bmp", "BMP"),
    ("webp", "WEBP"),
    ("tif", "TIFF"),
    ("tiff", "TIFF"),
]


@pytest.mark.parametrize(("extension", "form"), KINDS)
def test_each_kind_is_recognised(
    extension: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Image.Image] = []

    def recognise(picture: Image.Image, _seconds: float) -> pictures.Recognised:
        seen.append(picture.copy())
        return WORD

    monkeypatch.setattr(pictures, "recognise", recognise)
    (line,) = read(tmp_path / "a", extension, saved(mark(), form))
    assert line["page"]["text"] == "kata"
    assert is_same(seen[0].convert("L"), mark())


def test_a_photo_of_an_iphone_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pi_heif.libheif_info()["decoders"]
    monkeypatch.setattr(pictures, "recognise", lambda *_: WORD)
    with pytest.raises(Exception, match="broken"):
        read(tmp_path / "a", "heic", b"\0\0\0\x18ftypheic" + bytes(90))


def test_every_page_of_a_fax_is_read_and_one_of_a_moving_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "recognise", lambda *_: WORD)
    other = Image.new("L", (40, 60), 100)
    fax = saved(mark(), "TIFF", save_all=True, append_images=[other, other])
    assert [line["page"]["number"] for line in read(tmp_path / "a", "tif", fax)] == [
        1,
        2,
        3,
    ]
    moving = saved(mark(), "GIF", save_all=True, append_images=[other])
    assert len(read(tmp_path / "a", "gif", moving)) == 1


@pytest.mark.tesseract
@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_scan_that_lies_on_its_side_is_turned(angle: int, tmp_path: Path) -> None:
    lines = "\n".join(
        (
            "SPESIFIKASI PANEL",
            "Arus pengenal 2500",
            "Tegangan kerja 400",
            "Proteksi ruang panel",
        )
    )
    turned = papers.picture_of(lines, 60).rotate(angle, expand=True)
    (line,) = read(tmp_path / "a", "png", saved(turned, "PNG"))
    assert "SPESIFIKASI PANEL" in line["page"]["text"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_place_of_a_word_is_that_on_the_picture_as_it_is_shown(turn: int) -> None:
    """A mark in a corner, the picture turned clockwise, and the box turned back: it lies on the mark."""
    shown = Image.new("L", (400, 200), "white")
    shown.paste(0, (40, 20, 80, 40))
    turned = shown.rotate(-turn, expand=True)
    left, top, right, low = turned.point(lambda dot: 255 - dot).getbbox() or (
        0,
        0,
        0,
        0,
    )
    wide, high = turned.size
    box = (left / wide, top / high, (right - left) / wide, (low - top) / high)
    assert pictures._turned_back(box, turn) == pytest.approx((0.1, 0.1, 0.1, 0.1))
