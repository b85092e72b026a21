"""The usual periods, and the chips by which a list is narrowed to one."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core.pages.filter_chips import Chip, Option, address, chips_of, others


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month in which a day lies."""
    end = monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=end)


def usual_periods(today: date) -> list[tuple[str, tuple[date, date]]]:
    """A usual period with its name."""
    this = month_of(today)
    return [
        (_("this month"), this),
        (_("last month"), month_of(this[0] - timedelta(days=1))),
        (_("this year"), (date(today.year, 1, 1), date(today.year, 12, 31))),
    ]


def period_chips(query: QueryDict, chosen: Any, first: str, last: str) -> list[Chip]:
    """A menu of the usual periods, and the two days between which the rows lie."""
    options = list(_options(query, first, last))
    named = next((option.label for option in options if option.is_on), "")
    menu = Chip(
        name="period",
        label=_("Period"),
        value=named,
        word=named,
        remove=_without(query, first, last),
        options=options,
        choices=[],
        others=[],
        errors=[],
    )
    return [menu, *chips_of(query, chosen, {first: (), last: ()})]


def _options(query: QueryDict, first: str, last: str) -> Iterator[Option]:
    rest = QueryDict(mutable=True)
    rest.update(dict(others(query, first, last)))
    now = (query.get(first, ""), query.get(last, ""))
    for label, (begin, end) in usual_periods(timezone.localdate()):
        days = (begin.isoformat(), end.isoformat())
        rest[first], rest[last] = days
        yield Option(label, f"?{rest.urlencode()}", now == days)


def _without(query: QueryDict, first: str, last: str) -> str:
    rest = QueryDict(mutable=True)
    rest.update(dict(others(query, first)))
    return address(rest, last, "")
