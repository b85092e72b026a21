"""What holds for every week, every holiday and every moment."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.workdays.policies import HOUR, Calendar, spans_of
from core.workdays.tests.conftest import JAKARTA

START = datetime(2025, 12, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 800 * 24 * 60 * 60).map(
    lambda seconds: START + timedelta(seconds=seconds)
)
FEWER = settings(max_examples=40)
HOURS = st.decimals(0, 3000, places=4)
CLOCKS = st.times(time(0), time(23, 59))


@st.composite
def days(draw: Any) -> Any:
    """The spans of a working day."""
    starts, ends = sorted([draw(CLOCKS), draw(CLOCKS)])
    found = spans_of(starts, ends, draw(CLOCKS), draw(st.integers(0, 300)))
    assume(found)
    return found


@st.composite
def calendars(draw: Any) -> Calendar:
    """A week with one working day at least, and up to eighty holidays."""
    week = draw(st.dictionaries(st.integers(0, 6), days(), min_size=1))
    free = st.dates(date(2026, 1, 1), date(2027, 12, 31))
    return Calendar(week, JAKARTA, dict.fromkeys(draw(st.sets(free, max_size=80)), ""))


def is_worked(calendar: Calendar, moment: datetime) -> bool:
    """Whether a moment lies in a span of its day, its ends included; looked up without any sum."""
    local = moment.astimezone(JAKARTA)
    clock = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) / (
        timedelta(microseconds=1)
    )
    spans = calendar.week.get(local.weekday(), ())
    return local.date() not in calendar.holidays and any(
        begin <= clock <= end for begin, end in spans
    )


@FEWER
@given(calendars(), MOMENTS, HOURS)
def test_what_is_added_lies_between(
    calendar: Calendar, start: datetime, hours: Decimal
) -> None:
    end = calendar.add_hours(start, hours)
    assert end >= start
    assert abs(calendar.hours_between(start, end) - hours) < Decimal(1) / HOUR


@FEWER
@given(calendars(), MOMENTS, HOURS, st.integers(1, 300))
def test_nothing_lands_outside_working_time(
    calendar: Calendar, start: datetime, hours: Decimal, number: int
) -> None:
    assert is_worked(calendar, calendar.add_hours(start, hours))
    assert is_worked(calendar, calendar.add_days(start, number))
    assert is_worked(calendar, calendar.next_working_moment(start))


@FEWER
@given(calendars(), MOMENTS, MOMENTS, HOURS, HOURS)
def test_later_and_longer_is_never_earlier(
    calendar: Calendar, one: datetime, other: datetime, few: Decimal, many: Decimal
) -> None:
    (first, last), (short, long) = sorted([one, other]), sorted([few, many])
    assert calendar.add_hours(first, short) <= calendar.add_hours(first, long)
    assert calendar.add_hours(first, short) <= calendar.add_hours(last, short)
    assert calendar.next_working_moment(first) <= calendar.next_working_moment(last)
    assert calendar.add_days(first, 3) <= calendar.add_days(last, 3)
    assert calendar.add_days(first, 3) < calendar.add_days(first, 4)


@FEWER
@given(calendars(), MOMENTS, HOURS, HOURS)
def test_one_after_the_other_is_both_at_once(
    calendar: Calendar, start: datetime, one: Decimal, other: Decimal
) -> None:
    assume(one and other)
    step = calendar.add_hours(calendar.add_hours(start, one), other)
    assert step == calendar.add_hours(start, one + other)


@FEWER
@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_time_between_adds_up(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    between = calendar.hours_between
    assert between(one, two) == -between(two, one)
    whole = between(one, two) + between(two, three)
    assert abs(whole - between(one, three)) < Decimal(1) / HOUR


@FEWER
@given(calendars(), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 500))
def test_sums_agree_with_counting_day_by_day(
    calendar: Calendar, first: date, length: int
) -> None:
    every = [first + timedelta(days=step) for step in range(length + 1)]
    worked = [day for day in every if calendar.is_working(day)]
    assert calendar.days_within(first, every[-1]) == len(worked)
    time_of = (calendar.week[day.weekday()] for day in worked)
    total = sum(end - begin for spans in time_of for begin, end in spans)
    assert calendar.hours_within(first, every[-1]) == Decimal(total) / HOUR


@FEWER
@given(calendars(), MOMENTS, st.integers(1, 200))
def test_the_nth_day_is_the_nth(
    calendar: Calendar, start: datetime, number: int
) -> None:
    today = start.astimezone(JAKARTA).date()
    end = calendar.add_days(start, number).astimezone(JAKARTA)
    assert calendar.days_within(today + timedelta(days=1), end.date()) == number
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    last = calendar.week[end.weekday()][-1][1]
    assert end - midnight == timedelta(microseconds=last)
