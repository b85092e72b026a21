"""The worker: tasks to their end, repeated jobs that do not wait for one another."""

import signal
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from core.documents import landlock
from core.integrations import upstreams
from core.ledger.models import PeriodicJob
from core.ledger.tasks import HEARTBEAT
from ems import jobs
from ems import worker as working
from launcher.tests.project_copy import Desk, wait_until


def test_the_table_has_what_the_house_needs() -> None:
    assert set(jobs.JOBS) >= {
        HEARTBEAT,
        "deliver_due",
        "follow_directory",
        "forget_answers",
        "forget_expired",
        "forget_finished_tasks",
    }
    assert jobs.JOBS["deliver_due"][1] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(jobs.JOBS) - {"follow_directory"}))
def test_each_job_runs_on_an_empty_database(name: str) -> None:
    jobs.JOBS[name][0]()


@pytest.mark.django_db
def test_the_directory_is_followed_from_a_whole_reading(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(
        jobs, "sync_directory", lambda people, _names: taken.append(len(people))
    )
    assert jobs.follow_directory()
    assert taken[0] > 10


@pytest.mark.parametrize(
    "flaw", [{"is_stale": True}, {"error": ValueError()}, {"set_aside": 1}]
)
def test_nobody_is_closed_out_by_half_a_reading(
    flaw: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = {"is_stale": False, "error": None, "set_aside": 0, "value": {1: "somebody"}}
    found = SimpleNamespace(people=lambda: SimpleNamespace(**(fine | flaw)))
    monkeypatch.setattr(upstreams, "auth", lambda: found)
    monkeypatch.setattr(jobs, "sync_directory", lambda *_: pytest.fail("followed"))
    assert not jobs.follow_directory()


@pytest.mark.django_db(transaction=True)
def test_a_slow_or_bad_job_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    hang = threading.Event()

    def bad() -> None:
        ran.append("bad")
        raise ValueError("no")

    def slow() -> None:
        ran.append("slow")
        hang.wait(20)

    table: dict[str, jobs.Job] = {
        "slow": (slow, 0.05),
        "bad": (bad, 0.05),
        "good": (lambda: ran.append("good"), 0.05),
    }
    worker = SimpleNamespace(running=True, shutdown=lambda *_: None)

    def run_tasks(_worker: object) -> None:
        assert wait_until(lambda: ran.count("good") > 3 and ran.count("bad") > 2, 20)
        hang.set()

    monkeypatch.setattr(working, "make_worker", lambda *_queues: worker)
    monkeypatch.setattr(working, "run_tasks", run_tasks)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        working.work(table)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert "slow" in ran
    assert "no" in PeriodicJob.objects.get(name="bad").problem


def test_a_slow_queue_holds_up_no_other() -> None:
    everything, lane = working.make_worker(), working.Lane("analysis", 0).worker
    assert everything.excluded_queue_names == ["analysis", "switch"]
    assert (lane.queue_names, lane.excluded_queue_names) == (["analysis"], [])
    assert working.LANES["analysis"] == 2


@pytest.mark.django_db
def test_a_tick_survives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def fail(jobs: object) -> None:
        asked.append(jobs)
        raise OperationalError("away")

    monkeypatch.setattr(working, "run_due", fail)
    given = {"any": (time.time, 1.0)}
    working.tick(given)
    assert asked == [given]


@pytest.mark.django_db
def test_tasks_wait_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = working.make_worker()
    turns = iter([OperationalError("away"), None])

    def run() -> None:
        if fault := next(turns):
            raise fault
        worker.shutdown(signal.SIGTERM, None)

    monkeypatch.setattr(working, "REST", 0.0)
    monkeypatch.setattr(worker, "run", run)
    working.run_tasks(worker)
    assert not worker.running


@pytest.mark.slow
@pytest.mark.once
def test_the_worker_beats_and_ends_when_asked(desk: Desk) -> None:
    first = desk.start("run", "backend", "dev", "--no-worker")
    first.wait_for("Stop with")
    env = {"DEBUG": "true", "SECURE_SSL": "false"}
    run = desk.start("work", env=env)
    # The beat of an earlier test's worker is still fresh: this one must have spoken itself.
    run.wait_for("worker_started")
    assert wait_until(lambda: '"worker": "ok"' in first.get("/readyz")[1], 20)
    assert run.end(signal.SIGTERM) == 0
    first.end()
    assert "Traceback" not in run.text


def test_a_kernel_that_hides_no_files_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(landlock, "is_there", lambda: False)
    monkeypatch.setattr(working, "run_tasks", lambda _worker: None)
    monkeypatch.setattr(working, "LANES", {})
    monkeypatch.setattr(signal, "signal", lambda *_given: None)
    working.work({})
    assert "readers_see_files" in caplog.text
