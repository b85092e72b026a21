"""The verbs of notices, each written once."""

from notifications.services.notices import (
    close_notices,
    close_task,
    mark_all_read,
    mark_read,
    notify,
    post_notice,
    remove_notice,
    see_notice,
)
from notifications.services.old_client import tell_of_refusal
from notifications.services.preferences import reach_newcomer, save_wishes
from notifications.services.reminders import remind_of_tasks
from notifications.services.summaries import send_digests, send_weekly

__all__ = [
    "close_notices",
    "close_task",
    "mark_all_read",
    "mark_read",
    "notify",
    "post_notice",
    "reach_newcomer",
    "remind_of_tasks",
    "remove_notice",
    "save_wishes",
    "see_notice",
    "send_digests",
    "send_weekly",
    "tell_of_refusal",
]
