"""Task lists to begin with: templates of the meeting server, processes of a type of panel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from core.integrations import upstreams
from engineering.models import PanelProcess

DAY_HOURS = Decimal(8)
SATURDAY = 5
HUNDREDTH = Decimal("0.01")
LONGEST = 250


@dataclass(frozen=True, slots=True)
class Proposed:
    """A task that a template proposes, with its hours and the working days they take."""

    description: str
    hours: Decimal
    starts: date
    ends: date

    def as_json(self) -> dict[str, str]:
        """As the form's script takes it."""
        return {
            "description": self.description,
            "hours": f"{self.hours.normalize():f}",
            "starts": self.starts.isoformat(),
            "ends": self.ends.isoformat(),
        }


def template_names() -> list[str]:
    """The meeting server's templates, in its sequence."""
    return [each.name for each in upstreams.meeting().templates().value]


def panel_types() -> list[str]:
    """The types of panel of the process library."""
    rows = PanelProcess.objects.order_by("panel_type").values_list(
        "panel_type", flat=True
    )
    return list(dict.fromkeys(rows))


def tasks_of_template(name: str, start: date) -> list[Proposed]:
    """Its items one after the other from a day on; none for an unknown name."""
    found = [t for t in upstreams.meeting().templates().value if t.name == name]
    items = found[0].items if found else ()
    pairs = ((i.name, Decimal(str(i.working_minutes)) / 60) for i in items)
    return list(_planned(pairs, start))


def tasks_of_panel(panel: str, start: date) -> list[Proposed]:
    """The processes of a type of panel, minutes / 60 as hours."""
    rows = PanelProcess.objects.filter(panel_type=panel).order_by("pk")
    pairs = ((row.process_name, row.minutes / 60) for row in rows)
    return list(_planned(pairs, start))


def _planned(pairs: Iterable[tuple[str, Decimal]], start: date) -> Iterator[Proposed]:
    """Eight hours a working day; the next task begins on the day on which the one before ends,
    as long as that day has hours left."""
    day, left = _working(start), DAY_HOURS
    for name, hours in pairs:
        needed = hours
        begin = day
        while needed > left and (day - begin).days < LONGEST:
            needed -= left
            day, left = _working(day + timedelta(days=1)), DAY_HOURS
        left -= min(needed, left)
        yield Proposed(name, hours.quantize(HUNDREDTH, ROUND_CEILING), begin, day)
        if left <= 0:
            day, left = _working(day + timedelta(days=1)), DAY_HOURS


def _working(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
