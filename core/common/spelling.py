"""How the department writes money, measures, dates and distances in time."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language, gettext, ngettext, override

NOTHING = "–"  # noqa: RUF001  an en dash stands for "no value"
MINUS = "−"  # noqa: RUF001  the real minus is as wide as the plus
MINUTE = 60
UNITS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
Number = Decimal | int | float | str | None


def as_decimal(value: Number) -> Decimal | None:
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
    """How many lines: ``1 item``, ``3 items``."""
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


def distance(value: datetime) -> str:
    """``just now``, ``5 minutes ago``, ``in 3 days``: the largest unit only, as a browser has it."""
    seconds = (timezone.now() - value).total_seconds()
    size = abs(seconds)
    if size < MINUTE:
        return gettext("just now")
    unit, length = next(pair for pair in UNITS if size >= pair[1])
    words = avoid_wrapping(TIME_STRINGS[unit] % {"num": int(size // length)})
    phrase = gettext("%(time)s ago") if seconds > 0 else gettext("in %(time)s")
    return phrase % {"time": words}
