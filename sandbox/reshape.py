"""Changes of a JSON answer's shape, as an upstream's careless release makes them.

An operation is written ``name`` or ``name:argument:argument``, for example
``rename:partNum:partNumber``, ``drop:mfr``, ``shrink:3``, ``multiply:10``.
"""

import json
from collections.abc import Callable
from typing import Any

Change = Callable[..., Any]


def reshape(body: bytes, operations: str | list[str]) -> bytes:
    """Apply one operation, or several in turn, to a JSON body."""
    data = json.loads(body)
    for operation in [operations] if isinstance(operations, str) else operations:
        name, *arguments = operation.split(":")
        data = OPERATIONS[name](data, *arguments)
    return json.dumps(data, ensure_ascii=False).encode()


def _each_object(data: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Rebuild the document with ``change`` applied to every object, at any depth."""
    if isinstance(data, list):
        return [_each_object(part, change) for part in data]
    if isinstance(data, dict):
        return change({key: _each_object(part, change) for key, part in data.items()})
    return data


def _each_list(data: Any, change: Callable[[list[Any]], Any]) -> Any:
    """Rebuild the document with ``change`` applied to its list of rows."""
    if isinstance(data, list):
        return change(data)
    return {
        key: change(part) if isinstance(part, list) else part
        for key, part in data.items()
    }


def _rename(data: Any, old: str, new: str = "renamed") -> Any:
    return _each_object(
        data, lambda row: {new if key == old else key: row[key] for key in row}
    )


def _drop(data: Any, name: str) -> Any:
    return _each_object(data, lambda row: {key: row[key] for key in row if key != name})


def _is_id(key: str) -> bool:
    return key == "id" or key.endswith("Id")


def _ids_to_str(data: Any) -> Any:
    return _each_object(
        data,
        lambda row: {
            key: str(value) if _is_id(key) and isinstance(value, int) else value
            for key, value in row.items()
        },
    )


def _ids_to_int(data: Any) -> Any:
    return _each_object(
        data,
        lambda row: {
            key: int(value) if _is_id(key) and str(value).isdigit() else value
            for key, value in row.items()
        },
    )


def _extra(data: Any, name: str = "unheardOf") -> Any:
    return _each_object(data, lambda row: row | {name: {"of": [1, 2, 3]}})


def _null_list(data: Any) -> Any:
    return _each_list(data, lambda _rows: None)


def _duplicate(data: Any) -> Any:
    return _each_list(data, lambda rows: [row for row in rows for _ in range(2)])


def _bad_row(data: Any) -> Any:
    return _each_list(data, lambda rows: [*rows[:1], _spoiled(rows), *rows[1:]])


def _spoiled(rows: list[Any]) -> Any:
    """Return a row with the right names and nothing right in them."""
    first = rows[0] if rows else None
    if not isinstance(first, dict):
        return {"not": "a row"}
    return {key: {"unexpected": True} for key in first}


def _shrink(data: Any, count: str) -> Any:
    return _each_list(data, lambda rows: rows[: int(count)])


def _multiply(data: Any, factor: str = "10") -> Any:
    return _each_list(data, lambda rows: rows * int(factor))


OPERATIONS: dict[str, Change] = {
    "rename": _rename,
    "drop": _drop,
    "ids_to_str": _ids_to_str,
    "ids_to_int": _ids_to_int,
    "extra": _extra,
    "null_list": _null_list,
    "duplicate": _duplicate,
    "bad_row": _bad_row,
    "shrink": _shrink,
    "multiply": _multiply,
}
