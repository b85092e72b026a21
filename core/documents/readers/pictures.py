"""Pictures and scans: text recognition by tesseract, where it is installed.

A picture is laid out as every viewer shows it first: turned as the camera says, on white paper, in
the greys that its numbers mean.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageSequence, UnidentifiedImageError

from core.documents.model import PlacedWord, ReadError
from core.documents.output import ReaderOutput

# 12,000 x 8,000: a scanned A1 drawing at 200 dots per inch, with room to spare.
Image.MAX_IMAGE_PIXELS = 50_000_000
LONGEST_SIDE = 5000
LANGUAGES = ("ind", "eng")
# Tesseract's own data about which way up a page lies.
UPRIGHT = "osd"
# A page takes about two seconds; below this there is no sense in starting one.
LEAST_SECONDS = 4
# Of a page that may lie on its side a smaller picture is looked at; how sure tesseract must be.
LOOKED_AT, LEAST_SURE = 2400, 1.0
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
# Of these every picture is a page; others have a second one only to move.
PAGED = {"TIFF"}
# Bilevel and grey need a third of what colours do.
DEEP = ("I;16", "I;16L", "I;16B", "I;16N")


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over the page that a picture is, or the pages of a fax."""
    try:
        with Image.open(path, formats=_formats(extension)) as picture:
            total = output.count(_frames(picture, output))
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                if number > total or output.is_full(number, total):
                    break
                _read_frame(frame, number, total, output)
    except Image.DecompressionBombError:
        raise ReadError("too_large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ReadError("broken") from None


def _formats(extension: str) -> tuple[str, ...]:
    if extension != "heic":
        return FORMATS
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
    return ("HEIF",)


def _frames(picture: Image.Image, output: ReaderOutput) -> int:
    """The number of pages; of a moving picture only the first is one."""
    count = int(getattr(picture, "n_frames", 1))
    if count > 1 and picture.format not in PAGED:
        if picture.format != "MPO":
            output.note("moving")
        return 1
    return count


def _read_frame(
    frame: Image.Image, number: int, total: int, output: ReaderOutput
) -> None:
    if frame.width * frame.height > (Image.MAX_IMAGE_PIXELS or 0):
        raise ReadError("too_large")
    # A JPEG can be unpacked smaller and grey right away; others do not know how.
    frame.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
    frame.load()
    found = recognise(frame, output.seconds_left)
    if found is None:
        output.page_without_text(number, is_blind=not languages())
        output.put(number, total, "")
    else:
        output.put(number, total, found.text, is_ocr=True, words=found.words)


@cache
def languages() -> str:
    """The languages that tesseract has here, as it wants them; empty when it is absent."""
    return "+".join(name for name in LANGUAGES if name in _known())


def _known() -> tuple[str, ...]:
    if not shutil.which("tesseract"):
        return ()
    import pytesseract

    return tuple(pytesseract.get_languages())


@cache
def _knows_upright() -> bool:
    return UPRIGHT in _known()


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a picture, and where its words stand on it."""

    text: str
    words: tuple[PlacedWord, ...] = ()


def recognise(picture: Image.Image, seconds: float) -> Recognised | None:
    """The text on a picture, or None where nothing recognises text in the time left."""
    if not languages() or seconds < LEAST_SECONDS:
        return None
    import pytesseract

    # Its threads fight for the processor: one is six times as fast as eight.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    grey = upright(picture)
    try:
        # A scan that lies on its side says so nowhere: tesseract looks.
        turn = _turn(grey, seconds)
        grey = grey.rotate(-turn, expand=True) if turn else grey
        text, table = pytesseract.run_and_get_multiple_output(
            grey,
            extensions=["txt", "tsv"],
            lang=languages(),
            timeout=int(seconds),
        )
    except RuntimeError:
        # pytesseract's time-out; TesseractError is one too.
        return None
    return Recognised(text, tuple(_words(table, grey.size, turn)))


def _words(table: str, size: tuple[int, int], turn: int) -> Iterator[PlacedWord]:
    """The words of tesseract's table (level 5) with their places, as the picture was before it was turned."""
    width, height = size
    for row in table.splitlines()[1:]:
        cells = row.split("\t", 11)
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, wide, high = (int(cell) for cell in cells[6:10])
        box = (left / width, top / height, wide / width, high / height)
        x, y, w, h = (round(each, 5) for each in _turned_back(box, turn))
        yield cells[11], x, y, w, h


Box = tuple[float, float, float, float]


def _turned_back(box: Box, turn: int) -> Box:
    """Where it stood before the picture was turned clockwise by so many degrees."""
    left, top, wide, high = box
    if turn == 90:
        return top, 1 - left - wide, high, wide
    if turn == 180:
        return 1 - left - wide, 1 - top - high, wide, high
    if turn == 270:
        return 1 - top - high, left, high, wide
    return box


def _turn(grey: Image.Image, seconds: float) -> int:
    """By how many degrees it must be turned clockwise so that its lines run from left to right; 0 where
    there are too few to tell."""
    if not _knows_upright():
        return 0
    import pytesseract

    small = grey.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT))
    try:
        found = pytesseract.image_to_osd(
            small, timeout=int(seconds), output_type=pytesseract.Output.DICT
        )
    except (pytesseract.TesseractError, OSError, KeyError, ValueError):
        return 0
    if float(found["orientation_conf"]) < LEAST_SURE:
        return 0
    return int(found["rotate"]) % 360


def upright(picture: Image.Image) -> Image.Image:
    """The picture in grey as a viewer shows it, and not larger than is needed."""
    grey = _grey(picture)
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.format == "HEIF":
        return grey
    turn = picture.getexif().get(0x0112, 1)
    for operation in TURNS.get(turn, ()):
        grey = grey.transpose(operation)
    return grey


# What EXIF's tag "Orientation" asks for (EXIF 2.32, 4.6.4).
TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode in DEEP or picture.mode in {"I", "F"}:
        return _deep(picture)
    if "A" in picture.getbands() or "transparency" in picture.info:
        # What is transparent is paper, whatever colour lies unseen below it.
        seen = picture.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        return paper.convert("L")
    if picture.mode == "CMYK":
        return picture.convert("RGB").convert("L")
    return picture.convert("L")  # a quarter of the memory


def _deep(picture: Image.Image) -> Image.Image:
    """Sixteen bits or more a dot: the brightest it has is white."""
    numbers = picture.convert("F") if picture.mode != "I" else picture
    brightest = float(numbers.getextrema()[1])  # type: ignore[arg-type] # it has one band
    top = 65535.0 if picture.mode in DEEP or brightest > 255 else max(brightest, 1.0)
    return numbers.convert("F").point(lambda value: value * (255 / top)).convert("L")
