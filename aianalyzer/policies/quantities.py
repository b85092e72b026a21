"""Numbers with their units, whole and as written, in the customs of here and abroad.

A text is first cut into numbers, then each number is asked what follows it: so nothing can begin inside
a number. Read are spaces of any width, dots, commas and apostrophes between thousands, both decimal
marks, ranges, ratios (400/230 V), multiples (3x800 A), and units in any letter case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

SPACES = " \u00a0\u2007\u2009\u202f"
# Digits as one number: with spaces between thousands, or with marks.
SPACED = rf"[1-9]\d{{0,2}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d{{1,3}})?(?!\d|[.,'\u2019]\d)"
MARKED = r"\d+(?:[.,'\u2019]\d+)*"
# A number begins behind no letter, digit or mark, except in 3x800, 8x1Cx630 and H2200; behind "MSB-1" and the
# like no thousands follow after a space.
NUMBER = re.compile(
    r"(?:(?<![\w.,'\u2019\u221a^])|(?<=[\dCcHWDLTPm)][xX\u00d7*])|(?<=(?<!\w)[HWDLTP])(?=\d{3}))"
    rf"(?:(?<![A-Za-z]-){SPACED}|{MARKED})"
)
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,'\u2019])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
ONE_MARK = re.compile(r"(?:\d{1,2}|[1-9]\d*)(?:[.,]\d+)?")
# Between two numbers of one quantity; a side of a body may be named (2200(H) x W 800), and a cable's
# cores (4C x 95 mm2).
SIDE = r"\s?(?:\(?[HWDLTP]\)?|C)?\s?"
RANGE = r"\s{0,2}(?:[-\u2010-\u2015\u2212~]|\.\.\.|\u2026|s\s?/\s?d\.?|s\.?d\.?|sampai(?: dengan)?|hingga|to|up to)\s{0,2}"
JOIN = re.compile(
    rf"(?P<range>{RANGE})|(?P<ratio>\s?/\s?)|(?P<times>{SIDE}\s?[xX\u00d7*]\s?{SIDE})",
    re.IGNORECASE,
)
# What may stand between a number and its unit: a space, or the border of a table's cell.
GAP = rf"[{SPACES}]{{0,2}}"
UNITS = {
    "current": r"Amp(?:ere|eres|er|s)?\.?|A(?:dc|ac|F|T)?",
    "short_circuit": r"kA(?:mp(?:ere)?|rms|eff|p|pk|peak)?|kilo\s?ampere",
    "voltage": r"kilo\s?volts?|k?V(?:olt|olts)?(?:rms|pp)?(?:\s?(?:AC|DC|a\.c\.|d\.c\.))?|kVAC|kVDC|VAC|VDC",
    "power": r"(?:k|M)?VAr|(?:k|M)?VA|(?:k|M)?W(?:att|p)?|HP|PK",
    "frequency": r"k?Hz|hertz",
    "area": r"mm\s?[2\u00b2](?! \d{3}\b)|mm\^2|sq\.?\s?mm|cm\s?[2\u00b2]|m\s?[2\u00b2]",
    "length": r"mm|cm|mtr|met(?:er|re)s?|m",
    "duration": (
        r"(?:hari|minggu|bulan|tahun|jam)(?:\s(?:kalender|kerja))?"
        r"|(?:calendar|working|business)\s(?:days?|weeks?|months?)|(?:days?|weeks?|months?|years?|hours?)"
    ),
    "share": r"%|persen|percent|permil|\u2030",
    "temperature": r"\u00b0\s?C|deg\.?\s?C",
    "mass": r"kg|ton",
    "count": r"units?|sets?|pcs|pieces?|buah|bh|lots?|panels?|cubicles?|cells?|ea|each|nos?\.?|off|kubikel|unit panel",
}
UNIT = {
    kind: re.compile(
        rf"(?P<close>\))?{GAP}(?:\([HWDLTP]\){GAP}|(?-i:[HWDLTP])(?= ?[mc]m\b))?{GAP}(?P<unit>{unit})(?![A-Za-z0-9\u00b2\u00b3]|[.,]\d)",
        re.IGNORECASE,
    )
    for kind, unit in UNITS.items()
}
# "1000 A - 1600 A": the unit may stand at both ends of a range, and at each side of a body.
JOIN_AFTER_UNIT = re.compile(
    rf"{GAP}(?:A|kA|k?V|kVAr?|kW|Hz|mm|cm|%)(?:(?P<range>{RANGE})|(?P<times>{SIDE}\s?[xX\u00d7*]\s?{SIDE}))",
    re.IGNORECASE,
)
OPENED = re.compile(
    r"(?:(?<!\d)\d{1,2}\s?[xX\u00d7]?\s?)?\($"
)  # 2 x (40 x 10) mm, 2(40x10) mm
# "6, 10, 16 A", "250 dan 400 A": numbers that share the unit of the last; and the same without spaces.
SHARED = re.compile(
    r"\s?[,;]\s{1,2}(?:(?:dan|and|atau|or)\s)?|\s(?:dan|and|atau|or|&|serta)\s"
)
SHARING = {
    "current",
    "short_circuit",
    "voltage",
    "power",
    "frequency",
    "area",
    "temperature",
}
TIGHT = re.compile(r"\d{1,4}(?:,\d{1,4}){2,9}")
TIGHT_PART = re.compile(r"\d+")
# "3~ 400 V", "3N~ 400 V" and "1 ~ 230 V" tell the phases, not where a range begins.
PHASES = re.compile(r"[13]\s?(?:PEN|N|PE)?\s?~")
# "between 100 and 250 A"
BETWEEN = re.compile(r"\b(?:antara|between)\s$", re.IGNORECASE)
AND = re.compile(r"\s(?:dan|and)\s")
# "from 36 kA to 50 kA" is a change, and two values.
CHANGED = re.compile(
    r"\b(?:from|changed?|dari|semula|increased?|reduced?|raised?)\b[^.;]{0,60}\bto\s$",
    re.IGNORECASE,
)
FIRST_SIDE = re.compile(r"(?<!\w)(?<![xX] )[HWDLTP] ?$")
# "(dua belas)" between a number and its unit.
IN_WORDS = re.compile(rf"{GAP}\([^\W\d][^()\d]{{0,30}}\)")
TIME = re.compile(
    r"\s{0,2}\(?(?:rms\s?)?(?:/|,|@|-|for|during|selama|untuk|dalam)?\s{0,2}"
    r"(?P<number>\d(?:[.,]\d{1,2})?)\s?(?:s|secs?|seconds?|detik|dtk|dt)\b\)?",
    re.IGNORECASE,
)
PER_SECOND = re.compile(r"\s?/\s?(?:s|sec|detik)\b", re.IGNORECASE)
# "4 A new panel": a letter that stands alone is a unit only where no sentence goes on with it.
LONE = {"A", "a", "v", "m", "w"}
SENTENCE = re.compile(rf"[{SPACES}]+[a-z]+[{SPACES}]+[a-z]")
# "Section 2 A", "Bab 3 V", "Gambar 4 a": names, not amounts.
NAMED = re.compile(
    r"(?:section|clause|class|kelas|type|tipe|chapter|annex|appendix|figure|table|item|bab|pasal|ayat|butir|lampiran|gambar|tabel|blok"
    r"|lantai|gedung|tower|lt\.|no\.?|nomor|room|ruang|phase|fasa|zone|zona|rev\.?|halaman|page)\s{0,2}$",
    re.IGNORECASE,
)
TAG = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}-$")  # P-201A
WIRES = re.compile(r"[2-5]W")  # 3PH 4W
PER_LENGTH = re.compile(
    r"\s?/\s?(?:mm|cm|m|km|kg|h|jam)[2\u00b2]?(?!\w)", re.IGNORECASE
)
LONGEST = 24  # characters of a number; more is no amount
SUFFIX = {"current": PER_LENGTH, "power": PER_LENGTH, "voltage": PER_LENGTH}
MOST_JOINED = 5
MOST_SHARED = 12
MOST_APART = 20


@dataclass(frozen=True, slots=True)
class Quantity:
    """Where it stands, its words, what it measures, its numbers, and how they hang together."""

    start: int
    end: int
    text: str
    kind: str
    unit: str
    numbers: tuple[Decimal, ...]
    joints: tuple[str, ...]


def quantities(line: str) -> Iterator[Quantity]:
    """Every number with a unit, in the order of the line; none begins inside another."""
    numbers = list(_numbers(line))
    place = 0
    while place < len(numbers):
        found = _from(line, numbers[place : place + MOST_JOINED])
        if found is None:
            shared = _sharing(line, numbers[place : place + MOST_SHARED])
            yield from shared
            place += max(1, len(shared))
            continue
        quantity, used = found
        yield quantity
        place += used
        while place < len(numbers) and numbers[place].start() < quantity.end:
            place += 1


def _numbers(line: str) -> Iterator[re.Match[str]]:
    for found in NUMBER.finditer(line):
        if is_number(found.group()):
            yield found
        elif TIGHT.fullmatch(found.group()):
            yield from TIGHT_PART.finditer(line, found.start(), found.end())


def _sharing(line: str, numbers: list[re.Match[str]]) -> list[Quantity]:
    """The members of a list that ends with its unit: "6, 10, 16 A". Each is a value of its own."""
    many = 1
    while many < len(numbers) and _is_listed(line, numbers[many - 1], numbers[many]):
        many += 1
    last = _from(line, numbers[many - 1 : many]) if many > 1 else None
    if last is None or NAMED.search(line, 0, numbers[0].start()):
        return []
    end = last[0]
    values = [value_of(each.group(), end.unit) for each in numbers[:many]]
    is_pair = many == 2 and "," in line[numbers[0].end() : numbers[1].start()]
    is_row = sorted(set(values)) in (values, values[::-1])
    # "CT 1, 2, 3, 400 A" counts before it measures.
    is_row = is_row and all(
        max(pair) <= MOST_APART * min(pair) for pair in pairwise(values)
    )
    if end.kind not in SHARING or is_pair or not is_row:
        return []
    return [_shared(each, end) for each in numbers[: many - 1]] + [end]


def _is_listed(line: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = line[one.end() : other.start()]
    return between == "," or SHARED.fullmatch(between) is not None


def _shared(number: re.Match[str], end: Quantity) -> Quantity:
    value = value_of(number.group(), end.unit)
    text = f"{number.group()} {end.unit}"
    return Quantity(
        number.start(), number.end(), text, end.kind, end.unit, (value,), ()
    )


def _from(line: str, numbers: list[re.Match[str]]) -> tuple[Quantity, int] | None:
    """The quantity that begins with the first number, and how many numbers it takes."""
    chain, joints = _chain(line, numbers)
    for used in range(len(chain), 0, -1):
        if used > 1 and not _hangs_together(chain[:used], joints[: used - 1]):
            continue
        found = _with_unit(line, chain[:used], tuple(joints[: used - 1]))
        if found:
            return found, used
    return None


def _chain(
    line: str, numbers: list[re.Match[str]]
) -> tuple[list[re.Match[str]], list[str]]:
    chain, joints = numbers[:1], []
    for number in numbers[1:]:
        between = line[chain[-1].end() : number.start()]
        if BETWEEN.search(line, 0, chain[0].start()):
            between = AND.sub(" - ", between)
        joint = JOIN.fullmatch(between) or JOIN_AFTER_UNIT.fullmatch(between)
        if PHASES.fullmatch(line[chain[-1].start() : number.start()].rstrip()):
            joint = None
        if joint is None or (
            CHANGED.search(line, 0, number.start()) and joint.re is JOIN_AFTER_UNIT
        ):
            break
        chain.append(number)
        joints.append(joint.lastgroup or "")
    return chain, joints


def _hangs_together(chain: list[re.Match[str]], joints: list[str]) -> bool:
    """A range grows, or is one of three figures (415-240 V); "12 - 630 A" at the head of a line is an item and its current."""
    values = [value_of(each.group()) for each in chain]
    pairs = zip(values, values[1:], joints, strict=False)
    if any(joint == "range" and low >= high for low, high, joint in pairs):
        return min(values) > 99
    is_first = not chain[0].string[: chain[0].start()].strip()
    is_item = joints[0] == "range" and len(chain[0].group()) <= 2 and values[0] > 0
    return not (is_first and is_item and values[1] > MOST_APART * values[0])


def _with_unit(
    line: str, chain: list[re.Match[str]], joints: tuple[str, ...]
) -> Quantity | None:
    start, at = chain[0].start(), chain[-1].end()
    words = IN_WORDS.match(line, at)
    for kind, rule in UNIT.items():
        found = rule.match(line, at) or (words and rule.match(line, words.end()))
        if found and _is_unit(line, start, found, kind):
            end = _end(line, found.end(), kind)
            values = tuple(value_of(each.group(), found["unit"]) for each in chain)
            if found["close"]:
                body = OPENED.search(line, 0, start)
                if body is None:
                    continue
                start = body.start()
            side = FIRST_SIDE.search(line, 0, start) if "times" in joints else None
            start = side.start() if side else start
            text = " ".join(line[start:end].split())
            return Quantity(start, end, text, kind, found["unit"], values, joints)
    return None


def _is_unit(line: str, start: int, found: re.Match[str], kind: str) -> bool:
    unit, before = found["unit"], line[:start]
    if kind == "count":
        is_count = _is_count(line[start : found.start()], unit, before)
        return is_count and not NAMED.search(before)
    after = SUFFIX.get(kind)
    if after and after.match(line, found.end()):
        return False
    return unit not in LONE | {"V", "W"} or _is_lone_unit(line, start, found)


def _is_lone_unit(line: str, start: int, found: re.Match[str]) -> bool:
    """Whether a single letter is a unit, and not part of a name or of a sentence."""
    before, is_glued = line[:start], found.start("unit") == found.start()
    if is_glued:
        is_name = TAG.search(before) or WIRES.fullmatch(line[start : found.end()])
        return not is_name and not NAMED.search(before)
    if NAMED.search(before):
        return False
    is_small = len(line[start : found.start()].strip()) < 2
    is_amount = found["unit"].isupper() and not is_small
    return is_amount or not SENTENCE.match(line, found.end())


def _is_count(number: str, unit: str, before: str) -> bool:
    """ "4.1 Panel" and, at the head of a line, "2 Panel" are numbered headings."""
    is_whole = re.fullmatch(r"\d{1,4}(?:[.,]00?)?(?:\s?\(.*)?", number.strip())
    is_heading = unit.casefold().startswith("panel") and not before.strip()
    return bool(is_whole) and not is_heading


def _end(line: str, end: int, kind: str) -> int:
    """A short-circuit strength ends with its time."""
    if kind != "short_circuit":
        return end
    found = TIME.match(line, end) or PER_SECOND.match(line, end)
    return found.end() if found else end


def is_number(text: str) -> bool:
    """Whether these digits and marks are one number in some custom; a version or an address is none."""
    if len(text) > LONGEST:
        return False
    bare = text
    for space in SPACES:
        bare = bare.replace(space, "")
    return bool(GROUPED.fullmatch(bare) or ONE_MARK.fullmatch(bare))


def value_of(text: str, unit: str = "") -> Decimal:
    """The number that is meant. One mark with three digits behind it parts thousands, but not after a
    zero, and not before a unit of which nobody has thousands (3.150 kA)."""
    for space in f"{SPACES}'\u2019":
        text = text.replace(space, "")
    last = max(text.rfind("."), text.rfind(","))
    marks = text.count(".") + text.count(",")
    if not marks:
        return Decimal(text)
    is_mixed = "." in text and "," in text
    is_large_unit = unit.casefold().startswith(("ka", "kv", "mv", "mw"))
    is_large_unit = is_large_unit and not unit.casefold().startswith("kva")
    is_decimal = len(text) - last != 4 or text.startswith("0") or is_large_unit
    digits = text.replace(".", "").replace(",", "")
    if is_mixed or (marks == 1 and is_decimal):
        fraction = len(text) - last - 1
        return Decimal(f"{digits[:-fraction]}.{digits[-fraction:]}")
    return Decimal(digits)
