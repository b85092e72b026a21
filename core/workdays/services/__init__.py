"""The verbs of the working calendar: its set-up, and leave."""

from core.workdays.services.leave import enter_leave, remove_leave
from core.workdays.services.setup import (
    remove_calendar_row,
    save_calendar_row,
    take_holidays,
)

__all__ = [
    "enter_leave",
    "remove_calendar_row",
    "remove_leave",
    "save_calendar_row",
    "take_holidays",
]
