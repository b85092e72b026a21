"""Repeated jobs and how often they run: the table of the worker."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from activities.tasks import forget_exports
from aianalyzer.queries.wire import source_names
from aianalyzer.services import recover_analyses
from bom.services import look_for_changes, work_hooks
from core.accounts.services import forget_expired, sync_directory
from core.approvals.services import (
    escalate_due,
    forget_links,
    mend_rounds,
    remind_due,
)
from core.files.storages import store_of_files
from core.files.uploaded import sweep
from core.integrations import upstreams
from core.ledger.services import deliver_due, forget_answers
from core.ledger.tasks import HEARTBEAT, verify_history, write_checkpoint
from core.service_accounts.services import forget_tokenless_calls
from core.talk.queries.comments import file_names
from core.talk.services import give_up
from engineering.queries.record import attachment_names
from notifications.services import remind_of_tasks, send_digests, send_weekly
from supportdocs.queries.wire import stored_names
from supportdocs.services import read_outdated, read_waiting, scrub_files

Job = tuple[Callable[[], object], float]
MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# No request runs for so long.
ORPHAN_HOURS = 6.0
# A folder of the store, and which of its files a record names.
FOLDERS: dict[str, Callable[[Sequence[str]], set[str]]] = {
    "documents": stored_names,
    "attachments": attachment_names,
    "analyses": source_names,
    "comments": file_names,
}


def record_heartbeat() -> None:
    """Nothing to do: that it ran is the news, which /readyz reads."""


def follow_directory() -> bool:
    """Take over names and leavers; the latter only from a fresh, complete reading of the auth server.

    The meeting server has the fuller names; it does not decide who may log in.
    """
    reading = upstreams.auth().people()
    is_fresh = not reading.is_stale and reading.error is None
    # A row that was set aside is somebody who is still there: nobody leaves by a typo.
    is_complete = is_fresh and not reading.set_aside
    if is_complete and reading.value:
        sync_directory(reading.value, upstreams.people().value)
    return is_complete


def forget_finished_tasks() -> None:
    """Remove results of tasks after two weeks."""
    call_command("prune_db_task_results", queue_name="*", verbosity=0)


def sweep_orphans() -> int:
    """Remove files that no record names: of killed requests, of transactions that failed."""
    store_of_files().sweep_incoming(timezone.now() - timedelta(hours=ORPHAN_HOURS))
    return sum(sweep(folder, known, ORPHAN_HOURS) for folder, known in FOLDERS.items())


JOBS: dict[str, Job] = {
    HEARTBEAT: (record_heartbeat, 10.0),
    "mend_rounds": (mend_rounds, MINUTE),
    "give_up_questions": (give_up, MINUTE),
    "remind_approvals": (remind_due, 5 * MINUTE),
    "escalate_approvals": (escalate_due, 5 * MINUTE),
    "deliver_due": (deliver_due, 2.0),
    "work_hooks": (work_hooks, 1.0),
    "look_for_changes": (look_for_changes, MINUTE),
    "look_after_analyses": (recover_analyses, 15.0),
    "read_documents": (read_waiting, 1.0),
    "read_outdated_documents": (read_outdated, 10.0),
    "sweep_orphans": (sweep_orphans, HOUR),
    "scrub_files": (scrub_files, DAY),
    "write_checkpoint": (write_checkpoint, 15 * MINUTE),
    "verify_history": (verify_history, DAY),
    "follow_directory": (follow_directory, 5 * MINUTE),
    "remind_of_tasks": (remind_of_tasks, 10 * MINUTE),
    "send_digests": (send_digests, 10 * MINUTE),
    "send_weekly": (send_weekly, 10 * MINUTE),
    "forget_answers": (forget_answers, HOUR),
    "forget_links": (forget_links, DAY),
    "forget_exports": (forget_exports, DAY),
    "forget_tokenless_calls": (forget_tokenless_calls, DAY),
    "forget_expired": (forget_expired, HOUR),
    "forget_finished_tasks": (forget_finished_tasks, DAY),
}
