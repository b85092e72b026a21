"""What repeats, and how often: the table of the worker."""

from collections.abc import Callable

from django.core.management import call_command

from aianalyzer.services import look_after_analyses
from bom.services import look_for_changes, work_hooks
from core.accounts.services import forget_expired, sync_directory
from core.integrations import upstreams
from core.ledger.services import deliver_due, forget_answers
from core.ledger.tasks import HEARTBEAT, write_checkpoint

Job = tuple[Callable[[], object], float]
MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def note_alive() -> None:
    """Nothing to do: that it ran is the news, which /readyz reads."""


def follow_directory() -> bool:
    """Take over names and leavers, but only from a fresh and complete reading (T23)."""
    reading = upstreams.people()
    is_fresh = not reading.is_stale and reading.error is None
    # A row that was set aside is somebody who is still there: nobody leaves by a typo.
    is_complete = is_fresh and not reading.set_aside
    if is_complete and reading.value:
        sync_directory(reading.value)
    return is_complete


def forget_finished_tasks() -> None:
    """Remove results of tasks after two weeks."""
    call_command("prune_db_task_results", queue_name="*", verbosity=0)


JOBS: dict[str, Job] = {
    HEARTBEAT: (note_alive, 10.0),
    "deliver_due": (deliver_due, 2.0),
    "work_hooks": (work_hooks, 1.0),
    "look_for_changes": (look_for_changes, MINUTE),
    "look_after_analyses": (look_after_analyses, 15.0),
    "write_checkpoint": (write_checkpoint, 15 * MINUTE),
    "follow_directory": (follow_directory, 5 * MINUTE),
    "forget_answers": (forget_answers, HOUR),
    "forget_expired": (forget_expired, HOUR),
    "forget_finished_tasks": (forget_finished_tasks, DAY),
}
