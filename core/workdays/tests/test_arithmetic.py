"""Working time by hand: hours and days added, time between, where a day is free."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from core.errors import DomainError
from core.workdays.policies import HOUR, Calendar, ordinary_week, spans_of
from core.workdays.tests.conftest import JAKARTA


def at(text: str) -> datetime:
    """A moment by the clock of Jakarta."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def said(moment: datetime) -> str:
    """A moment that came in UTC, by the clock of Jakarta."""
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(JAKARTA):%Y-%m-%d %H:%M}"


# 2026-03-16 is a Monday.
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-03-16 08:00", 1, "2026-03-16 09:00", id="from the begin"),
        pytest.param("2026-03-16 11:30", 1, "2026-03-16 13:30", id="over the break"),
        pytest.param("2026-03-16 12:20", 1, "2026-03-16 14:00", id="from the break"),
        pytest.param("2026-03-16 08:00", 4, "2026-03-16 12:00", id="until the break"),
        pytest.param("2026-03-16 08:00", 8, "2026-03-16 17:00", id="a whole day"),
        pytest.param("2026-03-16 16:00", 4, "2026-03-17 11:00", id="into the next day"),
        pytest.param("2026-03-13 16:00", 4, "2026-03-16 11:00", id="over a weekend"),
        pytest.param("2026-03-14 10:00", 4, "2026-03-16 12:00", id="from a Saturday"),
        pytest.param("2026-03-16 05:00", 4, "2026-03-16 12:00", id="before work"),
        pytest.param("2026-03-16 22:00", 4, "2026-03-17 12:00", id="after work"),
        pytest.param("2026-03-17 16:00", 4, "2026-03-25 11:00", id="over Idulfitri"),
        pytest.param("2026-03-16 08:00", 0, "2026-03-16 08:00", id="no hours, at work"),
        pytest.param("2026-03-17 17:00", 0, "2026-03-25 08:00", id="no hours, off"),
        pytest.param(
            "2026-03-16 08:00", Decimal("0.25"), "2026-03-16 08:15", id="a quarter"
        ),
    ],
)
def test_hours_are_added(
    march: Calendar, start: str, hours: Decimal | int, end: str
) -> None:
    assert said(march.add_hours(at(start), hours)) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        pytest.param("2026-03-16 10:00", 1, "2026-03-17 17:00", id="tomorrow"),
        pytest.param("2026-03-16 05:00", 1, "2026-03-17 17:00", id="before work"),
        pytest.param("2026-03-16 23:59", 1, "2026-03-17 17:00", id="after work"),
        pytest.param("2026-03-14 10:00", 1, "2026-03-16 17:00", id="from a Saturday"),
        pytest.param("2026-03-12 10:00", 3, "2026-03-17 17:00", id="over a weekend"),
        pytest.param("2026-03-17 10:00", 1, "2026-03-25 17:00", id="over Idulfitri"),
        pytest.param("2026-03-20 10:00", 2, "2026-03-26 17:00", id="from a holiday"),
    ],
)
def test_days_end_with_the_work_of_the_nth_day(
    march: Calendar, start: str, days: int, end: str
) -> None:
    assert said(march.add_days(at(start), days)) == end


@pytest.mark.parametrize(
    ("moment", "next_moment"),
    [
        ("2026-03-16 07:59", "2026-03-16 08:00"),
        ("2026-03-16 08:00", "2026-03-16 08:00"),
        ("2026-03-16 11:59", "2026-03-16 11:59"),
        ("2026-03-16 12:00", "2026-03-16 13:00"),
        ("2026-03-16 16:59", "2026-03-16 16:59"),
        ("2026-03-16 17:00", "2026-03-17 08:00"),
        ("2026-03-19 10:00", "2026-03-25 08:00"),
    ],
)
def test_the_next_working_moment(
    march: Calendar, moment: str, next_moment: str
) -> None:
    assert said(march.next_working_moment(at(moment))) == next_moment


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        ("2026-03-16 08:00", "2026-03-16 17:00", 8),
        ("2026-03-16 12:10", "2026-03-16 12:50", 0),
        ("2026-03-16 00:00", "2026-03-23 00:00", 16),
        ("2026-03-16 17:00", "2026-03-16 08:00", -8),
        ("2026-03-14 00:00", "2026-03-15 23:00", 0),
    ],
)
def test_hours_between(march: Calendar, first: str, last: str, hours: int) -> None:
    assert march.hours_between(at(first), at(last)) == hours


