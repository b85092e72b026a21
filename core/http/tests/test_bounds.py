"""Bounds of a body, the one shape of an error, the policy of a refusal, and the schema's parts."""

import io
from typing import Any

import orjson
import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from rest_framework.exceptions import ParseError

from core.errors import DomainError
from core.http.error_response import error_body, error_response
from core.http.json_limits import MAX_DEPTH, MAX_PARTS, names_within, walk
from core.http.middleware import RefusalHeadersMiddleware, SafeInputMiddleware
from core.http.openapi import SENTENCES, only_given_paths, with_error_shape
from core.http.parsers import SMALL, parse_json, read_bounded, require_small
from core.http.wire import (
    MAX_LIST,
    MAX_TEXT,
    WireDecimal,
    WireInteger,
    WireSerializer,
    WireText,
    WireValues,
)

# --- Sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "is_refused"),
    [
        ("", False),
        ("0", False),
        (str(SMALL - 1), False),
        (str(SMALL), False),
        (str(SMALL + 1), True),
        ("-1", True),
        ("1e3", True),
        ("9" * 16, True),
        ("0" * 15 + "9", True),
    ],
)
def test_a_strangers_length_is_judged_before_the_body_is_read(
    length: str, is_refused: bool
) -> None:
    request = HttpRequest()
    request.META["CONTENT_LENGTH"] = length
    code = ""
    try:
        require_small(request)
    except DomainError as error:
        code = error.code
    assert code == ("too_large" if is_refused else "")


@pytest.mark.parametrize(
    ("limit", "shown", "said"),
    [
        (16 << 10, 0, "It is larger than 16 kB."),
        ((1 << 20) - 1, 0, "It is larger than 1023 kB."),
        (1 << 20, 0, "It is larger than 1 MB."),
        (3 << 20, 25 << 20, "It is larger than 25 MB."),
    ],
)
def test_a_refusal_names_what_may_be_sent(limit: int, shown: int, said: str) -> None:
    class Endless(io.RawIOBase):
        """More than anybody takes."""

        asked = 0

        def read(self, size: int = -1) -> bytes:
            self.asked += size
            return bytes(size)

    stream: Any = Endless()
    with translation.override("en"), pytest.raises(DomainError) as caught:
        read_bounded(stream, limit, shown)
    assert (caught.value.code, caught.value.sentence) == ("too_large", said)
    assert stream.asked <= limit + (1 << 18), "it read on after the limit"


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_a_body_of_the_limit_is_read(size: int) -> None:
    assert read_bounded(io.BytesIO(b"x" * size), 100) == b"x" * size


# --- What is counted in JSON ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"{}", 0),
        (b'{"a":1}', 1),
        (b'{"a":{"b":1},"c":[{"d":1}]}', 4),
        (b'{"a:b":"c:d"}', 1),
        (b'{"a\\"b:":"\\\\"}', 1),
        (b'["a",":",{}]', 0),
    ],
)
def test_names_are_counted_alike_before_and_after_reading(
    body: bytes, names: int
) -> None:
    assert names_within(body) == names
    assert walk(orjson.loads(body)) == names


@pytest.mark.parametrize(
    ("count", "is_read"),
    [(MAX_PARTS - 1, True), (MAX_PARTS, True), (MAX_PARTS + 1, False)],
)
def test_a_body_may_have_so_many_parts(count: int, is_read: bool) -> None:
    body = b"[" + b"," * (count - 1)
    refused = False
    try:
        names_within(body)
    except ParseError:
        refused = True
    assert refused is not is_read


@pytest.mark.parametrize("opening", [b'{"a":', b"["])
def test_depth_counts_objects_and_lists_alike(opening: bytes) -> None:
    closing = b"}" if opening.startswith(b"{") else b"]"
    deepest = opening * (MAX_DEPTH - 1) + b"[]" + closing * (MAX_DEPTH - 1)
    assert parse_json(deepest)
    with pytest.raises(ParseError, match=str(MAX_DEPTH)):
        parse_json(opening + deepest + closing)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"a":1,"a":2}', "“a”"),
        (b'{"b":{"c":1,"c":1},"d":1,"d":2}', "“c”"),
        (b'{"%s":1,"%s":1}' % (b"x" * 200, b"x" * 200), "“" + "x" * 100 + "”"),
        (b'{"a":"%s","a":1}' % (b"y" * 65_536), "“…”"),
    ],
    ids=["plain", "inner first", "long name", "long body"],
)
def test_a_doubled_name_is_told_where_that_is_cheap(body: bytes, name: str) -> None:
    with pytest.raises(ParseError, match=name):
        parse_json(body)


# --- Fields at their bounds -----------------------------------------------------------------


class Bounded(WireSerializer):
    text = WireText()
    short = WireText(max_length=3)
    price = WireDecimal(places=2)
    count = WireInteger()
    ids = WireValues(child=WireInteger())


