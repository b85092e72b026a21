"""Dates as they are written here and abroad, as days of the calendar."""

import re
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mar maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags aug agustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "des dec desember december",
        ),
        1,
    )
    for name in names.split()
}
PART = re.compile(r"\d+|[a-z]+", re.IGNORECASE)
CENTURY = 2000


def day_of(text: str) -> date | None:
    """The day, or None where the text names none: "12 Maret 2027", "Dec. 15th, 2026", "15/12/26", "2026-12-15".

    Of two numbers the first is the day, as everybody here writes it, unless only the second can be one.
    """
    parts = [part.casefold() for part in PART.findall(text)]
    months = [MONTHS[part] for part in parts if part in MONTHS]
    numbers = [int(part) for part in parts if part.isdigit()]
    if months and len(numbers) == 2:
        return _date(max(numbers), months[0], min(numbers))
    if len(numbers) != 3:
        return None
    first, second, third = numbers
    if first > 31:
        return _date(first, second, third)
    return _date(third, second, first) or _date(third, first, second)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year if year > 99 else CENTURY + year, month, day)
    except ValueError:
        return None
