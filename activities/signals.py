"""Signals of planned work; sent inside the transaction of their cause."""

from django.dispatch import Signal

# task, by: User, event, people: frozenset[int] of auth server ids who are asked to do it
task_added = Signal()
# task, by, event, added and removed: frozenset[int] of auth server ids
in_charges_changed = Signal()
# task, by, event, stage: str that signed; task.next_stage is asked next
task_signed = Signal()
# task, by, event, stage: str that was taken back
task_reopened = Signal()
# task, by, event
task_removed = Signal()
# activity, by, event, task_ids: list[int] of the tasks that went with it
activity_removed = Signal()
