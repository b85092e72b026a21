"""Cancelled, retried, recorded; dead workers, and two who want the same."""

import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import (
    cancel_analysis,
    record_generation,
    recover_analyses,
    retry_analysis,
    run_analysis,
)
from aianalyzer.services.run_state import AnalysisStopped, Run, claim
from aianalyzer.tests.conftest import Start, kinds, refusal, worked
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event

pytestmark = pytest.mark.django_db


# --- Cancel, retry, record -------------------------------------------------------------


def test_a_waiting_one_is_cancelled_and_never_begins(start: Start, agus: User) -> None:
    row = cancel_analysis(generation_id=start().pk, by=agus)
    assert row.state == "cancelled"
    assert run_analysis(generation_id=row.pk) is None
    assert kinds(row) == ["analysis.asked", "analysis.cancelled"]
    assert (
        refusal(lambda: cancel_analysis(generation_id=row.pk, by=agus)).code
        == "illegal_transition"
    )


@pytest.mark.django_db(transaction=True)
def test_a_running_one_stops_at_the_next_word(
    start: Start, agus: User, chat: Any
) -> None:
    row = start(model="m1")

    def answer(_system: str, _user: str) -> str:
        try:
            cancel_analysis(generation_id=row.pk, by=agus)
        finally:
            connection.close()
        return '{"kind": "point", "text": "terlambat"}\n' * 50

    chat.answer = answer
    run_analysis(generation_id=row.pk)
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert "analysis.done" not in kinds(row)


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [("agus", True), ("hendi", True), ("rina", True), ("budi", False)],
)
def test_who_may_cancel_and_retry(
    name: str, is_allowed: bool, start: Start, request: pytest.FixtureRequest
) -> None:
    by, row = request.getfixturevalue(name), start()
    if is_allowed:
        cancel_analysis(generation_id=row.pk, by=by)
        assert retry_analysis(generation_id=row.pk, by=by).state == "queued"
    else:
        assert (
            refusal(lambda: cancel_analysis(generation_id=row.pk, by=by)).code
            == "forbidden"
        )
        assert (
            refusal(lambda: retry_analysis(generation_id=row.pk, by=by)).code
            == "forbidden"
        )


def test_a_retry_begins_from_nothing_and_an_old_worker_can_write_no_more(
    start: Start, agus: User
) -> None:
    row = start()
    old = claim(row.pk)
    assert old is not None
    cancel_analysis(generation_id=row.pk, by=agus)
    retry_analysis(generation_id=row.pk, by=agus)
    with pytest.raises(AnalysisStopped):
        Run(old).note("asking", 50, "forged")
    with pytest.raises(AnalysisStopped):
        Run(old).check()
    assert worked(row).state == "done"
    assert "forged" not in row.content
    assert (
        refusal(lambda: retry_analysis(generation_id=row.pk, by=agus)).code
        == "illegal_transition"
    )


def test_what_a_client_records_is_marked_as_from_outside(agus: User) -> None:
    row = record_generation(
        by=agus,
        fields={
            "file_name": "tender.pdf",
            "model": "gpt4",
            "ext_inquiry_id": 301,
            "content": "# A\n\ndua kata",
        },
    )
    assert (row.state, row.provider, row.word_count, row.citations) == (
        "done",
        "outside",
        3,
        [],
    )
    assert not row.may_be_retried
    event = Event.objects.get(kind="generation.recorded")
    assert "dua kata" not in str(event.after)


# --- Dead workers ------------------------------------------------------------------------


def late(row: InquiryAiGeneration) -> None:
    past = timezone.now() - timedelta(seconds=1)
    InquiryAiGeneration.objects.filter(pk=row.pk).update(lease_until=past)


def test_a_dead_worker_is_seen_the_work_done_once_more_then_given_up(
    start: Start,
) -> None:
    row = start()
    dead = claim(row.pk)
    assert recover_analyses() == 0  # its lease still holds
    late(row)
    assert recover_analyses() == 1
    row.refresh_from_db()
    assert row.state == "queued"
    assert DBTaskResult.objects.count() == 2
    with pytest.raises(AnalysisStopped):
        Run(dead).note("asking", 3)  # type: ignore[arg-type]
    claim(row.pk)
    late(row)
    recover_analyses()
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "interrupted")
    assert kinds(row)[1:] == ["analysis.requeued", "analysis.failed"]
    assert row.may_be_retried


def test_a_lost_task_is_asked_for_again(start: Start) -> None:
    row = start()
    DBTaskResult.objects.all().delete()
    assert recover_analyses() == 0
    old = timezone.now() - timedelta(minutes=10)
    InquiryAiGeneration.objects.filter(pk=row.pk).update(updated_at=old)
    assert recover_analyses() == 1
    assert DBTaskResult.objects.count() == 1
    assert recover_analyses() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_it(start: Start) -> None:
    row, got, barrier = start(), list[Any](), threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        try:
            got.append(claim(row.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in got) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_one_gets_the_last_place(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aianalyzer.services.requesting.OPEN_PER_PERSON", 1)
    results, barrier = list[str](), threading.Barrier(3)

    def ask() -> None:
        barrier.wait()
        try:
            start()
            results.append("asked")
        except DomainError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["asked", "throttled", "throttled"]


def test_no_half_written_copy_stays_on_the_disk(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worked(start())
    worked(start(name="rusak.pdf", content=b"%PDF-1.4 nothing"))
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_of_an_inquiry_is_analysed_too(start: Start) -> None:
    content = BytesIO(b"Inquiry: INQ-1\nTitle: LVMDP 3200A 400 V\n").getvalue()
    row = worked(start(name="Inquiry 301.txt", content=content))
    assert row.state == "done"
    assert "LVMDP" in row.content
