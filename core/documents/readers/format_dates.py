"""Days and times of a sheet as their format shows them, and what all formats share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
SHORT_MONTHS = {
    "id": [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Mei",
        "Jun",
        "Jul",
        "Agu",
        "Sep",
        "Okt",
        "Nov",
        "Des",
    ],
    "en": [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ],
}
DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
}
SHORT_DAYS = {
    "id": ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
# What Excel calls day 60 of 1900 did not exist; dates before are a day off, and rare.
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - days of a sheet
LAST_DAY = 2_958_466
GENERAL_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a format: what kind it is, and how it is written."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a format."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None
    language: str

    @property
    def is_date(self) -> bool:
        """Whether it shows a day or a time."""
        return any(token.kind in {"date", "elapsed"} for token in self.tokens)


def general(number: float) -> str:
    """Format "General": no more digits than a cell has room for, and no point zero."""
    size = abs(number)
    if number == int(number) and size <= 1e15:
        return str(int(number))
    if size >= 1e11 or size < 1e-9:
        shown = f"{number:.5E}"
        mantissa, _, power = shown.partition("E")
        return f"{_stripped(mantissa)}E{power}"
    whole = len(str(int(size))) if size >= 1 else 1
    return _stripped(f"{number:.{max(GENERAL_DIGITS - 1 - whole, 0)}f}")


def _stripped(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def literal(token: Token) -> str:
    return token.text if token.kind in {"quoted", "escaped", "other", "space"} else ""


# --- Dates and times ------------------------------------------------------------------


def show_date(section: Section, number: float, *, is_1904: bool) -> str:
    is_elapsed = any(token.kind == "elapsed" for token in section.tokens)
    if number >= LAST_DAY or (number < 0 and not is_elapsed):
        # Excel fills the cell with hash signs: there is no such day.
        return general(number)
    parts = next((len(t.text) - 1 for t in section.tokens if t.kind == "fraction"), 0)
    second = Decimal(1).scaleb(-parts)
    seconds = (Decimal(repr(abs(number))) * 86400).quantize(second, ROUND_HALF_UP)
    has_seconds = any(t.text[:1].lower() == "s" for t in section.tokens)
    if not parts and not has_seconds:
        # Without seconds a minute is shown when it is full, not when it is near.
        seconds -= seconds % 60
    clock = Clock(
        (EPOCH_1904 if is_1904 else EPOCH) + timedelta(seconds=int(seconds)),
        seconds,
        section.language,
        any(token.kind == "half" for token in section.tokens),
    )
    shown = "".join(_time_piece(token, clock) for token in section.tokens)
    return ("-" if number < 0 else "") + shown.strip()


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment that is shown; ``seconds`` since the first day, ``has_half``: with AM and PM."""

    moment: datetime
    seconds: Decimal
    language: str
    has_half: bool


def _time_piece(token: Token, clock: Clock) -> str:
    kind, text = token.kind, token.text
    if kind == "date":
        return _date_part(text.lower(), clock)
    if kind == "elapsed":
        # [h], [m], [s]: all of the time in that unit, and not of a day.
        unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
        return f"{int(clock.seconds) // unit:0{len(text)}d}"
    if kind == "half":
        return "AM" if clock.moment.hour < 12 else "PM"
    if kind == "fraction":
        return f"{clock.seconds % 1:.{len(text) - 1}f}"[1:]
    is_sign = kind == "digits" and set(text) <= set("/.,")
    return text if is_sign else literal(token).replace("@", "")


def _date_part(text: str, clock: Clock) -> str:
    unit, size, moment = text[0], len(text), clock.moment
    if unit in {"y", "e", "b"}:
        is_short = size <= 2 and unit == "y"
        return f"{moment.year % 100:02d}" if is_short else str(moment.year)
    if unit == "m":
        names = MONTHS[clock.language], SHORT_MONTHS[clock.language]
        return _named(moment.month, size, *names)
    if unit == "d" and size > 2:
        days = DAYS if size > 3 else SHORT_DAYS
        return days[clock.language][moment.weekday()]
    hour = (moment.hour % 12 or 12) if clock.has_half else moment.hour
    figures = {"h": hour, "n": moment.minute, "s": moment.second, "d": moment.day}
    return f"{figures[unit]:0{min(size, 2)}d}" if unit in figures else ""


def _named(month: int, size: int, long: list[str], short: list[str]) -> str:
    if size == 5:
        return long[month - 1][0]
    if size > 2:
        return (long if size == 4 else short)[month - 1]
    return f"{month:0{size}d}"
