"""The API's own document, turned into input by a fuzzer; bounded for every run."""

import copy
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode

from core.accounts.api import UserRolesEndpoint
from tests.contract.world import World, make_world, undone
from tests.people import Caller, Cast, content_of, told

EXAMPLES = 25
CHECK_NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(cast: Cast) -> World:
    """Something to find, to change and to break."""
    return make_world(cast)


def document_of(caller: Caller) -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    return dict(told(caller.call("GET", "/api/schema?format=json")))


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """Every operation of the document, with good and with bad input."""
    schema = schemathesis.openapi.from_dict(document)
    found: list[Any] = list(schema.get_all_operations())
    for result in found:
        yield result.ok()


def checks() -> list[Any]:
    """No crash, and nothing that the document does not promise."""
    return [CHECKS.get_one(name) for name in CHECK_NAMES]


def send(caller: Caller, case: Any) -> Response:
    """Make the call that the fuzzer thought of."""
    # By name: only core/integrations/ may speak HTTP to other systems, and nothing is sent.
    make: Any = importlib.import_module("requests").Request
    sent = make(**case.as_transport_kwargs(base_url="http://testserver"))
    ready = sent.prepare()
    headers = {k: _text(v) for k, v in ready.headers.items() if k != "Content-Length"}
    kind = headers.pop("Content-Type", "")
    body = ready.body.encode() if isinstance(ready.body, str) else ready.body
    answer = caller.call(
        str(ready.method),
        str(ready.url).removeprefix("http://testserver"),
        body or None,
        headers,
        kind,
    )
    return Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.headers.items()},
        content=content_of(answer),
        request=ready,
        elapsed=0.0,
        verify=False,
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def fuzz(caller: Caller, operation: Any) -> None:
    """Try it with so many examples, each taken back."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(*[operation.as_strategy(generation_mode=mode) for mode in modes])

    @BOUNDED
    @given(cases)
    def attempt(case: Any) -> None:
        with undone():
            case.validate_response(send(caller, case), checks=checks())

    attempt()


@pytest.mark.slow
def test_no_input_breaks_the_api_or_its_document(world: World) -> None:
    caller = world.cast.api("admin", strict=False)
    found = []
    for operation in operations(document_of(caller)):
        try:
            fuzz(caller, operation)
        except FailureGroup as failure:
            found.append(f"{operation.label}: {failure}")
    assert not found, "\n\n".join(found)


def test_a_crash_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRolesEndpoint, "get", lambda *_: 1 / 0)
    caller = world.cast.api("admin", strict=False)
    (planted,) = [
        each
        for each in operations(document_of(caller))
        if each.path == "/api/userroles" and each.method.upper() == "GET"
    ]
    with pytest.raises(FailureGroup, match="Server error"):
        fuzz(caller, planted)


def test_a_broken_promise_would_be_seen(world: World) -> None:
    caller = world.cast.api("admin", strict=False)
    document = copy.deepcopy(document_of(caller))
    shape = document["components"]["schemas"]["UserRole"]["properties"]
    shape["userId"] = {"type": "string"}
    (spoiled,) = [
        each
        for each in operations(document)
        if each.path == "/api/userroles" and each.method.upper() == "GET"
    ]
    with pytest.raises(FailureGroup, match="schema"):
        fuzz(caller, spoiled)
