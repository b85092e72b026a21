"""Tasks of the panels of a document: hours of the library, dates backwards from the deadline."""

from datetime import date
from decimal import Decimal

import pytest

from activities.queries.analysed import planned_back, tasks_of_panels, type_of
from engineering.models import PanelProcess

pytestmark = pytest.mark.django_db
TODAY = date(2029, 3, 1)
TYPES = ("LVMDP", "SDP", "ATS", "ATS AMF", "MCC")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LVMDP-A", "LVMDP"),
        ("Panel LVMDP 2", "LVMDP"),
        ("SSDP", ""),
        ("ATS-AMF", "ATS AMF"),
        ("ATS", "ATS"),
        ("sdp.1", "SDP"),
        ("", ""),
    ],
)
def test_a_panel_is_known_by_its_name(name: str, kind: str) -> None:
    assert type_of(name, TYPES) == kind


def test_hours_count_for_each_panel_and_an_unknown_one_has_none() -> None:
    PanelProcess.objects.create(panel_type="LVMDP", process_name="SLD", minutes=100)
    panels = [
        {"name": "LVMDP-A", "quantity": 3, "otherwise": "x"},
        {"name": "Z", "quantity": 1, "otherwise": "Gambar SLD: Z"},
    ]
    assert tasks_of_panels(panels) == [
        {"description": "LVMDP-A (3 \u00d7): SLD", "hours": Decimal("5.00")},
        {"description": "Gambar SLD: Z", "hours": None},
    ]


def planned(deadline: date, *hours: int | None) -> list[tuple[date, date]]:
    tasks = [{"description": "t", "hours": each} for each in hours]
    found = planned_back(tasks, deadline, TODAY)
    return [(each["starts"], each["ends"]) for each in found]


def test_the_last_task_ends_on_the_deadline() -> None:
    friday = date(2029, 3, 9)
    assert planned(friday, 8, 8) == [
        (date(2029, 3, 8), date(2029, 3, 8)),
        (friday, friday),
    ]
    assert planned(friday, 12, None, 8)[0] == (date(2029, 3, 7), date(2029, 3, 8))


def test_weekends_are_left_out_and_nothing_begins_before_today() -> None:
    sunday = date(2029, 3, 4)
    assert planned(sunday, 8) == [(date(2029, 3, 2), date(2029, 3, 2))]
    assert planned(sunday, 800)[0][0] == TODAY
    assert planned(sunday) == []
