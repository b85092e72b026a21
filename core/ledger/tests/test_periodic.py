"""Repeated jobs: due once, and one bad job does not stop the others."""

import pytest
from django.utils import timezone

from core.ledger.models import PeriodicJob
from core.ledger.tasks import run_due

pytestmark = pytest.mark.django_db


def test_a_job_runs_when_it_is_due_and_then_waits() -> None:
    calls: list[str] = []
    jobs = {"a": (lambda: calls.append("a"), 60.0)}
    run_due(jobs)
    run_due(jobs)
    run_due(jobs)
    assert calls == ["a"]
    PeriodicJob.objects.update(due_at=timezone.now())
    run_due(jobs)
    assert calls == ["a", "a"]


def test_a_job_that_fails_is_noted_and_the_next_one_runs() -> None:
    calls: list[str] = []

    def fail() -> None:
        raise ValueError("broken")

    jobs = {"bad": (fail, 60.0), "good": (lambda: calls.append("x"), 60.0)}
    run_due(jobs)
    run_due(jobs)
    assert calls == ["x"]
    assert PeriodicJob.objects.get(name="bad").problem == "broken"
