"""Cells of a sheet as their number format shows them: dates, durations, percent, units.

Excel writes separators and months as the machine's region does. Here: the separators of the format
itself (comma, point), months and short dates as an office in Indonesia sees them, unless the format
names English ([$-409]).
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from core.documents.readers.format_dates import (
    Section,
    Token,
    general,
    literal,
    show_date,
)

# Formats that have only a number in the file (ECMA-376, 18.8.30).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"Rp"#,##0', 6: '"Rp"#,##0', 7: '"Rp"#,##0.00', 8: '"Rp"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "dd/mm/yyyy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: '"Rp"#,##0',
    43: "#,##0.00", 44: '"Rp"#,##0.00', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<half>AM/PM|A/P)|(?P<general>General)|(?P<power>[Ee][+-]0+)"
    r"|(?P<fraction>\.0+(?=[^0]|$))|(?P<date>y+|m+|d+|h+|s+|b+|e+|g+)|(?P<digits>[0#?.,/]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
LONGEST_FORMAT = 255


def shown_number(text: str, code: str, *, is_1904: bool = False) -> str:
    """A number as Excel would show it in this format; what is no number is itself."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    sections = _sections(code[:LONGEST_FORMAT])
    section, is_signed = _section_for(sections, number)
    try:
        return _show(section, number, is_signed=is_signed, is_1904=is_1904)
    except (ValueError, OverflowError, InvalidOperation, ArithmeticError):
        return general(number)


