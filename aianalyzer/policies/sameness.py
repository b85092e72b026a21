"""What makes two written values the same: their digits with the decimal mark, signs, units and words."""

import re
from functools import lru_cache

from aianalyzer.policies.quantities import MARKED, RANGE, SPACED, is_number, value_of

SEPARATOR = "\x1f"
# Digits also count where letters touch them (IP54, Form 4b).
DIGITS = re.compile(f"{SPACED}|{MARKED}")
WORD = re.compile(
    r"[^\W\d_]+|[<>\u2264\u2265=%\u00b1\u2030\u00b0]|(?<![\w.,)])[-\u2212+](?=\d)"
)
UNIT_AFTER = re.compile(r"\s*([^\W\d_]*)")
BETWEEN = re.compile(rf"(?<=\d){RANGE}(?=\d)", re.IGNORECASE)
SAME_WORD = {
    "amp": "a", "amps": "a", "ampere": "a", "amper": "a", "volt": "v", "volts": "v",
    "detik": "s", "sec": "s", "second": "s", "seconds": "s", "dtk": "s", "for": "", "selama": "",
    "persen": "%", "percent": "%", "units": "unit", "sets": "set", "panels": "panel", "\u00d7": "x",
}  # fmt: skip
# Milli and mega differ in nothing but the letter case.
MILLI = {
    "mW": "milliwatt",
    "mVA": "millivoltampere",
    "mV": "millivolt",
    "mA": "milliampere",
}
SIGNS = {"\u2212": "-", "\u2265": ">=", "\u2264": "<="}


@lru_cache(maxsize=20_000)
def identity(value: str) -> str:
    """What all spellings of one value share; 63 A is not 6,3 A, and 1/12 is not 11/2.

    Spaces, letter case, punctuation and the marks between thousands are left out, decimal marks are not.
    """
    text = BETWEEN.sub(" - ", value)
    parts: list[str] = []
    at = 0
    while at < len(text):
        number = DIGITS.match(text, at)
        found = number or WORD.match(text, at)
        if number:
            parts.append(_number_name(number.group(), text[number.end() :]))
        elif found:
            parts.append(_word_name(found.group()))
        at = found.end() if found else at + 1
    return SEPARATOR.join(part for part in parts if part)


def _number_name(text: str, after: str) -> str:
    """One name for each number: 1.250 kVA is 1250 kVA. What is no number keeps its marks."""
    if not is_number(text):
        return text
    unit = UNIT_AFTER.match(after)
    return f"{value_of(text, unit[1] if unit else '').normalize():f}"


def _word_name(word: str) -> str:
    name = MILLI.get(word) or SIGNS.get(word) or word.casefold()
    return SAME_WORD.get(name, name)
