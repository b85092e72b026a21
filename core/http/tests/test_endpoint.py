"""What every path does alike: its query, its body, its pages, its caching, its address."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from core.db.paging import Page
from core.errors import DomainError
from core.http.api import (
    Endpoint,
    any_case,
    one_page,
    page_of,
    small_list,
    streamed,
    tagged,
)
from core.http.renderers import OrjsonRenderer
from tests.people import content_of, told


class Echo(Endpoint):
    """Says what it was asked."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        return Response(request.query_params.dict())

    def post(self, request: Request) -> Response:
        return Response(request.data, headers=request.query_params.dict())

    put = post


class Bare(Echo):
    """Takes a POST without a body."""

    needs_body = False

    def post(self, request: Request) -> Response:
        return Response(status=204)


def ask(
    method: str,
    address: str,
    body: bytes = b"",
    view: type[Endpoint] = Echo,
    **more: Any,
) -> Any:
    """The answer of a path, rendered."""
    more.setdefault("content_type", "application/json")
    made = RequestFactory().generic(method, address, body, **more)
    answer = view.as_view()(made)
    answer.render()
    return answer


# --- The query ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1"}),
        ("a=&b=%20%20", {}),
        ("a=&a=2", {"a": "2"}),
        ("a=%201", {"a": " 1"}),
    ],
)
def test_a_parameter_without_a_value_is_not_there(
    query: str, seen: dict[str, str]
) -> None:
    assert told(ask("GET", f"/?{query}")) == seen


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_that_is_given_twice_is_refused_by_its_name(method: str) -> None:
    answer = ask(method, "/?status=1&limit=2&status=1", b"{}")
    assert answer.status_code == 400
    assert set(told(answer)["errors"]) == {"status"}


# --- The body -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_without_a_body_is_refused(method: str) -> None:
    answer = ask(method, "/")
    assert (answer.status_code, set(told(answer)["errors"])) == (400, {"body"})


