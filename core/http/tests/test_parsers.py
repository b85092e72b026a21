"""The JSON parser and its limits."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from core.errors import DomainError
from core.http.parsers import LimitedJSONParser, PhotoJSONParser, parse_json

DOUBLED = (b'{"a":1,"a":2}', b'[{"b":{"a":1,"a":1}}]', b'{"\\u0061":1,"a":2}')
SANE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(SANE)
def test_it_reads_what_json_can_say(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" not in text:
        assert parse_json(text.encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    found: Any = None
    with suppress(ParseError):
        found = parse_json(body)
    assert found is None or found == json.loads(body)


@pytest.mark.parametrize("body", DOUBLED)
def test_a_name_twice_in_one_object_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="dua kali"):
        parse_json(body)


def test_the_same_name_in_two_objects_is_fine() -> None:
    assert parse_json(b'[{"a":1},{"a":{"a":2}}]') == [{"a": 1}, {"a": {"a": 2}}]


def nested(depth: int) -> bytes:
    """A list in a list, so many times."""
    return b"[" * depth + b"]" * depth


def test_64_lists_in_each_other_are_read() -> None:
    assert parse_json(nested(64)) == json.loads(nested(64))


@pytest.mark.parametrize("depth", [65, 100_000])
def test_depth_is_limited(depth: int) -> None:
    with pytest.raises(ParseError, match="64"):
        parse_json(nested(depth))


def test_brackets_in_text_are_no_depth() -> None:
    text = "[" * 500 + '\\"{' + "\\\\"
    assert parse_json(json.dumps({"a": text}).encode()) == {"a": text}


@pytest.mark.parametrize(
    "body", [b'"\\u0000"', b'{"\\U0000":1}', b'"a\x00"', b'"\\ud800"']
)
def test_what_no_database_keeps_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_json(body)


def test_size_is_limited(settings: Any) -> None:
    settings.JSON_MAX_BYTES = 100
    parser = LimitedJSONParser()
    assert parser.parse(io.BytesIO(b'"' + b"x" * 98 + b'"')) == "x" * 98
    with pytest.raises(DomainError) as caught:
        parser.parse(io.BytesIO(b'"' + b"x" * 99 + b'"'))
    assert caught.value.code == "too_large"


def test_a_photo_may_be_as_large_as_a_file(settings: Any) -> None:
    settings.JSON_MAX_BYTES = 100
    settings.ATTACHMENT_MAX_BYTES = 3_000
    body = b'"' + b"x" * 60_000 + b'"'
    assert PhotoJSONParser().parse(io.BytesIO(body)) == "x" * 60_000
    with pytest.raises(DomainError):
        PhotoJSONParser().parse(io.BytesIO(b'"' + b"x" * 80_000 + b'"'))
