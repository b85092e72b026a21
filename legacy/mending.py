"""One value of the old database -> the value that EMS keeps, and what was found wrong with it.

Pure functions. A mark is a name of ``legacy.defects``; ``old`` is kept in the history where the value
itself is not.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

V = TypeVar("V")
JAKARTA = ZoneInfo("Asia/Jakarta")  # the old server's clock; its columns have no zone
FIRST_YEAR, LAST_YEAR = 1900, 9998
PICKED_AT = time(7)  # midnight UTC, as the old forms send a picked day
SHOWN_OF_OLD = 4000
LONG_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Mended(Generic[V]):
    """A value, what was found, and the old value where it is not kept."""

    value: V
    marks: tuple[str, ...] = ()
    old: Any = None


def moment(value: datetime | None) -> datetime | None:
    """A time by the old server's clock as an instant; one that no calendar of ours has is none."""
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    return value.replace(tzinfo=JAKARTA)


def day(value: datetime | None) -> date | None:
    """The local day."""
    found = moment(value)
    return found.date() if found else None


def text(value: object) -> str:
    """A text without NUL, which PostgreSQL cannot keep."""
    return "" if value is None else str(value).replace("\0", "")


def clipped(value: object, limit: int, mark: str) -> Mended[str]:
    """A text of one line of at most ``limit`` characters; the whole stands in the history."""
    whole = text(value)
    if len(whole) <= limit:
        return Mended(whole)
    return Mended(whole[:limit], (mark,), whole[:SHOWN_OF_OLD])


NOTE_MARKS = (
    ("note_html", "<p>", True),
    ("note_script", "<script", False),
    ("note_data_url", ";base64,", False),
    ("note_crlf", "\r", False),
    ("note_mojibake", "mmÂ²", False),
    ("note_emoji", "🙏", False),
)


def note(value: str | None, *, mends_mojibake: bool = False) -> Mended[str]:
    """A text that people typed: kept as it is, without NUL; one of blanks only is empty."""
    whole = value or ""
    marks = [
        name
        for name, sign, is_first in NOTE_MARKS
        if (whole.startswith(sign) if is_first else sign in whole)
    ]
    marks += ["note_nul_char"] * ("\0" in whole) + ["note_over_20000"] * (
        len(whole) > LONG_TEXT
    )
    kept = whole.replace("\0", "")
    if whole and not kept.strip():
        return Mended("", ("note_blank",))
    if mends_mojibake:
        kept = without_mojibake(kept)
    return Mended(kept, tuple(marks))


def without_mojibake(value: str) -> str:
    """UTF-8 that was read as Windows-1252, read right; only where the whole text comes back the same."""
    try:
        return value.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return value


def number(value: Any, places: int, limit: Decimal) -> Decimal | None:
    """A fraction rounded half to even; none where it is no number, or too large to be one."""
    if value is None or not math.isfinite(value):
        return None
    exact = Decimal(repr(float(value)))
    if abs(exact) >= limit:
        return None
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def money(value: float | None) -> Mended[Decimal | None]:
    """A unit price in IDR with two places."""
    if value is None:
        return Mended(None, ("item_price_null",))
    found = number(value, 2, Decimal(10) ** 13)
    if found is None:
        return Mended(None, ("item_price_huge",), value)
    if found != Decimal(repr(float(value))):
        return Mended(found, ("item_price_many_decimals",), value)
    return Mended(found)


def quantity(value: float | None, *, is_decrease: bool) -> Mended[tuple[Decimal, bool]]:
    """A quantity with four places, and whether it is taken out: less than nothing turns that."""
    if value is None:
        return Mended((Decimal(0), is_decrease), ("item_qty_null",))
    found = number(value, 4, Decimal(10) ** 11)
    if found is None:
        return Mended((Decimal(0), is_decrease), ("item_qty_null",), value)
    if found < 0:
        return Mended((-found, not is_decrease), ("item_qty_negative",), value)
    return Mended((found, is_decrease))


def margin(value: float | None) -> Mended[Decimal | None]:
    """A percentage with four places; what no percentage is, is none."""
    found = number(value, 4, Decimal(100_000))
    is_absurd = value is not None and found is None
    return Mended(
        found, ("ecn_margin_absurd",) if is_absurd else (), value if is_absurd else None
    )


def hours(value: float | None) -> Mended[Decimal | None]:
    """Hours with two places; fewer than none are not known."""
    if value is None:
        return Mended(None)
    found = number(value, 2, Decimal(10) ** 8)
    if found is None or found < 0:
        return Mended(None, ("task_hours_negative",), value)
    if found != Decimal(repr(float(value))):
        return Mended(found, ("task_hours_many_decimals",), value)
    return Mended(found)


def kind_of_change(value: int | None) -> Mended[int]:
    """ECN 0, CCN 1, others 2, FAB 3."""
    if value is None:
        return Mended(0, ("ecn_type_null",))
    return Mended(value) if 0 <= value <= 3 else Mended(2, ("ecn_type_odd",), value)


def status(value: int | None) -> Mended[int]:
    """Pending 0, approved 1, rejected 2."""
    if value is None:
        return Mended(0, ("ecn_status_null",))
    return (
        Mended(value) if value in {0, 1, 2} else Mended(0, ("ecn_status_odd",), value)
    )


def kind_of_activity(value: int | None) -> Mended[int]:
    """PrePO 0, PostPO 1, others 2."""
    if value in {0, 1, 2}:
        return Mended(int(value))
    return Mended(2, ("activity_type_odd",), value)


def customer_name(value: str | None) -> Mended[str]:
    """The name of a customer, which the old page sometimes stored as the whole row of CRM."""
    whole = text(value)
    if not whole.startswith("{"):
        return (
            Mended(whole)
            if value is not None
            else Mended("", ("activity_customer_missing",))
        )
    try:
        row = json.loads(whole)
        name = f"{row.get('businessType') or ''} {row.get('name') or ''}".strip()
    except (ValueError, AttributeError):
        name = ""
    return Mended(name or whole, ("activity_customer_is_json",), whole[:SHOWN_OF_OLD])


def role(value: str) -> Mended[str]:
    """The word of a role, trimmed and in lower case."""
    found = text(value).strip().lower()
    marks = ("role_case_or_space",) if found != value else ()
    return Mended(found, marks, value if marks else None)


def first_known(*values: datetime | None) -> datetime | None:
    """The first of these times that is one."""
    return next((found for value in values if (found := moment(value))), None)


Dates = list[datetime | None]
People = list[int | None]


def signatures(
    dates: Sequence[datetime | None], people: Sequence[int | None]
) -> tuple[Dates, People, tuple[str, ...]]:
    """The dates and people of PIC, SPV and manager, in an order that EMS can hold.

    A later signature without the one below gives that one its date, by nobody; a person without a
    date is dropped.
    """
    when, who, marks = [moment(each) for each in dates], list(people), []
    if when[0] is None and who[0] is not None:
        marks.append("task_person_without_date")
    who = [person if at else None for at, person in zip(when, who, strict=True)]
    if when[2] and not when[1]:
        marks.append("task_manager_without_spv")
        when[1] = when[2]
    if when[1] and not when[0]:
        # The column of the SPV was the only one until November 2024.
        if dates[1]:
            marks.append("task_spv_without_pic")
        when[0] = when[1]
    if dates[0] and who[0] is None:
        marks.append("task_done_by_nobody")
    return when, who, tuple(marks)
