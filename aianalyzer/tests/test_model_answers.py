"""Answers of models in every form: by a schema, line by line, in free words, without any; and models on offer."""

import json
from typing import Any

import pytest

from aianalyzer.queries import models_on_offer
from aianalyzer.queries.record import answer_html
from aianalyzer.queries.sources import sources_of
from aianalyzer.queries.start_checks import clients_are_installed
from aianalyzer.queries.wording import failure_sentence
from aianalyzer.tests.conftest import Start, refusal, worked
from core.accounts.models import User

pytestmark = pytest.mark.django_db
MARKER = "rahasia-8d1e55"


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


GOOD = lines(
    {
        "kind": "fact",
        "name": "voltage",
        "text": "400/230 V AC",
        "page": 1,
        "quote": "Tegangan sistem 400/230 V AC",
    },
    {
        "kind": "fact",
        "name": "current",
        "text": "6300 A",
        "page": 1,
        "quote": "LVMDP-A 6300 A",
    },
    {
        "kind": "point",
        "text": "Busbar dari tembaga.",
        "page": 1,
        "quote": "Busbar utama dibuat dari tembaga",
    },
    {"kind": "point", "text": "Tanpa sumber."},
    {"kind": "question", "text": "Merek ACB?"},
)


@pytest.mark.parametrize("answer", ["", "OK.", "<html>", "[1, 2]", "{" * 9000])
def test_an_answer_without_words_fails(
    answer: str, analysed: Start, chat: Any, sandbox: Any
) -> None:
    chat.answer = lambda _system, _user: answer
    row = analysed(model="m1")
    assert (row.state, row.failure) == ("failed", "no_answer")
    assert row.content == ""
    assert len(sandbox.ai.calls) == 1  # nothing to put right


FREE = f"""# Ringkasan

- Tegangan sistem 400/230 V AC, 50 Hz.
- Trafo 1600 kVA disediakan pemilik.
<script>alert(1)</script> {MARKER}

| Panel | Icw |
|---|---|
| LVMDP | 50 kA / 1 detik |
"""


@pytest.mark.parametrize("answer", [FREE, f"```markdown\n{FREE}\n```"])
@pytest.mark.parametrize("model", ["openai:m1", "anthropic:claude-x"])
def test_an_answer_in_markdown_is_shown_and_each_line_is_compared(
    answer: str, model: str, analysed: Start, chat: Any, settings: Any, sandbox: Any
) -> None:
    settings.AI_ANTHROPIC_URL, settings.AI_ANTHROPIC_KEY = sandbox.ai.url, "key-1"
    settings.AI_ANTHROPIC_MODELS = ["claude-x"]
    chat.answer = lambda _system, _user: answer
    row = analysed(model=model, document_class="public")
    assert row.state == "done"
    assert len(sandbox.ai.calls) == 2  # asked once for the form, not twice
    assert row.content.startswith("# Ringkasan")
    assert [each["state"] for each in row.citations] == [
        "found",
        "missing",
        "missing",
        "found",
    ]
    html = answer_html(row, sources_of(row))
    assert "<script" not in html
    assert html.count('class="cite missing"') == 2
    assert html.count('class="cite found"') == 2
    assert len(row.notes) == 1  # that it came in free words


def test_one_question_puts_the_form_right(
    analysed: Start, chat: Any, sandbox: Any
) -> None:
    chat.answer = lambda _system, user: GOOD if "not in the form" in user else FREE
    row = analysed(model="m1")
    assert row.state == "done"
    assert len(row.facts) == 2
    assert MARKER not in row.content
    first, second = (call.json()["messages"] for call in sandbox.ai.calls)
    assert [each["role"] for each in second] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert second[:2] == first
    assert (row.tokens_in or 0) > 2 * len(str(first)) // 5


def test_a_free_answer_survives_a_fault_of_the_second_question(
    analysed: Start, chat: Any, sandbox: Any
) -> None:
    def answer(_system: str, _user: str) -> str:
        sandbox.ai.faults.set("/v1/chat/completions", "status", 500)
        return FREE

    chat.answer = answer
    row = analysed(model="m1")
    assert (row.state, row.failure) == ("done", "")
    assert row.content.startswith("# Ringkasan")


@pytest.mark.parametrize("is_cut", [True, None])
def test_a_free_answer_that_is_cut_fails(
    analysed: Start, chat: Any, *, is_cut: bool | None
) -> None:
    chat.answer, chat.is_cut = lambda _system, _user: FREE, is_cut
    row = analysed(model="m1")
    assert (row.state, row.failure, row.content) == ("failed", "cut", "")
    assert len(failure_sentence(row)) > 30


@pytest.mark.parametrize("model", ["openai:m1", "anthropic:claude-x"])
def test_the_form_is_asked_for_as_a_schema_where_that_is_offered(
    model: str, analysed: Start, chat: Any, settings: Any, sandbox: Any
) -> None:
    settings.AI_ANTHROPIC_URL, settings.AI_ANTHROPIC_KEY = sandbox.ai.url, "key-1"
    settings.AI_ANTHROPIC_MODELS = ["claude-x"]
    asked = analysed(model=model, document_class="public")
    chat.has_schemas = False
    for _turn in range(2):
        other = analysed(model=model, document_class="public")
        assert other.citations == asked.citations
    kept_to = [
        bool({"response_format", "output_config"} & set(call.json()))
        for call in sandbox.ai.calls
    ]
    # With, refused and without, and from then on without.
    assert kept_to == [True, True, False, False]


def test_a_model_without_its_client_is_said_and_not_offered(
    start: Start, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = start(model="openai:m1")
    assert clients_are_installed() == []
    monkeypatch.setattr(models_on_offer, "is_installed", lambda name: name != "openai")
    assert {each.provider for each in models_on_offer.choices()} == {
        "offline",
        "estimator",
    }
    (said,) = clients_are_installed()
    assert "openai" in said.msg
    assert "requirements-ai.lock" in (said.hint or "")
    assert refusal(lambda: start(model="openai:m1")).code == "invalid"
    assert worked(waiting).failure == "not_installed"


def test_the_worker_asks_the_history_of_the_class_again(
    start: Start, chat: Any, budi: User, sandbox: Any
) -> None:
    waiting = start(model="openai:m1")
    start(by=budi, document_class="confidential")
    assert worked(waiting).failure == "not_allowed"
    assert not sandbox.ai.calls
