"""Outside models through their official clients, against a server that speaks their protocols."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from core.integrations import chat
from core.integrations.anthropic_chat import AnthropicChat
from core.integrations.chat import AnswerPiece, NotInstalled
from core.integrations.errors import Reason, UpstreamError
from core.integrations.openai_chat import OpenAiChat
from core.integrations.tests.conftest import failure
from core.integrations.transaction_guard import SocketInTransaction
from core.integrations.upstreams import AI

KEY = "sk-secret-5521"
MARKER = "prompt-marker-8d1e"
QUICK = replace(AI, connect=0.5, read=0.6, total=3.0, concurrency=1, queue=0.05)
Make = Callable[..., Any]
KINDS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Either protocol."""
    return str(request.param)


@pytest.fixture
def make(box: Any, kind: str) -> Iterator[Make]:
    """A model client of that kind."""
    made: list[Any] = []

    def build(key: str = KEY, **changes: Any) -> Any:
        limits = replace(QUICK, **changes)
        one: Any = (
            OpenAiChat(f"{box.ai.url}/v1", key, limits)
            if kind == "openai"
            else AnthropicChat(box.ai.url, key, limits)
        )
        made.append(one)
        return one

    yield build
    for each in made:
        each.close()


def heard(model: Any, text: str = MARKER) -> list[AnswerPiece]:
    return list(model.ask(model="m1", system="be exact", user=text))


def said(pieces: list[AnswerPiece]) -> str:
    return "".join(piece.text for piece in pieces)


def outcome(model: Any) -> Any:
    """Why it failed, or what was said."""
    try:
        return said(heard(model)) or "nothing"
    except UpstreamError as error:
        return error.reason


def test_it_streams_the_answer_and_counts_tokens(make: Make, box: Any) -> None:
    box.ai.chats.answer = lambda system, user: f"{system}|{user}|" + "panjang " * 20
    pieces = heard(make())
    assert said(pieces).startswith(f"be exact|{MARKER}|panjang")
    assert sum(bool(piece.text) for piece in pieces) > 5
    assert max(piece.tokens_in or 0 for piece in pieces) > 1
    assert max(piece.tokens_out or 0 for piece in pieces) > 10


def test_the_first_piece_comes_before_the_last_is_sent(
    make: Make, box: Any, kind: str
) -> None:
    box.ai.chats.answer = lambda _system, _user: "x" * 400
    fault = box.ai.faults.set(KINDS[kind], "slow", 0.0005)
    stream = make(read=5, total=60).ask(model="m", system="s", user="u")
    first = next(piece for piece in stream if piece.text)
    assert first.text.startswith("x")
    assert not fault.lifted.is_set()
    fault.lifted.set()
    stream.close()


def test_only_this_model_and_these_messages_are_sent(make: Make, box: Any) -> None:
    heard(make())
    sent = box.ai.calls[-1].json()
    assert sent["model"] == "m1"
    assert sent["stream"] is True
    assert "tools" not in sent
    assert json.dumps(sent).count(MARKER) == 1


@pytest.mark.parametrize(
    ("fault", "value", "reason"),
    [
        ("status", 400, Reason.REFUSED),
        ("status", 500, Reason.REFUSED),
        ("status", 429, Reason.REFUSED),
        ("garbage", None, None),
        ("html", None, None),
        ("empty", None, None),
        ("truncated", None, None),
        ("reset", None, Reason.UNREACHABLE),
        ("refuse", None, Reason.UNREACHABLE),
        ("half_open", None, Reason.TIMEOUT),
        ("redirect", None, Reason.REFUSED),
    ],
)
def test_whatever_goes_wrong_is_our_error_or_an_empty_answer(
    fault: str, value: Any, reason: Reason | None, make: Make, box: Any, kind: str
) -> None:
    box.ai.faults.set(KINDS[kind], fault, value)
    model = make()
    if reason is None:
        assert outcome(model) in {Reason.INVALID, Reason.UNREACHABLE, "nothing"} or (
            fault == "truncated"
        )
        return
    assert failure(lambda: heard(model)).reason is reason


def test_an_endless_answer_is_cut(make: Make, box: Any) -> None:
    box.ai.chats.answer = lambda _system, _user: "x" * (chat.CHARACTERS + 100)
    assert failure(lambda: heard(make(read=5, total=30))).reason is Reason.TOO_BIG


def test_the_whole_time_is_limited_not_only_the_silence(
    make: Make, box: Any, kind: str
) -> None:
    box.ai.chats.answer = lambda _system, _user: "y" * 3_000
    box.ai.faults.set(KINDS[kind], "slow", 0.001)
    assert failure(lambda: heard(make(read=5, total=0.5))).reason is Reason.TIMEOUT


def test_a_second_question_at_once_is_told_to_wait(make: Make, box: Any) -> None:
    release = threading.Event()

    def slow(_system: str, _user: str) -> str:
        release.wait(5)
        return "done"

    box.ai.chats.answer = slow
    model = make(read=10, total=20)
    answers: list[str] = []
    first = threading.Thread(target=lambda: answers.append(said(heard(model))))
    first.start()
    while not box.ai.calls:
        threading.Event().wait(0.005)
    assert failure(lambda: heard(model)).reason is Reason.BUSY
    release.set()
    first.join()
    assert answers == ["done"]


def test_a_sick_model_is_left_alone_for_a_while(
    make: Make, box: Any, kind: str
) -> None:
    box.ai.faults.set(KINDS[kind], "reset")
    model = make()
    for _turn in range(3):
        failure(lambda: heard(model))
    calls = len(box.ai.calls)
    assert failure(lambda: heard(model)).reason is Reason.OPEN
    assert len(box.ai.calls) == calls


def test_who_stops_listening_does_not_open_the_breaker(make: Make, box: Any) -> None:
    model = make()
    for _turn in range(5):
        stream = model.ask(model="m", system="s", user="u")
        next(stream)
        stream.close()
    assert said(heard(model))


def test_neither_key_nor_prompt_nor_answer_is_told_to_anybody(
    make: Make, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    box.ai.chats.keys = {"another"}
    try:
        error = failure(lambda: heard(make()))
        box.ai.chats.keys = None
        heard(make())
        logging.getLogger("test").debug("control-%s", "line")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert (error.reason, error.status) == (Reason.REFUSED, 401)
    told = f"{error!r} {error.__context__!r} {error.__cause__!r} {stream.getvalue()}"
    assert KEY not in told
    assert MARKER not in told
    assert "control-line" in told  # the net catches what is logged


def test_without_the_client_installed_it_says_so(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(NotInstalled):
        heard(make())


@pytest.mark.django_db
def test_no_model_is_asked_inside_a_transaction(make: Make, box: Any) -> None:
    with transaction.atomic(), pytest.raises(SocketInTransaction):
        heard(make())
    assert not box.ai.calls
