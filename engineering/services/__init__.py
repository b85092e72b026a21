"""The verbs of the department, each written once."""

from engineering.services.attaching import attach_file, remove_file
from engineering.services.changes import (
    edit_change,
    raise_change,
    resubmit_change,
    withdraw_change,
)
from engineering.services.dashboard_figures import type_figures
from engineering.services.decisions import decide_change
from engineering.services.departments import choose_departments
from engineering.services.files import name_of_file
from engineering.services.legacy import save_change
from engineering.services.notes import change_note, remove_note, write_note
from engineering.services.receipts import receipt_of_change
from engineering.services.reentry import (
    confirm_decision,
    confirm_posted,
)

__all__ = [
    "attach_file",
    "change_note",
    "choose_departments",
    "confirm_decision",
    "confirm_posted",
    "decide_change",
    "edit_change",
    "name_of_file",
    "raise_change",
    "receipt_of_change",
    "remove_file",
    "remove_note",
    "resubmit_change",
    "save_change",
    "type_figures",
    "withdraw_change",
    "write_note",
]
