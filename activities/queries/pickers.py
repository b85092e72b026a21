"""Choices of the form: inquiries, customers, picked ids by name, and task lists to begin with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from activities.queries.lookups import document_name
from core.integrations import upstreams
from core.text.ids import as_id
from core.text.normal_form import plain_text
from engineering.models import PanelProcess
from engineering.queries.pickers import Offer, PickerChoice

DAY_HOURS = Decimal(8)
SATURDAY = 5
HUNDREDTH = Decimal("0.01")
LONGEST = 250
SHOWN = 30
MOST_CUSTOMERS = 1000


def inquiries(text: str) -> Offer:
    """The CRM's inquiries, newest first."""
    reading = upstreams.crm().inquiries()
    rows = [
        PickerChoice(
            row.ext_id,
            row.number,
            " · ".join(
                filter(None, (row.account.name if row.account else "", row.title))
            ),
            {"customer": row.account.name if row.account else ""},
        )
        for row in reversed(list(reading.value.values()))
    ]
    return Offer(_fitting(rows, text), reading.as_of, reading.is_failing)


def customers() -> list[str]:
    """The CRM's customers by name, to choose from while typing."""
    rows = upstreams.crm().customers().value.values()
    names = {f"{row.business_type} {row.name}".strip() for row in rows}
    return sorted(names, key=str.casefold)[:MOST_CUSTOMERS]


def _fitting(rows: list[PickerChoice], text: str) -> list[PickerChoice]:
    words = plain_text(text).split()
    lines = ((row, plain_text(f"{row.label} {row.hint}")) for row in rows)
    return [row for row, line in lines if all(word in line for word in words)][:SHOWN]


def shown_words(form: Any) -> dict[str, str]:
    """The words behind the ids that the form holds, for its pickers."""
    job = upstreams.ppic().jobs().value.get(_number(form, "ext_job_id"))
    panel = _number(form, "ext_panel_code_id")
    panels = [p for p in (job.panel_codes if job else ()) if p.ext_id == panel]
    order = (
        upstreams.crm()
        .purchase_orders()
        .value.get(_number(form, "ext_purchase_order_id"))
    )
    inquiry = upstreams.crm().inquiries().value.get(_number(form, "ext_inquiry_id"))
    return {
        "job": job.name if job else _bare(form, "ext_job_id"),
        "panel": f"{panels[0].kind}: {panels[0].name}"
        if panels
        else _bare(form, "ext_panel_code_id"),
        "order": order.number if order else _bare(form, "ext_purchase_order_id"),
        "inquiry": inquiry.number if inquiry else _bare(form, "ext_inquiry_id"),
        "document": document_name(_number(form, "support_table_id") or None),
    }


def _number(form: Any, name: str) -> int:
    return as_id(str(form[name].value() or "")) or 0


def _bare(form: Any, name: str) -> str:
    """An id whose words nobody knows now is shown as itself, so that it is not lost."""
    number = _number(form, name)
    return f"#{number}" if number else ""


# --- Task lists: templates of the meeting server, processes of a type of panel ---


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
