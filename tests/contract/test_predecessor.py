"""Nothing of the predecessor's surface is left behind."""

import re

import pytest
from django.urls import Resolver404, resolve

from tests.contract.paths import PATHS
from tests.contract.predecessor import DROPPED, PROMISED, ROUTES, lines
from tests.contract.routes import shape
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ALL = [*lines(ROUTES), *lines(PROMISED)]
KEPT = [each for each in ALL if " ".join(each) not in DROPPED]


def test_the_list_holds_every_route_of_the_predecessor() -> None:
    assert len(lines(ROUTES)) == 77
    # ``{id}`` and ``{id:int}`` of supporttables were two templates in the predecessor: 53.
    assert len({path for _method, path in lines(ROUTES)}) == 52


def missing_from_urls(wanted: list[tuple[str, str]]) -> list[str]:
    """Routes that nobody serves, with and without a trailing slash."""
    return [
        f"{method} {path}{slash}"
        for method, path in wanted
        for slash in ("", "/")
        if not is_served(method, re.sub(r"\{\w+\}", "1", path) + slash)
    ]


def is_served(method: str, path: str) -> bool:
    """Whether an endpoint of ours answers that method there."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    endpoint = getattr(view, "view_class", getattr(view, "cls", None))
    return hasattr(endpoint, method.lower())


def test_every_route_is_served() -> None:
    assert missing_from_urls(KEPT) == []


def test_what_was_dropped_on_purpose_is_gone(cast: Cast) -> None:
    for line in DROPPED:
        method, _space, path = line.partition(" ")
        answer = cast.api("admin", strict=False).call(method, path)
        assert answer.status_code == 404, line


def test_every_route_has_a_golden_answer() -> None:
    known = {(given.method, shape(given.path)) for given in PATHS}
    assert [each for each in KEPT if (each[0], shape(each[1])) not in known] == []


def test_every_route_is_in_the_openapi_document(cast: Cast) -> None:
    document = cast.api("admin").read("/api/schema?format=json")
    known = {
        (method.upper(), shape(path))
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert [each for each in KEPT if (each[0], shape(each[1])) not in known] == []


def test_a_route_that_is_missing_is_seen() -> None:
    assert missing_from_urls([("PUT", "/donePOs"), ("GET", "/nothing")]) == [
        "PUT /donePOs",
        "PUT /donePOs/",
        "GET /nothing",
        "GET /nothing/",
    ]
