"""The base of every API view: one error shape whatever goes wrong."""

from typing import Any

import pytest
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, DataError, OperationalError
from django.http import Http404
from rest_framework import exceptions

from core.errors import DomainError, invalid
from core.http.api import STATUS, answer_error, flatten


@pytest.mark.parametrize("code", STATUS)
def test_every_refusal_has_its_status(code: str) -> None:
    error = DomainError("No.", code, extra={"currentRevision": 3}, retry_after=7)
    answer = answer_error(error, {})
    assert answer is not None
    assert answer.status_code == STATUS[code]
    assert answer.data["code"] == code
    assert answer.data["message"] == "No."
    assert answer.data["currentRevision"] == 3
    assert answer["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "forbidden"),
        (RequestDataTooBig(), 413, "too_large"),
        (TooManyFieldsSent(), 400, "invalid"),
        (TooManyFilesSent(), 400, "invalid"),
        (OperationalError("database is locked"), 503, "unavailable"),
        (exceptions.ParseError("x"), 400, "invalid"),
        (exceptions.NotAuthenticated(), 401, "unauthenticated"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("x"), 415, "unsupported_type"),
        (exceptions.ValidationError({"a": ["x"]}), 400, "invalid"),
        (DataError("integer out of range"), 400, "invalid"),
        (invalid("a", "x"), 400, "invalid"),
    ],
)
def test_every_known_error_has_the_one_shape(
    error: Exception, status: int, code: str
) -> None:
    answer = answer_error(error, {})
    assert answer is not None
    assert answer.status_code == status
    assert answer.data.keys() == {"message", "code", "errors", "requestId"}
    assert answer.data["code"] == code
    assert answer.data["message"]
    if status == 503:
        assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("error", [ValueError("x"), KeyError(), DatabaseError("other")])
def test_an_unknown_error_is_not_dressed_up(error: Exception) -> None:
    assert answer_error(error, {}) is None


@pytest.mark.parametrize(
    ("detail", "flat"),
    [
        ({"a": ["x", "y"]}, {"a": ["x", "y"]}),
        ({"a": {"b": ["x"]}}, {"a.b": ["x"]}),
        ({"items": [{}, {"qty": ["x"]}]}, {"items[1].qty": ["x"]}),
        ({"items": {1: {"qty": ["x"]}}}, {"items[1].qty": ["x"]}),
        ([{"id": ["x"]}], {"[0].id": ["x"]}),
        ({"non_field_errors": ["x"]}, {"body": ["x"]}),
        ({"a": {"non_field_errors": ["x"]}}, {"a": ["x"]}),
        (["x"], {"body": ["x"]}),
        ("x", {"body": ["x"]}),
    ],
)
def test_nested_errors_are_named_by_their_place(detail: Any, flat: Any) -> None:
    assert flatten(detail) == flat
