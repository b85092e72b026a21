"""Chance that falls the same way each time, and days of the company's year."""

import random
from datetime import UTC, date, datetime, timedelta

YEAR_START = date(2026, 1, 5)
TODAY = date(2026, 11, 22)


def dice(name: str) -> random.Random:
    """Return a generator of its own per table, so that one change moves one file."""
    return random.Random(f"panel-2026-{name}")  # noqa: S311 - for show, not a secret


def day_between(first: date, last: date, share: float) -> date:
    """Return the day that lies ``share`` of the way from first to last."""
    return first + timedelta(days=round((last - first).days * share))


def moment(day: date, rng: random.Random) -> datetime:
    """Return a time in office hours of Jakarta, which are 01-09 UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(minutes=rng.randrange(60, 540))


def zulu(when: datetime) -> str:
    """Spell a moment as the proto endpoints do."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def naive(when: datetime | date) -> str:
    """Spell a moment as the material requests do: no zone at all."""
    return when.strftime("%Y-%m-%dT%H:%M:%S")