class Outer(WireSerializer):
    rows = Bounded(many=True, required=False)


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("text", "x" * MAX_TEXT, True),
        ("text", "x" * (MAX_TEXT + 1), False),
        ("short", "abc", True),
        ("short", "abcd", False),
        ("price", "9999999999999.99", True),
        ("price", "10000000000000", False),
        ("price", 0, True),
        ("price", "-0.01", False),
        ("count", 2**63 - 1, True),
        ("count", 2**63, False),
        ("count", -(2**63) + 1, True),
        ("count", -(2**63), False),
        ("ids", [1] * MAX_LIST, True),
        ("ids", [1] * (MAX_LIST + 1), False),
        ("ids", ["x"], False),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_field_takes_what_its_bound_says(
    name: str, value: Any, is_taken: bool
) -> None:
    shape = Bounded(data={name: value})
    assert shape.is_valid() is is_taken
    assert set(shape.errors) == (set() if is_taken else {name})


@pytest.mark.parametrize(
    ("rows", "is_taken"),
    [
        (None, False),
        ([], True),
        ([{}] * MAX_LIST, True),
        ([{}] * (MAX_LIST + 1), False),
    ],
    ids=["null", "none", "most", "one more"],
)
def test_a_list_of_rows_has_a_length_and_is_not_read_beyond_it(
    rows: Any, is_taken: bool
) -> None:
    assert Outer(data={"rows": rows}).is_valid() is is_taken


@pytest.mark.parametrize("row", [None, 3, "x", []])
def test_no_row_of_a_list_is_less_than_an_object(row: Any) -> None:
    assert not Outer(data={"rows": [{}, row]}).is_valid()


# --- Errors ---------------------------------------------------------------------------------


def test_an_error_carries_the_id_of_its_request() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-17"):
        answer = error_response(409, "No.", "stale_revision", {"a": ("x", "y")})
    assert orjson.loads(answer.content) == {
        "message": "No.",
        "code": "stale_revision",
        "errors": {"a": ["x", "y"]},
        "requestId": "r-17",
    }
    assert (answer.status_code, answer["Cache-Control"]) == (409, "no-store, private")


def test_further_facts_stand_beside_the_four() -> None:
    body = error_body("No.", "stale_revision", extra={"currentRevision": 3})
    assert body == {
        "message": "No.",
        "code": "stale_revision",
        "errors": {},
        "requestId": "",
        "currentRevision": 3,
    }


# --- Refusals and private answers -----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_debug", "has_policy"),
    [
        (200, False, False),
        (302, False, False),
        (399, False, False),
        (400, False, True),
        (404, False, True),
        (500, False, True),
        (404, True, False),
    ],
)
def test_a_refusal_has_a_policy(
    settings: Any, status: int, is_debug: bool, has_policy: bool
) -> None:
    settings.DEBUG = is_debug
    answer = RefusalHeadersMiddleware(lambda _request: HttpResponse(status=status))(
        RequestFactory().get("/")
    )
    assert ("Content-Security-Policy" in answer) is has_policy
    assert answer.get("X-Frame-Options") == ("DENY" if has_policy else None)


def test_a_refusal_keeps_the_policy_that_it_has() -> None:
    own = {"Content-Security-Policy": "default-src 'none'"}
    answer = RefusalHeadersMiddleware(
        lambda _request: HttpResponse(status=404, headers=own)
    )(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("user", [object(), None])
def test_an_answer_to_somebody_known_stays_private(user: Any) -> None:
    request = RequestFactory().get("/")
    request.user = user
    answer = SafeInputMiddleware(lambda _request: HttpResponse())(request)
    assert ("private" in answer.get("Cache-Control", "")) is (user is not None)
    assert (answer.get("Vary") == "Cookie, Authorization") is (user is not None)


# --- The schema -----------------------------------------------------------------------------


def test_a_path_with_a_slash_at_its_end_is_not_listed() -> None:
    rows = [("/a", 1), ("/a/", 2), ("/b/{id}", 3), ("/b/{id}/", 4)]
    assert [row[0] for row in only_given_paths(rows)] == ["/a", "/b/{id}"]


def test_every_operation_may_answer_with_the_one_error_shape() -> None:
    own = {"description": "Taken"}
    schema = {"paths": {"/a": {"get": {"responses": {"409": own}}}}}
    made = with_error_shape(schema)
    answers = made["paths"]["/a"]["get"]["responses"]
    assert set(answers) == set(SENTENCES)
    assert answers["409"] == own
    shape = answers["404"]["content"]["application/json"]["schema"]
    assert shape == {"$ref": "#/components/schemas/Error"}
    assert made["components"]["schemas"]["Error"]["required"] == list(
        error_body("", "")
    )


def test_shapes_are_called_by_their_own_names() -> None:
    schema = {
        "paths": {},
        "components": {
            "schemas": {
                "PatchedLine": {"type": "object", "description": "Patched panel"},
                "Change": {"items": [{"$ref": "#/components/schemas/PatchedLine"}]},
            }
        },
    }
    shapes = with_error_shape(schema)["components"]["schemas"]
    assert set(shapes) == {"Line", "Change", "Error"}
    assert shapes["Change"] == {"items": [{"$ref": "#/components/schemas/Line"}]}
