"""Tasks for the panels of a document: hours of the process library, dates backwards from the deadline."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from activities.queries.pickers import DAY_HOURS, HUNDREDTH, LONGEST
from core.text.normal_form import plain_text
from core.workdays.policies import Calendar
from core.workdays.queries import calendar
from engineering.models import PanelProcess

MOST_TASKS = 100


def tasks_of_panels(panels: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The processes of each panel, hours times its number; of a panel that the library does not know one task
    without hours (``otherwise``).

    A panel is known by the longest type of the library that its name begins with, or holds as a word.
    """
    library: dict[str, list[PanelProcess]] = {}
    for row in PanelProcess.objects.order_by("pk"):
        library.setdefault(row.panel_type, []).append(row)
    found = [task for panel in panels for task in _of_panel(panel, library)]
    return found[:MOST_TASKS]


def _of_panel(
    panel: Mapping[str, Any], library: Mapping[str, list[PanelProcess]]
) -> Iterator[dict[str, Any]]:
    name, number = str(panel["name"]), int(panel["quantity"])
    kind = type_of(name, library)
    if not kind:
        yield {"description": str(panel["otherwise"])[:300], "hours": None}
        return
    many = f" ({number} \u00d7)" if number > 1 else ""
    for row in library[kind]:
        hours = (row.minutes * number / 60).quantize(HUNDREDTH, ROUND_CEILING)
        yield {"description": f"{name}{many}: {row.process_name}"[:300], "hours": hours}


def type_of(name: str, types: Iterable[str]) -> str:
    """The type of the process library that a panel of this name is of; empty for none."""
    words = _words(name)
    fitting = []
    for each in types:
        wanted = _words(each)
        places = range(len(words) - len(wanted) + 1)
        if wanted and any(words[at : at + len(wanted)] == wanted for at in places):
            fitting.append(each)
    return max(fitting, key=len, default="")


def _words(text: str) -> list[str]:
    """ "Panel LVMDP-A" is of the type LVMDP."""
    spaced = "".join(sign if sign.isalnum() else " " for sign in plain_text(text))
    return [word for word in spaced.split() if word != "panel"]


def planned_back(
    tasks: list[dict[str, Any]], deadline: date, today: date
) -> list[dict[str, Any]]:
    """The tasks with dates, one after the other, so that the last one ends on the deadline.

    Eight hours a working day, holidays left out; a task without hours takes the day of its neighbour. Where
    the time is too short, none begins before today.
    """
    days, found = calendar(), []
    day, left = _working(days, deadline), DAY_HOURS
    for task in reversed(tasks):
        end, needed = day, Decimal(task["hours"] or 0)
        while needed > left and (deadline - day).days < LONGEST:
            needed -= left
            day, left = _working(days, day - timedelta(days=1)), DAY_HOURS
        left -= min(needed, left)
        starts, ends = max(day, today), max(end, today)
        found.append(task | {"starts": starts, "ends": ends})
        if left <= 0:
            day, left = _working(days, day - timedelta(days=1)), DAY_HOURS
    return found[::-1]


def _working(days: Calendar, day: date) -> date:
    """The day itself, or the last working day before it."""
    for _step in range(LONGEST):
        if days.is_working(day):
            return day
        day -= timedelta(days=1)
    return day
