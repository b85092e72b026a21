"""The switches over HTTP, and the news that PPIC sends."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest

from sandbox.messages import Call, Reply, json_reply
from sandbox.server import Sandbox
from sandbox.tests.wire import ask, get
from sandbox.upstream import Routes, Upstream

FAULTS = "/__sandbox__/faults"
HOOK = "/hooks/ppic/bom-changed"


class Ems(Upstream):
    """Stands where the EMS would, to hear PPIC."""

    name = "ems"

    def routes(self) -> Routes:
        """Return the webhook alone."""
        return {("POST", HOOK): self._hear}

    def _hear(self, _call: Call) -> Reply:
        return json_reply({}, 202)


@pytest.fixture
def ems() -> Iterator[Ems]:
    """Listen for webhooks."""
    server = Ems().start()
    yield server
    server.stop()


def test_faults_are_set_listed_and_cleared(box: Sandbox) -> None:
    rows = [
        {"path": "/ext-items", "kind": "status", "value": 503, "times": 2},
        {"path": "/jobs", "kind": "latency", "value": 0.0, "times": None},
    ]
    answer = ask(box.ppic, "POST", FAULTS, rows).json()
    assert [row["kind"] for row in answer] == ["status", "latency"]
    assert get(box.ppic, "/ext-items").status == 503
    assert get(box.ppic, FAULTS).json()[0]["times"] == 1
    assert ask(box.ppic, "DELETE", FAULTS).json() == []
    assert get(box.ppic, "/ext-items").status == 200


def test_a_spent_fault_is_no_longer_listed(box: Sandbox) -> None:
    fault = {"path": "/ext-items", "kind": "empty", "times": 1}
    ask(box.ppic, "POST", FAULTS, fault)
    get(box.ppic, "/ext-items")
    assert get(box.ppic, FAULTS).json() == []


@pytest.mark.parametrize(
    "fault",
    [{"path": "/", "kind": "gremlins"}, {"kind": "empty"}, {"path": "/", "what": 1}],
)
def test_a_wrong_fault_is_400_and_sets_nothing(
    box: Sandbox, fault: dict[str, object]
) -> None:
    good = {"path": "/", "kind": "empty"}
    assert ask(box.ppic, "POST", FAULTS, [good, fault]).status == 400
    assert box.ppic.faults.active() == []


def test_a_refusing_server_is_reached_through_a_sibling(box: Sandbox) -> None:
    ask(box.ppic, "POST", FAULTS, {"path": "/", "kind": "refuse"})
    with pytest.raises(ConnectionRefusedError):
        get(box.ppic, "/ext-items")
    assert ask(box.crm, "DELETE", f"{FAULTS}?server=ppic").status == 200
    assert get(box.ppic, "/ext-items").status == 200
    assert ask(box.crm, "DELETE", f"{FAULTS}?server=none").status == 400


def test_calls_are_recorded_with_all_they_said(box: Sandbox) -> None:
    before = time.time()
    headers = {"X-Trace": "t1"}
    ask(box.ppic, "POST", "/snapshot-bom/700?b=&a=1", {"digest": "d"}, headers)
    (call,) = box.ppic.calls
    assert (call.method, call.path) == ("POST", "/snapshot-bom/700")
    assert call.query == {"a": "1", "b": ""}
    assert call.headers["x-trace"] == "t1"
    assert call.body == b'{"digest": "d"}'
    assert before <= call.time <= time.time()


def test_calls_are_listed_without_the_control_itself(box: Sandbox) -> None:
    get(box.ppic, "/ext-items")
    rows = get(box.ppic, "/__sandbox__/calls").json()
    assert [(row["method"], row["path"]) for row in rows] == [("GET", "/ext-items")]


def test_a_reset_forgets_everything(box: Sandbox) -> None:
    ask(box.ppic, "POST", "/snapshot-bom/700", {})
    box.ppic.change_bom("700", {"children": []})
    box.ppic.faults.set("/", "empty")
    assert ask(box.ppic, "POST", "/__sandbox__/reset").status == 200
    assert box.ppic.calls == []
    assert box.ppic.snapshots.receipts == []
    assert box.ppic.boms["700"]["children"]
    assert get(box.ppic, "/ext-items").body


def test_a_bom_is_changed(box: Sandbox) -> None:
    children = [{"extItemId": "1001", "qty": 2.0}]
    path = "/__sandbox__/boms/700"
    answer = ask(box.ppic, "POST", path, {"children": children}).json()
    assert answer["bom"]["children"] == children
    bom = get(box.ppic, "/bomleveleds-proto-detailed/700").json()
    assert bom["children"] == children
    assert bom["name"].endswith("r1")


def test_an_unknown_bom_is_a_new_one(box: Sandbox) -> None:
    path = "/__sandbox__/boms/9000"
    ask(box.ppic, "POST", path, {"name": "BOM X r1", "children": []})
    rows = get(box.ppic, "/bomleveleds-proto-simple").json()["bomLeveleds"]
    assert rows[-1]["name"] == "BOM X r1"


def test_a_changed_bom_is_announced_and_signed(box: Sandbox, ems: Ems) -> None:
    hook = {"url": ems.url, "secret": "s3", "picIds": [7, 12]}
    change = {"children": [], "hook": hook}
    answer = ask(box.ppic, "POST", "/__sandbox__/boms/700", change).json()
    (call,) = ems.calls
    event, stamp = json.loads(call.body), call.headers["x-ems-timestamp"]
    signed = stamp.encode() + b"." + call.body
    wanted = hmac.digest(b"s3", signed, hashlib.sha256).hex()
    assert call.path == HOOK
    assert call.headers["x-ems-signature"] == wanted
    assert abs(int(stamp) - time.time()) < 5
    assert set(event) == {"eventId", "extBomLeveledId", "picIds", "occurredAt"}
    assert (event["extBomLeveledId"], event["picIds"]) == ("700", [7, 12])
    assert answer["hook"] == {"eventId": event["eventId"], "status": 202}
    assert "hook" not in answer["bom"]


def test_an_announcement_can_be_repeated_and_late(box: Sandbox, ems: Ems) -> None:
    hook = {"url": ems.url + HOOK, "secret": "s", "eventId": "e1", "timestamp": 5}
    for _ in range(2):
        ask(box.ppic, "POST", "/__sandbox__/boms/700", {"hook": hook})
    assert [json.loads(call.body)["eventId"] for call in ems.calls] == ["e1", "e1"]
    assert {call.headers["x-ems-timestamp"] for call in ems.calls} == {"5"}


def test_an_ems_that_is_away_is_reported(box: Sandbox, ems: Ems) -> None:
    ems.faults.set("/", "refuse")
    hook = {"url": ems.url, "secret": "s"}
    answer = ask(box.ppic, "POST", "/__sandbox__/boms/700", {"hook": hook})
    assert answer.status == 200
    assert "refused" in answer.json()["hook"]["error"]
