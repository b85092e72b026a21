"""The estimator's answer, and the meeting server's directory and templates."""

import base64
import json
import time
from typing import Any

import pytest

from core.integrations.ai import Estimator
from core.integrations.errors import Reason, UpstreamError
from core.integrations.meeting import Meeting, _templates
from core.integrations.tests.conftest import TIMES, MakeClient

PATH = "/process_pdf"


@pytest.fixture
def estimator(box: Any, make_client: MakeClient) -> Estimator:
    """The estimator, quickly impatient, asked again after 429 and 503."""
    posts = frozenset({429, 503})
    return Estimator(make_client(box.ai.url, retries=1, retried_posts=posts))


def test_it_sends_the_file_and_returns_the_markdown(
    estimator: Estimator, box: Any
) -> None:
    assert estimator.process_pdf(b"%PDF-1", "gpt4").startswith("#")
    assert box.ai.calls[0].json() == {
        "file": base64.b64encode(b"%PDF-1").decode(),
        "option_type": 1,
        "model": "gpt4",
    }


@pytest.mark.parametrize("status", [429, 503])
def test_it_asks_again_when_nothing_was_done(
    status: int, estimator: Estimator, box: Any
) -> None:
    box.ai.faults.set(PATH, "status", status, times=1)
    assert estimator.process_pdf(b"x", "claude")
    assert len(box.ai.calls) == 2


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("status", 500, Reason.REFUSED),
        ("status", 401, Reason.REFUSED),
        ("status", 202, Reason.INVALID),
        ("drop_after_effect", None, Reason.UNREACHABLE),
        ("half_open", None, Reason.TIMEOUT),
        ("html", None, Reason.INVALID),
        ("huge", None, Reason.TOO_BIG),
    ],
)
def test_it_asks_only_once_otherwise(
    kind: str, value: Any, reason: Reason, estimator: Estimator, box: Any
) -> None:
    box.ai.faults.set(PATH, kind, value)
    began = time.monotonic()
    with pytest.raises(UpstreamError) as caught:
        estimator.process_pdf(b"x", "gpt4")
    assert caught.value.reason is reason
    assert time.monotonic() - began < 1.0
    assert len(box.ai.calls) == 1


@pytest.mark.parametrize(
    "body",
    [{"results": []}, {"results": [" "]}, {"results": [5]}, {"results": None}, []],
)
def test_a_blank_result_is_an_error(
    body: Any, estimator: Estimator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = type("Answer", (), {"status": 200, "body": json.dumps(body).encode()})
    monkeypatch.setattr(estimator._client, "ask_whole", lambda *_args, **_kw: answer)
    with pytest.raises(UpstreamError) as caught:
        estimator.process_pdf(b"x", "gpt4")
    assert caught.value.reason is Reason.INVALID


def test_the_meeting_server_knows_more_of_people(
    box: Any, make_client: MakeClient
) -> None:
    meeting = Meeting(make_client(box.meeting.url), TIMES)
    rina = meeting.people().value[3]
    assert (rina.is_head, rina.department_name is not None) == (True, True)
    assert meeting.departments().value[4].name
    assert meeting.templates().value[0].items[0].working_minutes > 0


def test_a_wrong_item_costs_only_itself() -> None:
    template = {
        "name": "T",
        "items": [{"name": ""}, {"name": "Draw", "workingMins": "90"}],
    }
    body = json.dumps(
        {"templates": [template, {"name": "Bare"}, {"items": []}]}
    ).encode()
    parsed = _templates(body)
    assert [(t.name, len(t.items)) for t in parsed.value] == [("T", 1), ("Bare", 0)]
    assert parsed.set_aside == 1
