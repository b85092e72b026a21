"""Calendars to count in."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core.workdays.policies import Calendar, ordinary_week, spans_of

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture(autouse=True)
def _english() -> None:
    """Sentences of rules in English; pages come in the language of their reader."""
    translation.activate("en")


@pytest.fixture
def ordinary() -> Calendar:
    """Monday to Friday, no holidays."""
    return ordinary_week(JAKARTA)


@pytest.fixture
def march() -> Calendar:
    """The week of Nyepi and Idulfitri of 2026: off from Wednesday on, until the next Tuesday."""
    days = (date(2026, 3, day) for day in range(18, 25))
    return Calendar(
        ordinary_week(JAKARTA).week, JAKARTA, dict.fromkeys(days, "Idulfitri")
    )


@pytest.fixture
def six_days() -> Calendar:
    """A half Saturday, too, and a long break on Friday."""
    day = spans_of(time(8), time(17), time(12), 60)
    friday = spans_of(time(7, 30), time(17), time(11, 30), 90)
    saturday = spans_of(time(8), time(12), time(12), 0)
    return Calendar(dict.fromkeys(range(4), day) | {4: friday, 5: saturday}, JAKARTA)
