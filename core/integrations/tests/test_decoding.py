"""Values from outside: taken when right, refused when wrong, never trusted."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.integrations import crm, decoding, material_requests, meeting, ppic
from core.integrations.authserver import parse_departments, parse_people
from core.integrations.tests.conftest import REFUSAL


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b"[NaN]",
        b"[1e400]",
        b"[Infinity]",
        b'["\xe9"]',
        b"[{}" + b",{}" * 400_000 + b"]",
        b'["\\ud800", NaN]',
        b'"\\ud800' + b"[" * 5_000,
        b"[" * 5_000 + b'"\\ud800"' + b"]" * 5_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_nonsense_is_refused(body: bytes) -> None:
    for load in (decoding.load_json, decoding.load_exact):
        with pytest.raises(REFUSAL):
            load(body)


def test_what_nobody_can_store_is_taken_out() -> None:
    body = b'\xef\xbb\xbf{"a\\u0000": ["\\ud800x", "\\ud83d\\ude00", 1, null]}'
    assert decoding.load_json(body) == {"a": ["x", "\N{GRINNING FACE}", 1, None]}


def test_64_levels_are_enough() -> None:
    assert decoding.load_json(b"[" * 64 + b"]" * 64)


@pytest.mark.parametrize("levels", [65, 600, 100_000])
def test_what_contains_itself_is_named_so(levels: int) -> None:
    with pytest.raises(decoding.TooDeep):
        decoding.load_json(b"[" * levels + b"]" * levels)


def test_money_is_exact() -> None:
    body = b'[0.1, 12345678901234567.89, 5, "\\u0000"]'
    exact = decoding.load_exact(body)
    assert exact == [Decimal("0.1"), Decimal("12345678901234567.89"), 5, ""]


Maker = Callable[[Any], Any]


def each(make: Maker, values: list[Any]) -> list[tuple[Maker, Any]]:
    """One case for each value."""
    return [(make, value) for value in values]


@pytest.mark.parametrize(
    ("make", "value", "expected"),
    [
        (decoding.ext_id, 5, 5),
        (decoding.ext_id, " 5 ", 5),
        (decoding.ext_id, str(2**63 - 1), 2**63 - 1),
        (decoding.ext_id_or_none, "", None),
        (decoding.ext_id_or_none, "0", None),
        (decoding.ext_id_or_none, "7", 7),
        (decoding.text, None, ""),
        (decoding.text, " a\x00\ud800b ", "ab"),
        (decoding.text, 5, "5"),
        (decoding.text, "x" * 5000, "x" * 2000),
        (decoding.text_or_none, "  ", None),
        (decoding.amount_or_none, None, None),
        (decoding.amount_or_none, "", None),
        (decoding.amount_or_none, "1250000.50", Decimal("1250000.50")),
        (decoding.amount_or_none, 3, Decimal(3)),
        (decoding.minutes, None, 0.0),
        (decoding.minutes, "240", 240.0),
        (decoding.minutes, 1.5, 1.5),
        (
            decoding.moment_or_none,
            "2025-06-01T03:00:00Z",
            datetime(2025, 6, 1, 3, tzinfo=UTC),
        ),
        (
            decoding.moment_or_none,
            "2025-06-01T10:00:00+07:00",
            datetime(2025, 6, 1, 3, tzinfo=UTC),
        ),
        (decoding.moment_or_none, "2025-06-01", datetime(2025, 6, 1, tzinfo=UTC)),
        (decoding.moment_or_none, "0001-01-01T00:00:00+07:00", None),
        (decoding.moment_or_none, "soon", None),
        (decoding.moment_or_none, {}, None),
        (decoding.date_or_none, "2025-07-01T00:00:00", date(2025, 7, 1)),
        (decoding.date_or_none, 5, None),
    ],
)
def test_right_values_are_taken(make: Maker, value: Any, expected: Any) -> None:
    assert make(value) == expected


@pytest.mark.parametrize(
    ("make", "value"),
    [
        *each(decoding.ext_id, [None, "", "x", "²", -1, 0, 1.0, True, [], 2**63]),
        (decoding.ext_id, "1" * 30),
        *each(decoding.text, [True, {}, []]),
        (decoding.required_text, " "),
        *each(decoding.amount_or_none, [True, "x", {}, -1, "NaN", "1e99", 0.5]),
        *each(decoding.minutes, [True, "x", {}, -1, "inf"]),
        (decoding.as_row, []),
        (decoding.rows_of, {}),
        (decoding.rows_of, {"rows": None}),
    ],
)
def test_wrong_values_are_refused(make: Maker, value: Any) -> None:
    with pytest.raises(REFUSAL):
        make(value)


def test_a_list_may_be_under_a_name() -> None:
    assert decoding.rows_of({"x": 1, "jobs": [2]}, "rows", "jobs") == [2]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = [
    "id",
    "name",
    "mfr",
    "partNum",
    "products",
    "priceRp",
    "masterJavaBaseModel",
    "panelCodes",
    "jobPurchaseOrders",
    "jobBomLeveleds",
    "account",
    "quotation",
    "project",
    "customer",
    "purchaseOrderNumber",
    "inquiryNumber",
    "items",
    "workingMins",
    "extEngineeringProblemId",
    "status",
    "neededDate",
    "entryDate",
    "createdAt",
    "isHead",
    "departmentId",
    "username",
]
ROW = st.dictionaries(st.sampled_from(NAMES), JSON | st.just({"id": 1}))
PARSERS: list[Callable[[bytes], decoding.Parsed[Any]]] = [
    ppic._items,
    ppic._inventory,
    ppic._jobs,
    ppic._boms,
    material_requests.parse,
    meeting._templates,
    parse_people,
    parse_departments,
    crm._parser(crm._purchase_order, lambda each: each.ext_id),
    crm._parser(crm._inquiry, lambda each: each.ext_id),
    crm._parser(crm._customer, lambda each: each.ext_id),
]


@given(
    rows=st.lists(ROW | JSON),
    wrapper=st.sampled_from(["", "jobs", "bomLeveleds", "templates", "data"]),
)
def test_no_shape_breaks_a_parser(rows: list[Any], wrapper: str) -> None:
    body = json.dumps({wrapper: rows} if wrapper else rows).encode()
    for parse in PARSERS:
        try:
            parsed = parse(body)
        except ValueError:
            continue
        assert parsed.rows + parsed.set_aside == len(rows)
