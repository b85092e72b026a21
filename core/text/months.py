"""Calendar days and months in the company's time zone."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

MONTHS = (
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
)


def start_of_day(day: date) -> datetime:
    """The first instant of a day in Asia/Jakarta."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """The last microsecond of a day in Asia/Jakarta."""
    return start_of_day(day) + timedelta(days=1, microseconds=-1)


def start_of(year: int, month: int) -> datetime:
    """The first instant of a month in Asia/Jakarta; month 13 is January of the next year."""
    years, index = divmod(year * 12 + month - 1, 12)
    return start_of_day(date(years, index + 1, 1))


def back_from(day: date, count: int) -> list[tuple[int, int]]:
    """The last ``count`` (year, month) pairs up to the month of ``day``, oldest first."""
    last = day.year * 12 + day.month - 1
    pairs = (divmod(index, 12) for index in range(last - count + 1, last + 1))
    return [(year, index + 1) for year, index in pairs]
