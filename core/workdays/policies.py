"""The working calendar as a value, the arithmetic of working time, and a pasted list of holidays.

Moments come in aware and go out in UTC; days and clock times are those of the calendar's zone. Working
time is counted from a fixed day on by sums over whole weeks, so that ten years cost what ten
minutes do. Nothing here asks the database.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text.years import FIRST_YEAR, LAST_YEAR, is_sensible
from core.workdays.models import Holiday

WEEK = 7
MINUTE = 60_000_000
HOUR = 60 * MINUTE
# A due date after it is a slip of the keyboard.
LAST_DAY = date(2199, 12, 31).toordinal()
# Working time without a break, in microseconds after midnight: from, until.
Span = tuple[int, int]
# First and last day of a period.
Days = tuple[date, date]


def spans_of(
    starts: time, ends: time, break_starts: time, break_minutes: int
) -> tuple[Span, ...]:
    """The spans of a day that begins and ends at these clock times, without its break."""
    begin, end = _microseconds(starts), _microseconds(ends)
    pause = _microseconds(break_starts)
    after = min(max(pause + break_minutes * MINUTE, begin), end)
    pause = min(max(pause, begin), end)
    pieces = ((begin, pause), (after, end)) if after > pause else ((begin, end),)
    return tuple(piece for piece in pieces if piece[0] < piece[1])


def _microseconds(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


class Tally:
    """Sums of a weight per day of the week, holidays left out.

    Days are ordinals of ``datetime.date``; the first of them was a Monday.
    """

    def __init__(self, weights: Iterable[int], holidays: Iterable[int]) -> None:
        self.weights = tuple(weights)
        self.days = (0, *accumulate(self.weights))
        self.off = sorted(day for day in holidays if self.weights[(day - 1) % WEEK])
        lost = (self.weights[(day - 1) % WEEK] for day in self.off)
        self.lost = (0, *accumulate(lost))

    def before(self, day: int) -> int:
        """The sum of all days before this one."""
        weeks, rest = divmod(day - 1, WEEK)
        whole = weeks * self.days[WEEK] + self.days[rest]
        return whole - self.lost[bisect_left(self.off, day)]

    def day_of(self, total: int) -> int:
        """The first day with whose end the sum has reached ``total``.

        Raises DomainError where none does until the year 2199.
        """
        found = bisect_left(range(1, LAST_DAY + 2), total, key=self._after) + 1
        if found > LAST_DAY:
            raise DomainError(
                _(
                    "The working calendar has no such day. Look at the working week in the setup, or choose a shorter time."
                )
            )
        return found

    def _after(self, day: int) -> int:
        return self.before(day + 1)


@dataclass(frozen=True)
class Calendar:
    """The week (spans by weekday, 0 is Monday), the holidays by name, and their time zone."""

    week: Mapping[int, tuple[Span, ...]]
    zone: ZoneInfo
    holidays: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def _time(self) -> Tally:
        """Working time in microseconds."""
        lengths = (
            sum(end - begin for begin, end in self.week.get(day, ()))
            for day in range(WEEK)
        )
        return Tally(lengths, self._off)

    @cached_property
    def _days(self) -> Tally:
        """Working days."""
        weights = (int(bool(self.week.get(day))) for day in range(WEEK))
        return Tally(weights, self._off)

    @property
    def _off(self) -> list[int]:
        return [day.toordinal() for day in self.holidays]

    @property
    def hours_a_week(self) -> Decimal:
        """Working hours of a week without a holiday."""
        return Decimal(self._time.days[WEEK]) / HOUR

    def require_work(self) -> None:
        """Refuse a week in which nobody ever works; raises DomainError ``invalid``."""
        if not self._time.days[WEEK]:
            raise DomainError(
                _(
                    "The working week has no working time. Keep one working day at least."
                )
            )

    # --- Days ---------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        """Whether anybody works on this day."""
        return bool(self.week.get(day.weekday())) and day not in self.holidays

    def holiday(self, day: date) -> str:
        """The name of the holiday on this day; empty where there is none."""
        return self.holidays.get(day, "")

    def holidays_within(self, first: date, last: date) -> list[tuple[date, str]]:
        """The holidays of a window that fall on a day of work, in their order."""
        return sorted(
            (day, name)
            for day, name in self.holidays.items()
            if first <= day <= last and self.week.get(day.weekday())
        )

    def days_within(self, first: date, last: date) -> int:
        """Number of working days from one day to another, both included."""
        return _between(self._days, first, last)

    def hours_within(self, first: date, last: date) -> Decimal:
        """Working hours from one day to another, both included."""
        return Decimal(_between(self._time, first, last)) / HOUR

    # --- Moments ------------------------------------------------------------------

    def add_hours(self, start: datetime, hours: Decimal | int) -> datetime:
        """The moment at which so many working hours have passed, exact to the microsecond.

        With no hours it is the next working moment. Raises DomainError where the week has no working
        time, or nobody lives to see it.
        """
        self.require_work()
        given = round(Decimal(hours) * HOUR)
        if given < 0:
            raise ValueError("working hours are added, not taken away")
        if not given:
            return self.next_working_moment(start)
        return self._reached(self._elapsed(start) + given)

    def add_days(self, start: datetime, days: int) -> datetime:
        """The end of the n-th working day after the day of ``start``, which itself does not count.

        Raises DomainError as ``add_hours``.
        """
        self.require_work()
        if days < 1:
            raise ValueError("at least one working day is added")
        today = self._local(start).date().toordinal()
        found = self._days.day_of(self._days.before(today + 1) + days)
        return self._moment(found, self._spans(found)[-1][1])

    def hours_between(self, first: datetime, last: datetime) -> Decimal:
        """Working hours from one moment to another; negative where the second is earlier."""
        return Decimal(self._elapsed(last) - self._elapsed(first)) / HOUR

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself while somebody works, else the next begin of work.

        Raises DomainError as ``add_hours``.
        """
        self.require_work()
        local = self._local(moment)
        day, clock = local.date().toordinal(), _microseconds(local.time())
        for begin, end in self._spans(day):
            if clock < end:
                return self._moment(day, max(begin, clock))
        following = self._days.day_of(self._days.before(day + 1) + 1)
        return self._moment(following, self._spans(following)[0][0])

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment of the working calendar is aware")
        return moment.astimezone(self.zone)

    def _spans(self, day: int) -> tuple[Span, ...]:
        when = date.fromordinal(day)
        return self.week.get(when.weekday(), ()) if self.is_working(when) else ()

    def _elapsed(self, moment: datetime) -> int:
        """Working microseconds since the first of all days."""
        local = self._local(moment)
        day, clock = local.date().toordinal(), _microseconds(local.time())
        today = sum(max(0, min(clock, end) - begin) for begin, end in self._spans(day))
        return self._time.before(day) + today

    def _reached(self, total: int) -> datetime:
        """The earliest moment at which so much working time has passed."""
        day = self._time.day_of(total)
        rest = total - self._time.before(day)
        for begin, end in self._spans(day):
            if rest <= end - begin:
                return self._moment(day, begin + rest)
            rest -= end - begin
        raise AssertionError("the sums of the working time do not agree")

    def _moment(self, day: int, clock: int) -> datetime:
        """A clock time of a day as a moment in UTC."""
        midnight = datetime.combine(date.fromordinal(day), time.min)
        local = midnight + timedelta(microseconds=clock)
        return local.replace(tzinfo=self.zone).astimezone(UTC)


