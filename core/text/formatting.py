"""Formats of money, measures, dates and distances in time, as the department writes them."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language, gettext, ngettext, override

NOTHING = "–"  # noqa: RUF001  an en dash stands for "no value"
MINUS = "−"  # noqa: RUF001  the real minus is as wide as the plus
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Further away a date says more than a number of days.
NEAR_DAYS = 6
Number = Decimal | int | float | str | None


def as_decimal(value: Number) -> Decimal | None:
    """The exact number; None for null, ``""`` and what is no number."""
    try:
        return None if value in {None, ""} else Decimal(str(value))
    except InvalidOperation:
        return None


def _indonesian(value: Decimal, places: int) -> str:
    """Dots between thousands, a comma before decimals, no useless zeros."""
    whole, _, rest = f"{abs(value):,.{places}f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def rupiah(value: Number) -> str:
    """Money as the department writes it: ``Rp 1.250.000``, ``Rp −820.000``, ``–`` for none."""  # noqa: RUF002
    amount = as_decimal(value)
    if amount is None:
        return NOTHING
    cents = amount.quantize(Decimal("0.01"))
    sign = MINUS if cents < 0 else ""
    digits = _indonesian(cents, 2)
    if "," in digits:
        digits = digits.ljust(digits.index(",") + 3, "0")
    return f"Rp\u00a0{sign}{digits}"


def money(value: Number) -> str:
    """The same where a head says that it is rupiah: ``1.250.000``."""
    return rupiah(value).removeprefix("Rp\u00a0")


def quantity(value: Number) -> str:
    """A count or a measure: ``2``, ``1,5``, ``1.250``."""
    amount = as_decimal(value)
    if amount is None:
        return NOTHING
    return (MINUS if amount < 0 else "") + _indonesian(amount, 4)


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def items(count: int) -> str:
    """Number of lines in words: ``1 item``, ``3 items``."""
    return ngettext("%(count)d item", "%(count)d items", count) % {"count": count}


@lru_cache(maxsize=64)
def _month(language: str, month: int) -> str:
    """The short name of a month; formatting a whole date by Django costs ten times as much."""
    with override(language):
        return date_format(date(2026, month, 1), "M")


def day(value: date | datetime | None) -> str:
    """A date as everyone here reads it: ``07 Jan 2026``."""
    if not value:
        return NOTHING
    local = _local(value)
    return f"{local.day:02d} {_month(get_language() or '', local.month)} {local.year}"


def moment(value: datetime | None) -> str:
    """A date with its time of day: ``07 Jan 2026 10:02``."""
    if not value:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} {local:%H:%M}"


def value_words(value: object) -> str:
    """A stored value of any kind as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Decimal | int):
        return quantity(value)
    if isinstance(value, date):
        return moment(value) if isinstance(value, datetime) else day(value)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def distance(value: datetime) -> str:
    """``just now``, ``5 minutes ago``, ``yesterday``, ``in 3 days``, and further away the date.

    Minutes and hours are whole ones that have passed, days those of the calendar;
    ``static/js/times.js`` keeps it true by the same rule.
    """
    seconds = (timezone.now() - value).total_seconds()
    size, is_past = abs(seconds), seconds > 0
    if size < MINUTE:
        return gettext("just now")
    if size < DAY:
        unit, length = ("hour", HOUR) if size >= HOUR else ("minute", MINUTE)
        return _apart(unit, int(size // length), is_past=is_past)
    days = abs((timezone.localdate() - timezone.localdate(value)).days)
    if days > NEAR_DAYS:
        return day(value)
    if days == 1:
        return gettext("yesterday") if is_past else gettext("tomorrow")
    return _apart("day", days, is_past=is_past)


def is_near(value: datetime) -> bool:
    """Whether ``distance`` says more than the date."""
    return abs((timezone.localdate() - timezone.localdate(value)).days) <= NEAR_DAYS


def _apart(unit: str, number: int, *, is_past: bool) -> str:
    words = avoid_wrapping(TIME_STRINGS[unit] % {"num": number})
    phrase = gettext("%(time)s ago") if is_past else gettext("in %(time)s")
    return phrase % {"time": words}
