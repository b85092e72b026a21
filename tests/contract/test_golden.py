"""Every documented path answers as it did when its answer was last looked at."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.contract.paths import PATHS, Given, sent
from tests.contract.world import World, undone
from tests.people import Caller, content_of, told

GOLDEN = Path(__file__).parent / "golden"
KEPT = ("Content-Type", "ETag", "Link", "Location", "X-Total-Count", "X-Data-Stale")
TOKEN = re.compile(r"^[\w-]+\.[\w-]+\.[\w-]+$")
STORED = re.compile(r"^[0-9a-f]{32}\.\w+$")
SHOWN = 2


def ask(world: World, caller: Caller, given: Given, *, slash: bool = False) -> Any:
    """Make the example call."""
    path, _mark, query = world.path(given.url).partition("?")
    path += "/" if slash else ""
    body, kind = sent(given, world.ids)
    return caller.call(
        given.method,
        f"{path}?{query}" if query else path,
        body,
        {"Accept-Language": "en"},
        kind,
    )


def tamed(value: Any, name: str = "") -> Any:
    """The value without what differs from run to run, long lists cut short."""
    if isinstance(value, dict):
        return {key: tamed(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        rest = [f"… {len(value) - SHOWN} more"] if len(value) > 2 * SHOWN + 8 else []
        return [tamed(each) for each in (value[:SHOWN] if rest else value)] + rest
    if name == "requestId":
        return "<request id>"
    return _tamed_text(value) if isinstance(value, str) else value


def _tamed_text(value: str) -> str:
    if len(value) > 60 and TOKEN.match(value):
        return "<token>"
    return "<stored name>" if STORED.match(value) else value


def seen(given: Given, answer: Any) -> dict[str, Any]:
    """What is kept of an answer."""
    headers = {name: answer[name] for name in KEPT if answer.has_header(name)}
    if not given.is_json:
        headers["Content-Disposition"] = answer["Content-Disposition"]
        return {"status": answer.status_code, "headers": headers}
    body = tamed(told(answer))
    return {"status": answer.status_code, "headers": headers, "body": body}


@pytest.mark.parametrize("given", PATHS, ids=lambda given: given.name)
def test_it_answers_as_before(
    given: Given, world: World, request: pytest.FixtureRequest
) -> None:
    caller = world.cast.api(given.by)
    with undone():
        found = seen(given, ask(world, caller, given))
    file = GOLDEN / f"{given.name}.json"
    if request.config.getoption("--update-golden", default=False):
        text = json.dumps(found, indent=1, ensure_ascii=False)
        file.write_text(f"{text}\n", encoding="utf-8")
    assert found == json.loads(file.read_text(encoding="utf-8"))
    assert found["status"] == given.status


def unpacked(body: bytes) -> bytes | dict[str, bytes]:
    """The parts of an Excel file, which also holds when its parts were written; else the body itself."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("given", PATHS, ids=lambda given: given.name)
def test_it_answers_the_same_with_a_trailing_slash(given: Given, world: World) -> None:
    caller = world.cast.api(given.by)
    with undone():
        plain = ask(world, caller, given)
        body = content_of(plain)
    with undone():
        slashed = ask(world, caller, given, slash=True)
        # A refusal names its request.
        if given.method == "GET" and given.status == 200 and "Link" not in plain:
            assert unpacked(content_of(slashed)) == unpacked(body)
    assert slashed.status_code == plain.status_code == given.status


def test_there_is_no_golden_file_without_its_path() -> None:
    names = {file.stem for file in GOLDEN.glob("*.json")}
    assert names == {given.name for given in PATHS}


def test_a_changed_answer_would_be_seen() -> None:
    kept = json.loads((GOLDEN / "change.json").read_text(encoding="utf-8"))
    spoiled = json.loads(json.dumps(kept).replace("extPurchaseOrderId", "poId"))
    assert tamed(spoiled) != kept
