"""Which letters the bytes of a text mean."""

import codecs
import re
from pathlib import Path

from core.documents.model import ReadError
from core.files.judging import HEAD, wide_encoding

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
# The code page that an older drawing names.
CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\r?\n\s*3\r?\n\s*(?:ANSI_|DOS)(\d{3,4})")


def decoded(path: Path, characters: int) -> str:
    """The letters of a file, up to four bytes for each that may be kept.

    Raises ReadError ``broken``.
    """
    most = characters * 4
    with path.open("rb") as file:
        data = file.read(most + 1)
    return text_of(data, is_cut=len(data) > most)


def text_of(data: bytes, *, is_cut: bool = False) -> str:
    """The letters that bytes mean; ``is_cut``: the last one may lack its end."""
    if wide := wide_encoding(data[:HEAD]):
        return data.decode(wide, "replace")
    for encoding in (ENCODINGS[0], *_named(data), *ENCODINGS[1:]):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            # Only where we cut it: a whole file that ends so is of another encoding.
            if is_cut and error.start > len(data) - 4 and encoding == "utf-8-sig":
                return data[: error.start].decode(encoding)
    raise ReadError("broken")


def _named(data: bytes) -> list[str]:
    """The code page that a drawing names, when Python knows it."""
    found = CODE_PAGE.search(data[:4096])
    if found is None:
        return []
    try:
        return [codecs.lookup(f"cp{found[1].decode()}").name]
    except LookupError:
        return []
