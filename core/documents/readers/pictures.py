"""Pictures and scans: text recognition by tesseract, where it is installed."""

import os
import shutil
from functools import cache
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from core.documents.model import ReadError
from core.documents.output import ReaderOutput

# 12,000 x 8,000: a scanned A1 drawing at 200 dots per inch, with room to spare.
Image.MAX_IMAGE_PIXELS = 50_000_000
LONGEST_SIDE = 5000
LANGUAGES = ("ind", "eng")
# A page takes about two seconds; below this there is no sense in starting one.
LEAST_SECONDS = 4


def read(path: Path, _extension: str, output: ReaderOutput) -> None:
    """Hand over the one page that a picture is."""
    try:
        with Image.open(path, formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > (Image.MAX_IMAGE_PIXELS or 0):
                raise ReadError("too_large")
            # A JPEG can be unpacked smaller and grey right away; others do not know how.
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            text = recognise(picture, output.seconds_left)
    except Image.DecompressionBombError:
        raise ReadError("too_large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ReadError("broken") from None
    if text is None:
        output.page_without_text(1, is_blind=not languages())
    output.put(1, 1, text or "", is_ocr=text is not None)


@cache
def languages() -> str:
    """The languages that tesseract has here, as it wants them; empty when it is absent."""
    if not shutil.which("tesseract"):
        return ""
    import pytesseract

    known = pytesseract.get_languages()
    return "+".join(name for name in LANGUAGES if name in known)


def recognise(picture: Image.Image, seconds: float) -> str | None:
    """The text on a picture, or None where nothing recognises text in the time left."""
    if not languages() or seconds < LEAST_SECONDS:
        return None
    import pytesseract

    # Its threads fight for the processor: one is six times as fast as eight.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    grey = picture.convert("L")  # first: a quarter of the memory
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    try:
        return str(
            pytesseract.image_to_string(grey, lang=languages(), timeout=int(seconds))
        )
    except RuntimeError:
        # pytesseract's time-out; TesseractError is one too.
        return None
