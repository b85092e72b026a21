"""The verbs of planned work, each written once."""

from activities.services.capacities import set_capacities
from activities.services.field_values import MAX_PEOPLE, MAX_TASKS, SAID
from activities.services.legacy import save_activity, save_task
from activities.services.planning import (
    add_task,
    edit_activity,
    edit_task,
    plan_activity,
    remove_activity,
    remove_task,
)
from activities.services.signatures import reopen, sign_off, stage_of
from activities.services.tasks import resend_work_order

__all__ = [
    "MAX_PEOPLE",
    "MAX_TASKS",
    "SAID",
    "add_task",
    "edit_activity",
    "edit_task",
    "plan_activity",
    "remove_activity",
    "remove_task",
    "reopen",
    "resend_work_order",
    "save_activity",
    "save_task",
    "set_capacities",
    "sign_off",
    "stage_of",
]