def test_a_path_may_need_no_body() -> None:
    answer = ask("POST", "/", view=Bare)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/problem+json", 200),
        ("application/merge-patch+json; v=1", 200),
        ("text/plain", 415),
        ("application/xml", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_only_json_is_read(kind: str, status: int) -> None:
    answer = ask("POST", "/", b'{"a":1}', content_type=kind)
    assert answer.status_code == status
    assert told(answer)["a" if status == 200 else "code"] in {1, "unsupported_type"}


@pytest.mark.parametrize(
    "accepted", ["text/html", "application/xml", "*/*", "nonsense"]
)
def test_the_answer_is_json_whatever_is_accepted(accepted: str) -> None:
    answer = ask("GET", "/?a=1", headers={"Accept": accepted})
    assert answer["Content-Type"] == "application/json"
    assert told(answer) == {"a": "1"}


def test_answers_stay_out_of_shared_caches_unless_a_path_says_otherwise() -> None:
    assert ask("GET", "/")["Cache-Control"] == "no-store, private"
    assert ask("DELETE", "/")["Cache-Control"] == "no-store, private"
    own = ask("POST", "/?Cache-Control=max-age%3D60", b"{}")
    assert own["Cache-Control"] == "max-age=60"


def test_a_verb_that_is_not_there_is_405_in_the_one_shape() -> None:
    answer = ask("DELETE", "/")
    assert (answer.status_code, told(answer)["code"]) == (405, "method_not_allowed")


# --- Once -----------------------------------------------------------------------------------

steps: list[str] = []


def guard(request: Request, handler: Callable[[], Response]) -> Response:
    """A guard that only notes when it was reached."""
    steps.append("guard")
    return handler()


class Prepared(Echo):
    """Notes the order of what is done."""

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        steps.append("prepare")

    def post(self, request: Request) -> Response:
        steps.append("post")
        return Response({})

    put = post

    def get(self, request: Request) -> Response:
        steps.append("get")
        return Response({})


@pytest.mark.parametrize(
    ("method", "key", "done"),
    [
        ("POST", "k-1", ["prepare", "guard", "post"]),
        ("PUT", "k-1", ["prepare", "guard", "post"]),
        ("POST", "", ["post"]),
        ("GET", "k-1", ["get"]),
    ],
)
def test_upstreams_are_asked_before_the_guard_opens_its_transaction(
    settings: Any, method: str, key: str, done: list[str]
) -> None:
    settings.REQUEST_GUARD = f"{__name__}.guard"
    steps.clear()
    ask(method, "/", b"{}", view=Prepared, headers={"Idempotency-Key": key})
    assert steps == done


def test_a_refused_query_never_reaches_the_guard(settings: Any) -> None:
    settings.REQUEST_GUARD = f"{__name__}.guard"
    steps.clear()
    headers = {"Idempotency-Key": "k-1"}
    assert ask("POST", "/?a=1&a=2", b"{}", Prepared, headers=headers).status_code == 400
    assert steps == []


# --- Pages ----------------------------------------------------------------------------------


def request_for(query: str) -> Request:
    return Request(RequestFactory().get(f"/rows{query}"))


def links_of(answer: Any) -> dict[str, str]:
    """Relation -> the query of its address."""
    found = {}
    for part in answer.headers["Link"].split(", "):
        address, _sign, relation = part.partition("; rel=")
        found[relation.strip('"')] = address.strip("<>").partition("?")[2]
    return found


@pytest.mark.parametrize(
    ("offset", "total", "neighbours"),
    [
        (0, 25, {"first": 0, "next": 10, "last": 20}),
        (10, 25, {"first": 0, "prev": 0, "next": 20, "last": 20}),
        (20, 25, {"first": 0, "prev": 10, "last": 20}),
        (5, 25, {"first": 0, "prev": 0, "next": 15, "last": 20}),
        (15, 25, {"first": 0, "prev": 5, "last": 20}),
        (0, 10, {"first": 0, "last": 0}),
        (0, 11, {"first": 0, "next": 10, "last": 10}),
        (0, 0, {"first": 0, "last": 0}),
        (90, 25, {"first": 0, "prev": 80, "last": 20}),
    ],
)
def test_a_page_names_its_neighbours(
    offset: int, total: int, neighbours: dict[str, int]
) -> None:
    answer = one_page(request_for(""), [], Page(10, offset), total)
    assert answer["X-Total-Count"] == str(total)
    assert links_of(answer) == {
        relation: f"limit=10&offset={place}" for relation, place in neighbours.items()
    }


def test_a_link_keeps_the_filter_and_is_an_address_of_ours(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://ems.example"
    request = request_for("?search=a%26b&limit=10&offset=10")
    answer = one_page(request, [], Page(10, 10), 25)
    first = answer["Link"].partition(">")[0]
    assert first == "<https://ems.example/rows?search=a%26b&limit=10&offset=0"


@pytest.mark.parametrize(
    ("query", "rows", "count"),
    [
        ("", [1, 2, 3], None),
        ("?limit=2", [1, 2], "3"),
        ("?limit=2&offset=2", [3], "3"),
        ("?offset=3", [], "3"),
        ("?limit=1000", [1, 2, 3], "3"),
    ],
)
def test_a_short_list_comes_whole_or_by_the_page(
    query: str, rows: list[int], count: str | None
) -> None:
    answer = small_list(request_for(query), (1, 2, 3))
    assert answer.data == rows
    assert answer.headers.get("X-Total-Count") == count


@pytest.mark.parametrize("query", ["", "?limit=1"])
@pytest.mark.parametrize("is_stale", [True, False])
def test_old_data_is_said_to_be_old(query: str, is_stale: bool) -> None:
    answer = small_list(request_for(query), [1], is_stale=is_stale)
    assert answer.headers.get("X-Data-Stale") == ("true" if is_stale else None)
    whole = streamed([], is_stale=is_stale)
    assert whole.headers.get("X-Data-Stale") == ("true" if is_stale else None)


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=1001", "?offset=-1", "?limit=x", "?limit=1.5"]
)
def test_a_page_that_cannot_be_is_refused_by_its_name(query: str) -> None:
    with pytest.raises(DomainError) as caught:
        page_of(request_for(query))
    assert set(caught.value.errors) == {query[1:].partition("=")[0]}


@pytest.mark.parametrize("count", [0, 1, 2, 5000])
def test_a_long_list_is_written_row_by_row_as_one_array(count: int) -> None:
    rows = [{"id": n, "text": "x" * 40} for n in range(count)]
    answer = streamed(iter(rows))
    pieces = list(answer)
    assert orjson.loads(b"".join(pieces)) == rows
    assert max(map(len, pieces)) < 65_536 + 200
    assert len(pieces) <= 1 + sum(map(len, pieces)) // 65_536
    assert answer["Cache-Control"] == "no-store, private"


def test_a_record_is_tagged_by_what_is_sent_of_it() -> None:
    one, same = tagged({"a": 1, "b": 2}), tagged({"a": 1, "b": 2})
    assert one["ETag"] == same["ETag"]
    assert one["ETag"] != tagged({"a": 1, "b": 3})["ETag"]


# --- Addresses ------------------------------------------------------------------------------


def root(view: Any) -> URLResolver:
    return URLResolver(
        RegexPattern(r"^/"), any_case("api/jobs/<int:id>/docs", view, "docs")
    )


@pytest.mark.parametrize(
    "address", ["/api/jobs/7/docs", "/api/jobs/7/docs/", "/API/Jobs/7/DOCS"]
)
def test_an_address_is_found_in_any_letter_case_with_a_slash_or_without(
    address: str,
) -> None:
    assert root(Echo).resolve(address).kwargs == {"id": 7}


@pytest.mark.parametrize(
    "address",
    ["/api/jobs/x/docs", "/api/jobs/7/docs//", "/api/jobs/7/docsx", "/api/jobs/7"],
)
def test_another_address_is_not(address: str) -> None:
    with pytest.raises(Resolver404):
        root(Echo).resolve(address)


def test_a_function_can_be_a_path_too() -> None:
    def view(request: HttpRequest, id: int) -> str:  # noqa: A002 - of the route
        return f"job {id}"

    assert root(view).resolve("/api/jobs/7/docs").func is view


# --- What is written ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status", "body"),
    [
        (None, 204, b""),
        (None, 304, b""),
        (None, 200, b"null"),
        ({}, 204, b"{}"),
        ([], 200, b"[]"),
    ],
)
def test_only_an_answer_without_content_is_empty(
    data: Any, status: int, body: bytes
) -> None:
    context = {"response": Response(status=status)}
    assert OrjsonRenderer().render(data, None, context) == body


def test_an_answer_that_nobody_asked_for_over_http_is_still_json() -> None:
    assert OrjsonRenderer().render(None) == b"null"


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_refusal_speaks_the_readers_language(language: str) -> None:
    with translation.override(language):
        message = told(ask("POST", "/?a=1&a=1", b"{}"))["errors"]["a"][0]
    assert (message == "This parameter is given twice.") is (language == "en")
    assert content_of(ask("GET", "/")) == b"{}"
