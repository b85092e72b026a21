"""The table of paths, the URLconf and the OpenAPI document say the same."""

from typing import Any

import pytest
from django.urls import resolve

from ems.views import unknown
from tests.contract.paths import ABOUT, HOOK, PATHS, Given
from tests.contract.routes import Route, routes, shape
from tests.people import Cast, told

BODILESS = {204}
BODY_METHODS = {"POST", "PUT"}


@pytest.fixture
def document(cast: Cast, made: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document as an integrator gets it: made once, since no row is in it."""
    if not made:
        found = cast.api("agus").call(
            "GET", "/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}
        )
        made.update(told(found))
    return made


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """The document, once it is there."""
    return {}


def operation(document: dict[str, Any], given: Given) -> dict[str, Any]:
    """The entry of the document for one method of one path."""
    by_shape = {shape(path): each for path, each in document["paths"].items()}
    return dict(by_shape[shape(given.path)][given.method.lower()])


def api_routes() -> list[Route]:
    """Routes that the API framework answers."""
    return [r for r in routes() if r.view is not None and r.pattern not in ABOUT]


@pytest.mark.parametrize("given", PATHS, ids=lambda given: given.name)
def test_it_is_routed_with_and_without_a_trailing_slash(given: Given) -> None:
    for url in (_numbered(given.path), f"{_numbered(given.path)}/"):
        assert resolve(url).func is not unknown


@pytest.mark.parametrize("given", PATHS, ids=lambda given: given.name)
def test_it_is_routed_in_any_letter_case(given: Given) -> None:
    """The predecessor's server knew no letter case, and its callers neither."""
    url = _numbered(given.path)
    view = resolve(url).func
    for other in (url.lower(), url.upper(), url.swapcase(), f"{url.title()}/"):
        assert resolve(other).func.view_class is view.view_class  # type: ignore[attr-defined]


def _numbered(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def test_no_route_of_the_api_is_missing_from_the_table() -> None:
    listed = {(shape(given.path), given.method) for given in PATHS}
    served = {
        (shape(route.pattern), method)
        for route in api_routes()
        for method in route.methods
    }
    assert served == listed


def test_every_route_of_the_api_has_its_twin_with_a_slash() -> None:
    patterns = {route.pattern for route in api_routes()}
    bare = {each for each in patterns if not each.endswith("/")}
    assert patterns == bare | {f"{each}/" for each in bare}


@pytest.mark.parametrize("given", PATHS, ids=lambda given: given.name)
def test_it_is_in_the_document_with_its_shapes(
    given: Given, document: dict[str, Any]
) -> None:
    entry = operation(document, given)
    answer = entry["responses"][str(given.status)]
    if given.status not in BODILESS:
        kind = next(iter(answer["content"].values()))
        assert kind["schema"], given
    if given.method in BODY_METHODS and given.body is not None:
        assert entry["requestBody"]["content"]["application/json"]["schema"]
    assert {"400", "401", "403", "404", "409", "429", "503"} <= set(entry["responses"])


def test_the_document_holds_nothing_that_is_not_in_the_table(
    document: dict[str, Any],
) -> None:
    listed = {(shape(given.path), given.method.lower()) for given in PATHS}
    found = {
        (shape(path), method)
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert found - {(HOOK, "post")} == listed


def test_the_document_says_how_to_log_in(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert any(
        scheme.get("scheme", "").lower() == "bearer" for scheme in schemes.values()
    )


def test_an_unlisted_route_would_be_seen() -> None:
    listed = {(shape(given.path), given.method) for given in PATHS[1:-1]}
    served = {(shape(r.pattern), m) for r in api_routes() for m in r.methods}
    assert not served <= listed
