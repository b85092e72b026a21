"""Signs and formats inside the texts of a drawing, as AutoCAD shows them."""

import re
from collections.abc import Iterator

CODES = {"d": "°", "c": "Ø", "p": "±", "%": "%", "u": "", "o": "", "k": ""}
PERCENT = re.compile(r"%%(\d{3}|.)", re.DOTALL)
UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
# \M+nXXXX: a sign of one of five code pages.
MULTI_BYTE = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
CODE_PAGES = {"1": "cp932", "2": "cp950", "3": "cp949", "4": "johab", "5": "cp936"}
CARET = {"^J": "\n", "^I": "\t", "^M": "", "^ ": "^"}
# Formats that go on to a semicolon, and those that are one letter.
LONG, SHORT = "fFHWQTCcApt", "LlOoKk"
SIGNS = {"P": "\n", "X": "\n", "N": "\n", "~": "\u00a0", "\\": "\\", "{": "{", "}": "}"}


def plain_text(text: str) -> str:
    """A line of text: %%c is a sign, %%u only a line below the words."""
    return _signs(PERCENT.sub(_percent, text))


def _percent(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) == 3:
        return chr(int(code)) if 32 <= int(code) < 256 else ""
    return CODES.get(code.lower(), found[0])


def _signs(text: str) -> str:
    text = UNICODE.sub(lambda found: _letter(int(found[1], 16)), text)
    text = MULTI_BYTE.sub(_multi_byte, text)
    return re.sub(r"\^[JIM ]", lambda found: CARET[found[0]], text)


def _letter(code: int) -> str:
    return chr(code) if not 0xD800 <= code < 0xE000 else "?"


def _multi_byte(found: re.Match[str]) -> str:
    data = bytes.fromhex(found[2])
    return data.decode(CODE_PAGES[found[1]], "replace").strip("\0")


def plain_mtext(text: str) -> str:
    """Text with formats in it: {\\fArial;…}, \\H2.5x;, \\S1/2;, \\P."""
    text = MULTI_BYTE.sub(
        _multi_byte, UNICODE.sub(lambda f: _letter(int(f[1], 16)), text)
    )
    return plain_text("".join(_pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        sign = text[place]
        if sign != "\\" or place + 1 == len(text):
            yield "" if sign in "{}" else sign
            place += 1
            continue
        code = text[place + 1]
        place += 2
        if code in SIGNS:
            yield SIGNS[code]
        elif code == "S":
            stacked, place = _until(text, place)
            yield _stacked(stacked)
        elif code in LONG:
            _format, place = _until(text, place)
        elif code not in SHORT:
            yield f"\\{code}"


def _until(text: str, place: int) -> tuple[str, int]:
    """What stands before the next semicolon that is not escaped, and the place behind it."""
    end = place
    while end < len(text) and text[end] != ";":
        end += 2 if text[end] == "\\" else 1
    return text[place:end], end + 1


def _stacked(text: str) -> str:
    """1 over 2: a fraction, or a tolerance above the other."""
    text = text.replace("\\", "")
    for mark, joint in (("^", " "), ("#", "/"), ("/", "/")):
        above, found, below = text.partition(mark)
        if found:
            parts = [part.strip() for part in (above, below) if part.strip()]
            return f" {joint.join(parts)}"
    return text