def shown_text(text: str, code: str) -> str:
    """A text as the fourth section of its format shows it."""
    if "@" not in code and code.count(";") < 3:
        return text
    sections = _sections(code[:LONGEST_FORMAT])
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) <= 3 and not any(t.text == "@" for t in section.tokens):
        return text
    return "".join(text if t.text == "@" else literal(t) for t in section.tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[Section, ...]:
    parts: list[list[re.Match[str]]] = []
    current: list[re.Match[str]] = []
    for match in TOKEN.finditer(code):
        if match.group("other") == ";":
            parts.append(current)
            current = []
        else:
            current.append(match)
    parts.append(current)
    return tuple(_section(part) for part in parts)


def _section(matches: list[re.Match[str]]) -> Section:
    tokens: list[Token] = []
    condition, language = None, "id"
    for match in matches:
        kind = match.lastgroup or "skip"
        text = match.group(kind) if match.lastgroup else ""
        if kind == "bracket":
            found = CONDITION.fullmatch(text)
            if found:
                condition = found[1], float(found[2])
            elif ELAPSED.fullmatch(text):
                tokens.append(Token("elapsed", text.lower()))
            elif text.startswith("$"):
                symbol, _, place = text[1:].partition("-")
                language = "en" if place.upper().endswith("09") else language
                tokens.append(Token("quoted", symbol))
        elif kind == "skip":
            # A space as wide as a sign: it parts what stands beside it.
            tokens.append(Token("space", " "))
        else:
            tokens.append(Token(kind, text))
    return Section(_with_minutes(tokens), condition, language)


def _with_minutes(tokens: list[Token]) -> tuple[Token, ...]:
    """``m`` beside an hour or a second is a minute, and ``.000`` behind a second its parts."""
    times = [i for i, t in enumerate(tokens) if t.kind in {"date", "elapsed", "half"}]
    for place, index in enumerate(times):
        token = tokens[index]
        if token.kind != "date" or token.text[0].lower() != "m" or len(token.text) > 2:
            continue
        before = tokens[times[place - 1]].text[0].lower() if place else ""
        after = (
            tokens[times[place + 1]].text[0].lower() if place + 1 < len(times) else ""
        )
        if before == "h" or after == "s":
            tokens[index] = Token("date", "n" * len(token.text))
    is_time = bool(times)
    return tuple(
        Token("digits", t.text) if t.kind == "fraction" and not is_time else t
        for t in _joined(tokens, is_time=is_time)
    )


def _joined(tokens: list[Token], *, is_time: bool) -> list[Token]:
    """``0`` and ``.00`` came as two pieces, and are one number."""
    found: list[Token] = []
    for token in tokens:
        is_number = token.kind in {"digits", "fraction"} and not is_time
        if is_number and found and found[-1].kind == "digits":
            found[-1] = Token("digits", found[-1].text + token.text)
        else:
            found.append(Token("digits", token.text) if is_number else token)
    return found


def _section_for(sections: tuple[Section, ...], number: float) -> tuple[Section, bool]:
    """The section for a number, and whether it still needs its minus."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _meets(number, *section.condition):
                return section, True
        return sections[-1], True
    if number < 0 and len(sections) > 1:
        return sections[1], False
    if number == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], True


def _meets(number: float, sign: str, bound: float) -> bool:
    return {
        "<": number < bound,
        ">": number > bound,
        "=": number == bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "<>": number != bound,
    }[sign]


def _show(section: Section, number: float, *, is_signed: bool, is_1904: bool) -> str:
    if section.is_date:
        return show_date(section, number, is_1904=is_1904)
    kinds = {token.kind for token in section.tokens}
    if "digits" not in kinds:
        if not section.tokens:
            return ""
        plain = general(number if is_signed else abs(number))
        return "".join(
            plain if t.kind == "general" or t.text == "@" else literal(t)
            for t in section.tokens
        )
    return _show_number(section, number, is_signed=is_signed)


# --- Numbers --------------------------------------------------------------------------


def _show_number(section: Section, number: float, *, is_signed: bool) -> str:
    tokens = section.tokens
    percent = sum(t.kind == "other" and t.text == "%" for t in tokens)
    amount = abs(Decimal(repr(number))) * 100**percent
    pattern = "".join(t.text for t in tokens if t.kind == "digits")
    sign = "-" if is_signed and number < 0 else ""
    if "/" in pattern:
        return sign + _in_place(tokens, _fraction(pattern, amount))
    power = next((t.text for t in tokens if t.kind == "power"), "")
    shown = _scientific(pattern, power, amount) if power else _decimal(pattern, amount)
    if not any(c in "123456789" for c in shown):
        sign = ""
    return sign + _in_place(tokens, shown)


def _in_place(tokens: tuple[Token, ...], shown: str) -> str:
    """The number where its digits begin, between the words around it."""
    pieces, is_placed = [], False
    digits = [i for i, t in enumerate(tokens) if t.kind == "digits"]
    if len(digits) > 1 and shown.isdigit():
        return _spread(tokens, shown, digits)
    for index, token in enumerate(tokens):
        if token.kind == "digits":
            if not is_placed:
                pieces.append(shown)
                is_placed = True
        elif token.kind == "power" or (
            digits[0] < index < digits[-1] and token.kind == "space"
        ):
            continue
        else:
            pieces.append(literal(token))
    return "".join(pieces).strip()


def _spread(tokens: tuple[Token, ...], shown: str, digits: list[int]) -> str:
    """``000-000``: the digits fall into their places from the right."""
    pieces = [literal(token) for token in tokens]
    for index in reversed(digits[1:]):
        size = len(tokens[index].text)
        shown, pieces[index] = shown[:-size], shown[-size:]
    pieces[digits[0]] = shown
    return "".join(pieces).strip()


def _decimal(pattern: str, amount: Decimal) -> str:
    whole, _, part = pattern.partition(".")
    # Each comma at the end divides by a thousand.
    thousands = len(pattern) - len(pattern.rstrip(",")) if part else 0
    thousands += len(whole) - len(whole.rstrip(","))
    amount = amount / Decimal(1000) ** thousands
    whole, part = whole.rstrip(","), part.rstrip(",")
    rounded = amount.quantize(Decimal(1).scaleb(-len(part)), rounding=ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    least = sum(sign == "0" for sign in whole)
    left = left.lstrip("0").rjust(least, "0")
    if "," in whole:
        left = _grouped(left)
    keep = len(part.rstrip("#?"))
    while len(right) > keep and right.endswith("0"):
        right = right[:-1]
    return f"{left}.{right}" if right or (part and keep) else left


def _grouped(digits: str) -> str:
    parts = []
    while len(digits) > 3:
        parts.append(digits[-3:])
        digits = digits[:-3]
    return ",".join([digits, *reversed(parts)])


def _scientific(pattern: str, power: str, amount: Decimal) -> str:
    whole, _, part = pattern.partition(".")
    exponent = amount.adjusted() if amount else 0
    step = max(len(whole), 1)
    exponent -= exponent % step
    mantissa = _decimal(
        pattern if step == 1 else f"0.{part}" if part else "0", amount.scaleb(-exponent)
    )
    sign = "-" if exponent < 0 else "+" if "+" in power else ""
    return f"{mantissa}E{sign}{abs(exponent):0{len(power) - 2}d}"


def _fraction(pattern: str, amount: Decimal) -> str:
    whole, _, below = pattern.rpartition("/")
    fixed = below.strip("?#0 ")
    has_whole = "#" in whole or "0" in whole or whole.count("?") > len(below)
    left = int(amount) if has_whole else 0
    rest = Fraction(amount) - left
    if fixed.isdigit() and int(fixed):
        top, bottom = round(rest * int(fixed)), int(fixed)
    else:
        near = rest.limit_denominator(10 ** min(max(len(below), 1), 4) - 1)
        top, bottom = near.numerator, near.denominator
    if top == bottom and has_whole:
        left, top = left + 1, 0
    if not top:
        return str(left)
    return f"{left} {top}/{bottom}" if left else f"{top}/{bottom}"
