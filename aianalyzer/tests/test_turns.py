"""A fair share of the lanes: many analyses of one person hold up no other (L19)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import cancel_analysis, execution, recover_analyses
from aianalyzer.services.run_state import claim_next, next_in_turn
from aianalyzer.tests.conftest import Start
from core.accounts.models import User
from ems.worker import make_worker

# A lane closes its connection between two tasks: nothing may be open around it.
pytestmark = pytest.mark.django_db(transaction=True)
State = InquiryAiGeneration.State


@pytest.fixture
def began(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of those whose analyses began, in their order; each is done at once."""
    names: list[str] = []

    def done(row: InquiryAiGeneration) -> None:
        names.append(str(row.asked_by and row.asked_by.name))
        execution._end(row, State.DONE)

    monkeypatch.setattr(execution, "_bring_to_end", done)
    return names


def work(count: int | None = None) -> None:
    """A real lane takes so many tasks, or all."""
    worker = make_worker(["analysis"], [])
    worker.batch, worker.max_tasks = True, count
    worker.run()


def many(start: Start, count: int, by: User) -> list[InquiryAiGeneration]:
    return [start(by=by) for _ in range(count)]


def test_one_is_second_at_latest_behind_twenty_of_another(
    start: Start, agus: User, rina: User, began: list[str]
) -> None:
    many(start, 20, agus)
    start(by=rina)
    work(2)
    assert began == [agus.name, rina.name]
    work()
    assert began[2:] == [agus.name] * 19
    assert not InquiryAiGeneration.objects.open().exists()


def test_who_comes_late_is_next(
    start: Start, agus: User, rina: User, began: list[str]
) -> None:
    many(start, 4, agus)
    work(2)
    start(by=rina)
    work(1)
    assert began == [agus.name, agus.name, rina.name]


def test_people_take_turns_and_nobody_starves(
    start: Start, agus: User, rina: User, hendi: User, began: list[str]
) -> None:
    for by in (agus, rina, hendi):
        many(start, 3, by)
    work()
    assert began == [agus.name, rina.name, hendi.name] * 3


def test_no_lane_is_idle_while_one_person_waits(start: Start, agus: User) -> None:
    rows = many(start, 3, agus)
    taken = [claim_next(), claim_next()]
    assert [row and row.pk for row in taken] == [rows[0].pk, rows[1].pk]


def test_who_is_at_work_comes_behind_who_is_not(
    start: Start, agus: User, rina: User
) -> None:
    """Also when they began longer ago than anybody."""
    many(start, 2, agus)
    first = claim_next()
    assert first
    (short, waits) = many(start, 2, rina)
    assert claim_next() == short
    execution._end(InquiryAiGeneration.objects.get(pk=short.pk), State.DONE)
    assert next_in_turn() == waits.pk


def test_a_task_whose_analysis_was_cancelled_serves_another(
    start: Start, agus: User, rina: User, began: list[str]
) -> None:
    (gone,) = many(start, 1, agus)
    start(by=rina)
    cancel_analysis(generation_id=gone.pk, by=agus)
    work(1)
    assert began == [rina.name]
    work()
    assert began == [rina.name]
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def test_what_a_killed_worker_had_is_taken_again(
    start: Start, agus: User, rina: User, began: list[str]
) -> None:
    (lost, _later) = many(start, 2, agus)
    DBTaskResult.objects.order_by("enqueued_at").first().claim("dead")  # type: ignore[union-attr]
    assert claim_next() == lost
    start(by=rina)
    past = timezone.now() - timedelta(seconds=1)
    InquiryAiGeneration.objects.filter(pk=lost.pk).update(lease_until=past)
    recover_analyses()
    work()
    assert sorted(began) == sorted([agus.name, agus.name, rina.name])
    assert began[0] == rina.name
    lost.refresh_from_db()
    assert (lost.state, lost.attempts) == (State.DONE, 2)


def test_lanes_at_once_take_each_once_and_one_of_each_person(
    start: Start, agus: User, rina: User
) -> None:
    many(start, 6, agus)
    many(start, 2, rina)
    rounds = [at_once(claim_next, 2) for _ in range(4)]
    taken = [row.pk for each in rounds for row in each]
    assert len(set(taken)) == 8
    for each in rounds[:1]:
        assert {row.asked_by for row in each} == {agus, rina}
    assert next_in_turn() is None
    assert claim_next() is None


def at_once(call: Callable[[], Any], count: int) -> list[Any]:
    got, barrier = list[Any](), threading.Barrier(count)

    def take() -> None:
        barrier.wait()
        try:
            got.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