def test_a_moment_in_another_zone_is_the_same_moment(ordinary: Calendar) -> None:
    """02:00 in UTC is 09:00 in Jakarta."""
    found = ordinary.add_hours(datetime(2026, 3, 16, 2, tzinfo=UTC), 1)
    assert found == datetime(2026, 3, 16, 3, tzinfo=UTC)


def test_days_and_hours_of_a_window(march: Calendar, six_days: Calendar) -> None:
    week = date(2026, 3, 16), date(2026, 3, 22)
    assert march.days_within(*week) == 2
    assert march.hours_within(*week) == 16
    assert six_days.days_within(*week) == 6
    assert six_days.hours_within(*week) == six_days.hours_a_week == 44
    assert march.days_within(week[1], week[0]) == march.hours_within(*week[::-1]) == 0
    assert [march.is_working(date(2026, 3, day)) for day in (17, 18, 21)] == [
        True,
        False,
        False,
    ]
    assert march.holiday(date(2026, 3, 18)) == "Idulfitri"
    assert march.holiday(date(2026, 3, 17)) == ""


@pytest.mark.parametrize(
    ("clock", "spans"),
    [
        ((8, 17, 12, 60), [(8, 12), (13, 17)]),
        ((8, 17, 12, 0), [(8, 17)]),
        ((8, 17, 8, 60), [(9, 17)]),
        ((8, 17, 16, 60), [(8, 16)]),
        ((8, 17, 6, 60), [(8, 17)]),
        ((8, 17, 20, 60), [(8, 17)]),
        ((8, 17, 8, 600), []),
    ],
)
def test_the_spans_of_a_day(
    clock: tuple[int, int, int, int], spans: list[tuple[int, int]]
) -> None:
    begin, end, pause, minutes = clock
    found = spans_of(time(begin), time(end), time(pause), minutes)
    assert found == tuple((a * HOUR, b * HOUR) for a, b in spans)


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_a_week_without_work_is_refused_with_a_sentence(
    week: dict[int, tuple[tuple[int, int], ...]],
) -> None:
    empty, now = Calendar(week, JAKARTA), at("2026-03-16 08:00")
    for ask in (
        lambda: empty.add_hours(now, 1),
        lambda: empty.add_days(now, 1),
        lambda: empty.next_working_moment(now),
        empty.require_work,
    ):
        with pytest.raises(DomainError, match="working day") as caught:
            ask()
        assert caught.value.code == "invalid"
    assert empty.hours_between(now, now + timedelta(days=9)) == 0


def test_a_date_that_nobody_lives_to_see_is_refused(ordinary: Calendar) -> None:
    for ask in (ordinary.add_hours, ordinary.add_days):
        with pytest.raises(DomainError, match="shorter time"):
            ask(at("2026-03-16 08:00"), 10**9)


def test_nonsense_of_a_program_is_an_error(ordinary: Calendar) -> None:
    now = at("2026-03-16 08:00")
    with pytest.raises(ValueError, match="aware"):
        ordinary.add_hours(now.replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="not taken away"):
        ordinary.add_hours(now, -1)
    with pytest.raises(ValueError, match="at least one"):
        ordinary.add_days(now, 0)


def test_summer_time_moves_the_moment_and_not_the_clock() -> None:
    """Work begins at eight by the clock of the zone, before and after the clocks change."""
    berlin = ZoneInfo("Europe/Berlin")
    calendar = ordinary_week(berlin)
    friday = datetime(2026, 3, 27, 17, tzinfo=berlin)
    monday = calendar.next_working_moment(friday)
    assert monday.astimezone(berlin).hour == 8
    assert monday - friday.astimezone(UTC) == timedelta(hours=62)


def test_ten_years_cost_no_more_than_ten_minutes(march: Calendar) -> None:
    """The best of several tries: how busy the machine is must not matter."""
    start = at("2026-03-16 08:00")

    def best(hours: int) -> float:
        tries = []
        for _each in range(20):
            begun = perf_counter()
            march.add_hours(start, hours)
            tries.append(perf_counter() - begun)
        return min(tries)

    best(1)  # makes the sums
    assert best(20_800) < 0.001
    assert march.add_hours(start, 20_800) > start + timedelta(days=3640)
