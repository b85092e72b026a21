"""Each operation changes the shape it names, in bare lists and in wrapped ones."""

import json
from typing import Any

import pytest

from sandbox.reshape import OPERATIONS, reshape

ROWS = [{"id": 1, "name": "a", "account": {"id": 5}}, {"id": 2, "name": "b"}]
WRAPPED = {"jobs": [{"masterJavaBaseModel": {"id": "51"}, "name": "x"}]}

CASES = [
    ("rename:name:title", [r["name"] for r in ROWS], lambda out: _column(out, "title")),
    ("drop:name", [{"id": 2}], lambda out: out[1:]),
    ("ids_to_str", ["1", "2"], lambda out: _column(out, "id")),
    ("extra:more", True, lambda out: all("more" in row for row in out)),
    ("null_list", None, lambda out: out),
    ("duplicate", [1, 1, 2, 2], lambda out: _column(out, "id")),
    ("bad_row", [1, {"unexpected": True}, 2], lambda out: _column(out, "id")),
    ("shrink:1", [1], lambda out: _column(out, "id")),
    ("multiply:10", 20, len),
]


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


def _reshaped(data: Any, operations: str | list[str]) -> Any:
    return json.loads(reshape(json.dumps(data).encode(), operations))


@pytest.mark.parametrize(("operation", "expected", "look"), CASES)
def test_a_list_takes_the_new_shape(operation: str, expected: Any, look: Any) -> None:
    assert look(_reshaped(ROWS, operation)) == expected


def test_ids_become_numbers_at_any_depth() -> None:
    out = _reshaped(WRAPPED, "ids_to_int")
    assert out["jobs"][0]["masterJavaBaseModel"] == {"id": 51}


def test_a_nested_id_becomes_text_too() -> None:
    assert _reshaped(ROWS, "ids_to_str")[0]["account"] == {"id": "5"}


def test_the_list_inside_an_object_is_meant() -> None:
    assert _reshaped(WRAPPED, "null_list") == {"jobs": None}
    assert len(_reshaped(WRAPPED, "multiply:3")["jobs"]) == 3


def test_operations_follow_one_another() -> None:
    assert _reshaped(ROWS, ["shrink:1", "duplicate", "drop:account"]) == [
        {"id": 1, "name": "a"},
        {"id": 1, "name": "a"},
    ]


def test_an_empty_list_can_get_a_bad_row() -> None:
    assert _reshaped([], "bad_row") == [{"not": "a row"}]


def test_every_operation_is_tested_here() -> None:
    tested = {str(case[0]).partition(":")[0] for case in CASES} | {"ids_to_int"}
    assert tested == set(OPERATIONS)
