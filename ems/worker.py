"""The worker: tasks in the main thread, slow queues and every repeated job in threads of their own."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from core.documents import landlock
from core.ledger.tasks import run_due
from ems.jobs import Job
from ems.read_only import jobs_now

log = structlog.get_logger(__name__)
INTERVAL = 0.5
LONGEST_PAUSE = 60.0
FIRST_PAUSE = 1.0
REST = 2.0
# Queues whose tasks may take minutes: each so many lanes of its own, so that they hold up nothing.
LANES = {"analysis": 2, "switch": 1}
# For all jobs together, at the end: what is cut off is done again by the next worker.
LAST_CALL = 20.0


class PatientWorker(Worker):
    """The library's worker, but a signal never cuts off a task or the claim of one."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Be done after the task at hand."""
        self.running = False


class Ticker(threading.Thread):
    """Asks again and again whether one job is due; a slow job delays no other."""

    def __init__(self, name: str, job: Job, stop: threading.Event) -> None:
        super().__init__(name=f"job-{name}", daemon=True)
        self._due = {name: job}
        self._pause = min(job[1], LONGEST_PAUSE)
        self._stop_asked = stop

    def run(self) -> None:
        """Tick until told to stop."""
        # The very first tick only notes the job; soon after it runs.
        tick(self._due)
        self._stop_asked.wait(min(self._pause, FIRST_PAUSE))
        while not self._stop_asked.is_set():
            tick(self._due)
            self._stop_asked.wait(self._pause)


class Lane(threading.Thread):
    """Takes the tasks of one slow queue, one after the other."""

    def __init__(self, queue: str, number: int) -> None:
        super().__init__(name=f"lane-{queue}-{number}", daemon=True)
        self.worker = make_worker([queue], [])

    def run(self) -> None:
        """Work until told to stop."""
        run_tasks(self.worker)
        close_old_connections()


def tick(jobs: Mapping[str, Job]) -> None:
    """Run what is due; a database that is away is no reason to end."""
    close_old_connections()
    try:
        run_due(dict(jobs))
    except Exception:
        log.exception("tick_failed", jobs=sorted(jobs))
    close_old_connections()


def work(jobs: Mapping[str, Job] | None = None) -> None:
    """Work until SIGTERM or SIGINT; in a shadow run without the jobs that tell anybody anything."""
    jobs = jobs_now() if jobs is None else jobs
    if not landlock.is_there():
        log.warning("readers_see_files", why="this kernel has no Landlock")
    stop = threading.Event()
    tickers = [Ticker(name, job, stop) for name, job in jobs.items()]
    worker = make_worker()
    lanes = [Lane(queue, n) for queue, count in LANES.items() for n in range(count)]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.shutdown)
    log.info("worker_started", jobs=len(tickers), lanes=len(lanes))
    for thread in (*tickers, *lanes):
        thread.start()
    try:
        run_tasks(worker)
    finally:
        stop.set()
        for lane in lanes:
            lane.worker.running = False
        _wait_for((*tickers, *lanes))


def make_worker(
    queues: Sequence[str] = ("*",), without: Sequence[str] = tuple(LANES)
) -> PatientWorker:
    """One that takes the tasks of these queues; of all but the slow ones, if nothing is said."""
    return PatientWorker(
        queue_names=list(queues),
        interval=INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=list(without),
    )


def run_tasks(worker: PatientWorker) -> None:
    """Run tasks; while the database is away, wait for it."""
    while worker.running:
        try:
            worker.run()
        except (OperationalError, InterfaceError):
            log.exception("worker_lost_database")
            close_old_connections()
            time.sleep(REST)


def _wait_for(threads: Sequence[threading.Thread]) -> None:
    ends = time.monotonic() + LAST_CALL
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
