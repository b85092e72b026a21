"""What JSON of a stranger may cost: time that grows with its length, and little memory."""

import base64
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from django.conf import settings
from rest_framework.exceptions import ParseError

from core.errors import DomainError
from core.http.json_limits import MAX_MEMBERS, MAX_PARTS
from core.http.parsers import (
    SMALL,
    LimitedJSONParser,
    PhotoJSONParser,
    SmallJSONParser,
    parse_json,
)

MIB = 1 << 20
FULL = settings.JSON_MAX_BYTES
MUCH = 64 * MIB
# orjson takes twelve bytes for each of a body, and beside them a text of wide characters four.
WIDE = {"one wide string": 72 * MIB}
# A slow machine takes a second where a quadratic check takes hours.
LONG = 5.0


def cost_of(call: Callable[[], object]) -> tuple[float, int, object]:
    """Seconds of work, bytes at the most, and what came of it: a value or a refusal."""
    tracemalloc.start()
    began = process_time()
    try:
        found = call()
    except (ParseError, DomainError) as refusal:
        found = refusal
    spent, most = process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return spent, most, found


def filled(piece: bytes, before: bytes = b"[", after: bytes = b"]") -> bytes:
    """A body of the largest size that is made of the same piece again and again."""
    return before + piece * ((FULL - len(before) - len(after)) // len(piece)) + after


def names(count: int) -> bytes:
    """An object whose last name is given twice."""
    return b"{%s}" % b",".join(b'"%06x":1' % min(n, count - 2) for n in range(count))


PATHOLOGICAL = {
    "one string": filled(b"x", b'"', b'"'),
    "one wide string": filled(b"x", b'"', '\N{GRINNING FACE}"'.encode()),
    "only escapes": filled(b"\\\\", b'"', b'"'),
    "escaped quotes": filled(b'\\"', b'"', b'"'),
    "commas in a text": filled(b",[{:", b'["', b'"]'),
    "empty lists": filled(b"[],", b"[", b"[]]"),
    "empty objects": filled(b"{},", b"[", b"{}]"),
    "empty texts": filled(b'"",', b"[", b'""]'),
    "numbers": filled(b"1,", b"[", b"1]"),
    "open lists": filled(b"[", b"", b""),
    "open objects": filled(b'{"a":', b"", b""),
    "quotes": filled(b'"', b"", b""),
    "backslashes": filled(b"\\", b"", b""),
    "spaces": filled(b" ", b"", b""),
    "one number": filled(b"1", b"", b""),
    "names": names(350_000),
    "most names": names(MAX_PARTS - 2),
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_any_body_of_full_size_is_judged_at_once(name: str) -> None:
    body = PATHOLOGICAL[name]
    assert len(body) <= FULL
    spent, most, _found = cost_of(lambda: LimitedJSONParser().parse(io.BytesIO(body)))
    assert spent < LONG
    assert most < WIDE.get(name, MUCH)


def test_a_list_of_300_000_empty_objects_is_refused_unread() -> None:
    body = b'{"items":[' + b"{}," * 299_999 + b"{}]}"
    spent, most, found = cost_of(lambda: parse_json(body))
    assert isinstance(found, ParseError)
    assert str(MAX_PARTS) in str(found)
    assert spent < LONG
    assert most < MUCH


@pytest.mark.parametrize("count", [20_000, 80_000])
def test_the_name_that_is_doubled_last_is_found(count: int) -> None:
    spent, _most, found = cost_of(lambda: parse_json(names(count)))
    assert isinstance(found, ParseError)
    assert "dua kali" in str(found)
    assert spent < LONG


def test_a_short_body_says_which_name_it_was() -> None:
    with pytest.raises(ParseError, match="aa"):
        parse_json(b'[{"b":{"aa":1,"c":2,"\\u0061a":3}}]')


def test_colons_and_quotes_in_texts_are_no_names() -> None:
    value = {'a:"b\\': [":", '":"', "\\", '\\"'], "c": {"d": '{"e":1,"e":1}'}}
    assert parse_json(json.dumps(value).encode()) == value


def test_a_list_may_have_so_many_members() -> None:
    assert parse_json(b"[%s]" % b",".join([b"1"] * MAX_MEMBERS))
    with pytest.raises(ParseError, match=str(MAX_MEMBERS)):
        parse_json(b"[%s]" % b",".join([b"1"] * (MAX_MEMBERS + 1)))


def test_what_strangers_send_has_a_limit_of_its_own() -> None:
    assert SmallJSONParser().parse(io.BytesIO(b'"' + b"x" * (SMALL - 2) + b'"'))
    with pytest.raises(DomainError, match="16 kB"):
        SmallJSONParser().parse(io.BytesIO(b'"' + b"x" * SMALL + b'"'))


# --- A file as base64 ------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["plain", "escaped slashes", "data url"])
def test_a_photo_costs_less_than_three_times_its_size(spelling: str) -> None:
    photo = os.urandom(28_000_000)
    text = base64.b64encode(photo).decode()
    text = f"data:image/png;base64,{text}" if spelling == "data url" else text
    body = json.dumps({"fileName": "a.png", "photo": text})
    if spelling == "escaped slashes":
        body = body.replace("/", "\\/")
    stream = io.BytesIO(body.encode())
    spent, most, value = cost_of(lambda: PhotoJSONParser().parse(stream))
    assert value == {"fileName": "a.png", "photo": text}
    assert most < 3 * len(photo)
    assert spent < LONG


@pytest.mark.parametrize(
    "body",
    [
        b'["' + b"A" * 100_000 + b'"]',
        b'{"a":{"photo":"' + b"A" * 100_000 + b'"}}',
        b'{"a":"\\u0001lifted\\u0001","photo":"' + b"A" * 100_000 + b'"}',
    ],
)
def test_a_file_stands_in_one_member(body: bytes) -> None:
    with pytest.raises(ParseError):
        PhotoJSONParser().parse(io.BytesIO(body))


@pytest.mark.parametrize(
    "text", ["A" * 50_000 + "\n" + "B" * 50_000, '\\"' * 50_000, "\\" * 50_000 + "x"]
)
def test_other_long_texts_come_as_they_are(text: str) -> None:
    body = json.dumps({"photo": text}).encode()
    assert PhotoJSONParser().parse(io.BytesIO(body)) == {"photo": text}


def test_beside_the_file_there_is_no_more_room_than_elsewhere() -> None:
    half = b'"' + b"A" * 10_000_000 + b'"'
    for body in (b'{"a":%s,"b":%s}' % (half, half), b'["a",' * 4_000_000):
        spent, most, found = cost_of(
            lambda body=body: PhotoJSONParser().parse(io.BytesIO(body))  # type: ignore[misc]
        )
        assert isinstance(found, DomainError)
        assert spent < LONG
        assert most < 3 * len(body)


def test_the_judge_needs_no_second_reading(monkeypatch: Any) -> None:
    monkeypatch.setattr(json, "loads", None)
    assert parse_json(b'{"a":[1,{"b":null}]}') == {"a": [1, {"b": None}]}