def _between(tally: Tally, first: date, last: date) -> int:
    if last < first:
        return 0
    return tally.before(last.toordinal() + 1) - tally.before(first.toordinal())


def ordinary_week(zone: ZoneInfo) -> Calendar:
    """Monday to Friday, 08:00 to 17:00 with an hour's break at noon, and no holidays."""
    day = spans_of(time(8), time(17), time(12), 60)
    return Calendar(dict.fromkeys(range(5), day), zone)


# --- A pasted list of holidays ----------------------------------------------------

MOST_LINES = 400
MOST_NAME = 120
# 2027-05-01 or, day first, 1/5/2027; a name after a space, a tab, a semicolon or a comma.
LINE = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))[\s;,:]+(.+)",
    re.ASCII,
)
COLLECTIVE = "cuti bersama"


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One line as it was pasted, and what it says; ``problem`` is the sentence of a wrong one."""

    number: int
    text: str
    day: date | None = None
    name: str = ""
    kind: str = ""
    problem: str = ""


def read_holidays(text: str, kind: str) -> list[HolidayLine]:
    """The lines of a pasted list that are not empty, each with what is wrong about it.

    ``kind`` is for all of them but those whose name begins with "Cuti bersama". A day that stands twice is
    wrong the second time. Of a longer list than ``MOST_LINES`` the rest is left out but for one line.
    """
    given = [line.strip() for line in text.splitlines()]
    numbered = [(number, line) for number, line in enumerate(given, 1) if line]
    found, seen = [], set()
    for number, line in numbered[: MOST_LINES + 1]:
        read = _read_line(HolidayLine(number, line[:200]), kind)
        if read.day in seen and not read.problem:
            read = replace(read, problem=_("This day stands in the list twice."))
        seen.add(read.day)
        found.append(read)
    return found


def _read_line(line: HolidayLine, kind: str) -> HolidayLine:
    match = LINE.fullmatch(line.text)
    if match is None:
        return replace(
            line,
            problem=_("A line is a date and a name, such as 2027-05-01 Hari Buruh."),
        )
    year, month, day, day_first, its_month, its_year, name = match.groups()
    try:
        when = date(
            int(year or its_year), int(month or its_month), int(day or day_first)
        )
    except ValueError:
        return replace(line, problem=_("There is no such day."))
    if not is_sensible(when):
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        sentence = _("The year must lie between %(first)d and %(last)d.")
        return replace(line, problem=sentence % years)
    is_leave = name.casefold().startswith(COLLECTIVE)
    found = Holiday.Kind.LEAVE.value if is_leave else kind
    problem = _("The name is too long.") if len(name) > MOST_NAME else ""
    return replace(line, day=when, name=name.strip(), kind=found, problem=problem)
