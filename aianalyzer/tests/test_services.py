"""The verbs: asked, worked on, cancelled, retried, and what a dead worker leaves behind."""

import subprocess
import threading
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.wording import failure_sentence
from aianalyzer.services import (
    analyse,
    retry_analysis,
    run_analysis,
)
from aianalyzer.services import execution as running_module
from aianalyzer.services.offline import offline_lines
from aianalyzer.services.run_state import Failure
from aianalyzer.tests.conftest import TENDER, Start, kinds, refusal, worked
from core.accounts.models import User
from tests import papers

LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
pytestmark = pytest.mark.django_db


# --- Asking ----------------------------------------------------------------------


def test_it_waits_with_its_file_digest_and_task(start: Start, agus: User) -> None:
    row = start(ext_inquiry_id=301, subject="INQ-1 · LVMDP")
    assert (row.state, row.provider, row.model) == ("queued", "offline", "offline")
    assert (row.asked_by, row.ext_inquiry_id, len(row.sha256)) == (agus, 301, 64)
    with default_storage.open(row.stored_name) as kept:
        assert kept.read() == TENDER
    task = DBTaskResult.objects.get()
    assert (task.queue_name, task.args_kwargs["kwargs"]) == (
        "analysis",
        {"generation_id": row.pk},
    )
    assert kinds(row) == ["analysis.asked"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "tender.exe"}, "unsupported_type"),
        ({"name": "tender.zip"}, "unsupported_type"),
        ({"name": "tender.png"}, "unsupported_type"),
        ({"name": "../../etc/passwd"}, "unsupported_type"),
        ({"content": b""}, "invalid"),
        ({"content": b"<html>"}, "unsupported_type"),
        ({"name": "bom.xlsx", "content": papers.bomb()}, "archive_limits"),
        ({"name": "kunci.docx", "content": LOCKED}, "unsupported_type"),
        ({"model": "gpt-9"}, "invalid"),
        ({"document_class": "secret"}, "invalid"),
        ({"language": "xx"}, "invalid"),
    ],
)
def test_what_cannot_be_analysed_is_refused_and_leaves_nothing(
    changes: dict[str, Any], code: str, start: Start, settings: Any
) -> None:
    assert refusal(lambda: start(**changes)).code == code
    assert not InquiryAiGeneration.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_file_that_is_too_large_is_refused(start: Start, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 100
    assert refusal(start).code == "too_large"


def test_a_refusal_after_storing_takes_the_file_away(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    original = default_storage.save

    def save(name: str, content: Any) -> str:
        kept.append(original(name, content))
        return kept[-1]

    monkeypatch.setattr(default_storage, "save", save)
    monkeypatch.setattr("aianalyzer.services.requesting.OPEN_PER_PERSON", 0)
    assert refusal(start).code == "throttled"
    assert kept
    assert not default_storage.exists(kept[0])


def test_nobody_fills_the_queue_alone(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aianalyzer.services.requesting.OPEN_PER_PERSON", 2)
    start()
    worked(start())
    start()
    error = refusal(start)
    assert (error.code, error.retry_after) == ("throttled", 60)


@pytest.mark.parametrize(
    ("document_class", "is_allowed"),
    [("public", True), ("internal", True), ("confidential", False)],
)
def test_a_document_goes_only_where_its_class_allows(
    document_class: str, is_allowed: bool, start: Start, chat: Any, sandbox: Any
) -> None:
    if is_allowed:
        assert (
            start(model="openai:m1", document_class=document_class).provider == "openai"
        )
    else:
        error = refusal(lambda: start(model="m1", document_class=document_class))
        assert error.code == "forbidden"
        assert "m1" in error.sentence
    assert not sandbox.ai.calls


def test_a_provider_that_is_not_configured_cannot_be_chosen(start: Start) -> None:
    assert refusal(lambda: start(model="openai:m1")).code == "invalid"


def test_the_paid_analyses_of_a_day_are_counted(
    start: Start, chat: Any, settings: Any, hendi: User
) -> None:
    settings.AI_DAILY_PER_PERSON, settings.AI_DAILY_TOTAL = 2, 3
    start(model="m1")
    start(model="m1")
    assert refusal(lambda: start(model="m1")).code == "throttled"
    start(model="offline")
    start(by=hendi, model="m2")
    error = refusal(lambda: start(by=hendi, model="m2"))
    assert error.code == "unavailable"
    assert 0 < (error.retry_after or 0) <= 24 * 3600


# --- The work ----------------------------------------------------------------------


def test_the_offline_analyzer_answers_with_sources_that_are_there(
    analysed: Start,
) -> None:
    row = analysed()
    assert (row.state, row.progress, row.language, row.page_count) == (
        "done",
        100,
        "id",
        2,
    )
    assert "400/230 V AC" in row.content
    assert {fact["kind"] for fact in row.facts} >= {
        "voltage",
        "ip",
        "short_circuit",
        "date",
    }
    assert row.citations
    assert {each["state"] for each in row.citations} == {"found"}
    assert row.word_count > 50
    assert (row.duration_ms or 0) > 0
    assert row.lease_until is None
    assert [page.number for page in row.pages.all()] == [1, 2]
    assert kinds(row) == ["analysis.asked", "analysis.done"]


def test_an_answer_comes_in_the_language_that_was_asked_for(analysed: Start) -> None:
    with translation.override("en"):
        indonesian, english = analysed(language="id"), analysed(language="en")
    assert "## Key facts" in english.content
    assert "## Key facts" not in indonesian.content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("kunci.pdf", papers.locked_pdf(), "encrypted"),
        ("rusak.pdf", b"%PDF-1.4\n" + b"\x00\xff" * 400, "broken"),
        ("kosong.pdf", papers.pdf([""]), "empty"),
    ],
)
def test_a_bad_document_ends_failed_with_a_sentence_and_can_be_retried(
    name: str, content: bytes, code: str, start: Start, settings: Any
) -> None:
    row = worked(start(name=name, content=content))
    assert row.state == "failed"
    assert row.failure in {code, "nothing"}
    assert len(failure_sentence(row)) > 20
    assert row.may_be_retried
    assert kinds(row)[-1] == "analysis.failed"
    assert row.asked_by
    again = retry_analysis(generation_id=row.pk, by=row.asked_by)
    assert worked(again).state == "failed"


def test_a_file_that_is_gone_is_told(start: Start) -> None:
    row = start()
    default_storage.delete(row.stored_name)
    assert worked(row).failure == "file_missing"


def test_a_second_task_for_the_same_analysis_does_nothing(start: Start) -> None:
    row = worked(start())
    assert run_analysis(generation_id=row.pk) is None
    assert run_analysis(generation_id=999_999) is None
    assert kinds(row).count("analysis.done") == 1


def test_the_task_is_what_the_worker_calls(start: Start) -> None:
    row = start()
    analyse.call(generation_id=row.pk)
    row.refresh_from_db()
    assert row.state == "done"


def test_a_fault_of_ours_fails_the_analysis_and_not_the_worker(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError("the document's words")

    monkeypatch.setattr(running_module, "extract", broken)
    row = worked(start())
    assert (row.state, row.failure) == ("failed", "internal")


def test_a_class_that_was_narrowed_meanwhile_stops_the_document(
    start: Start, chat: Any, settings: Any, sandbox: Any
) -> None:
    row = start(model="m1")
    settings.AI_CLASSES = settings.AI_CLASSES | {"internal": []}
    assert worked(row).failure == "not_allowed"
    assert not sandbox.ai.calls


# --- The child process ---------------------------------------------------------------


def test_the_offline_analyzer_runs_in_a_process_that_is_ended_in_time() -> None:
    pages = dict.fromkeys(range(400), "kata kerja panel listrik tegangan arus. " * 3000)
    with pytest.raises(Failure) as caught:
        list(offline_lines(pages, seconds=1))
    assert caught.value.code == "limits"


def test_it_is_ended_when_it_takes_too_much_memory() -> None:
    pages = {
        n: f"Panel nomor {n} memakai busbar tembaga berlapis timah. " * 2000
        for n in range(200)
    }
    with pytest.raises(Failure) as caught:
        list(offline_lines(pages, memory=24 << 20))
    assert caught.value.code == "limits"


def test_nothing_is_left_when_somebody_stops_listening() -> None:
    before = set(threading.enumerate())
    stream = offline_lines({1: "Tegangan 400 V AC.\nIP 54 untuk panel."})
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    mine = set(threading.enumerate()) - before
    for timer in (each for each in mine if isinstance(each, threading.Timer)):
        timer.join(5)  # cancelled, it ends as soon as it gets the processor
        assert not timer.is_alive()


def test_the_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    original = subprocess.Popen

    def popen(*args: Any, **kwargs: Any) -> Any:
        seen.update(kwargs["env"])
        return original(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", popen)
    list(offline_lines({1: "IP 54"}))
    assert not {"SECRET_KEY", "DATABASE_URL", "AI_API_KEY"} & set(seen)
