"""A parameter that is there and empty says nothing, on every path of the OpenAPI document."""

from typing import Any
from urllib.parse import urlencode

from tests.contract.paths import PATHS, Given, sent
from tests.contract.test_golden import tamed
from tests.contract.test_paths import document, made, operation
from tests.contract.world import World, undone
from tests.people import Caller, content_of, told

__all__ = ["document", "made"]
AT_LEAST = 25  # paths with parameters; fewer would mean that none was read


def parameters(document: dict[str, Any], given: Given) -> list[str]:
    """The names of an operation's query parameters."""
    listed = operation(document, given).get("parameters", [])
    return [each["name"] for each in listed if each["in"] == "query"]


def answered(world: World, caller: Caller, given: Given, query: str) -> Any:
    """Status and body of the example call with that query."""
    path = world.path(given.path)
    body, kind = sent(given, world.ids)
    with undone():
        answer = caller.call(
            given.method, f"{path}?{query}" if query else path, body, None, kind
        )
        # What is written gets another id each time: a rollback gives no number back.
        is_read = given.method == "GET" and bool(content_of(answer))
        is_json = is_read and "json" in answer.get("Content-Type", "")
        return answer.status_code, tamed(told(answer)) if is_json else None


def test_an_empty_parameter_is_as_none(world: World, document: dict[str, Any]) -> None:
    count = 0
    for given in PATHS:
        names = parameters(document, given)
        if not names:
            continue
        count += 1
        caller = world.cast.api(given.by)
        plain = answered(world, caller, given, "")
        for query in [
            *(f"{name}=" for name in names),
            "&".join(f"{n}=" for n in names),
        ]:
            found = answered(world, caller, given, query)
            assert found == plain, f"{given.method} {given.path}?{query}"
    assert count >= AT_LEAST


def test_nonsense_in_a_parameter_would_be_seen(
    world: World, document: dict[str, Any]
) -> None:
    """The comparison can fail: a parameter that says something is not as none."""
    given = next(each for each in PATHS if each.name == "changes")
    caller = world.cast.api(given.by)
    query = urlencode({"limit": 1})
    assert answered(world, caller, given, query) != answered(world, caller, given, "")
