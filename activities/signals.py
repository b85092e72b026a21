"""Signals of planned work, sent inside the transaction of their cause; and the kinds of event of its history."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, kinds_of_import, register

# task, by: User, event, people: frozenset[int] of auth server ids who are asked to do it
task_added = Signal()
# task, by, event, added and removed: frozenset[int] of auth server ids
in_charges_changed = Signal()
# task, by, event, stage: str that signed; task.next_stage is asked next; in_charge: frozenset[int] of
# auth server ids of the people in charge
task_signed = Signal()
# task, by, event, stage: str that was taken back
task_reopened = Signal()
# task, by, event
task_removed = Signal()
# activity, by, event, task_ids: list[int] of the tasks that went with it
activity_removed = Signal()

register(
    *kinds_of_import("activity"),
    *kinds_of_import("task"),
    EventKind("activity.planned", _("planned it"), _("planned the activity"), "note"),
    EventKind(
        "activity.edited", _("changed it"), _("changed the activity"), is_edit=True
    ),
    EventKind("activity.removed", _("removed it"), _("removed the activity"), "no"),
    EventKind("task.added", _("added the task"), tone="note"),
    EventKind("task.edited", _("changed the task"), is_edit=True),
    EventKind("task.removed", _("removed the task"), tone="no"),
    EventKind("task.noted", _("sent a notice about the task")),
    EventKind("task.pic_done", _("signed as PIC"), tone="ok"),
    EventKind("task.spv_done", _("signed as SPV"), tone="ok"),
    EventKind("task.manager_done", _("signed as manager"), tone="ok"),
    EventKind("task.pic_undone", _("took the signature of the PIC back"), tone="no"),
    EventKind("task.spv_undone", _("took the signature of the SPV back"), tone="no"),
    EventKind(
        "task.manager_undone", _("took the signature of the manager back"), tone="no"
    ),
    EventKind("task.due_soon", _("reminded of the task"), is_quiet=True),
    EventKind(
        "task.overdue", _("noted as overdue"), _("noted as overdue:"), is_quiet=True
    ),
)
