"""Wire names and wire values (docs/contract.md#names)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from core.http.wire import (
    FRAMEWORK_WORDS,
    WireDay,
    WireDecimal,
    WireFlag,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
    parse_moment,
)
from core.text.camel_case import camel
from core.text.wire_json import to_bytes


class Line(WireSerializer):
    id = WireInteger()
    ext_item_id = WireInteger()


class Shape(WireSerializer):
    number_of_items = WireInteger()
    totalBOMs = WireInteger(source="total_boms")  # noqa: N815 - as on the wire
    price = WireDecimal(places=2)
    margin = WireDecimal(digits=9, may_be_negative=True)
    note = WireText(max_length=5)
    is_hidden = WireFlag()
    at = WireMoment()
    day = WireDay()
    lines = Line(many=True, required=False)


def read(body: Any) -> dict[str, Any]:
    """What comes out of validation."""
    shape = Shape(data=body)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


def refused(body: Any) -> set[str]:
    """The members that are refused."""
    with pytest.raises(ValidationError) as caught:
        read(body)
    assert isinstance(caught.value.detail, dict)
    return {str(name) for name in caught.value.detail}


@pytest.mark.parametrize(
    ("name", "wire"),
    [("a", "a"), ("ext_purchase_order_id", "extPurchaseOrderId"), ("x_1", "x1")],
)
def test_a_name_with_an_underscore_is_camel_case(name: str, wire: str) -> None:
    assert camel(name) == wire


def test_a_name_without_one_is_the_wires_own() -> None:
    names = Shape.wire_names()
    assert names["total_boms"] == "totalBOMs"
    assert names["number_of_items"] == "numberOfItems"


def test_only_what_was_sent_comes_out() -> None:
    assert read({}) == {}
    assert read({"NUMBEROFITEMS": 1, "stray": {"a": 1}}) == {"number_of_items": 1}


def test_a_member_in_two_letter_cases_is_refused() -> None:
    assert refused({"price": 1, "Price": 2}) == {"price"}


@pytest.mark.parametrize("body", [None, 3, "x", [], [1]])
def test_a_body_must_be_an_object(body: Any) -> None:
    with pytest.raises(ValidationError):
        read(body)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(1, 1), ("12", 12), ("", None), ("  ", None), (None, None), (2.0, 2), (-3, -3)],
)
def test_whole_numbers(sent: Any, kept: int | None) -> None:
    assert read({"numberOfItems": sent}) == {"number_of_items": kept}


@pytest.mark.parametrize(
    "sent",
    [1.5, "1.5", True, False, "x", [], {}, 2**63, -(2**63), 10**30, 1e300, "9" * 999],
)
def test_what_is_no_whole_number(sent: Any) -> None:
    assert refused({"numberOfItems": sent}) == {"numberOfItems"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (0.1, "0.1"),
        ("0.10", "0.10"),
        (1e3, "1000"),
        (" 7 ", "7"),
        ("", None),
        (None, None),
        ("1e-9999999", "0"),
        (9_999_999_999_999, "9999999999999"),
    ],
)
def test_exact_numbers(sent: Any, kept: str | None) -> None:
    (value,) = read({"price": sent}).values()
    assert value == (None if kept is None else Decimal(kept))


@pytest.mark.parametrize(
    "sent",
    ["NaN", "Infinity", "1e9999999", "-1", -1, True, [], {}, "x", 10**13, "1" * 70],
)
def test_what_is_no_price(sent: Any) -> None:
    assert refused({"price": sent}) == {"price"}


def test_a_margin_may_be_negative() -> None:
    assert read({"margin": "-1.5"}) == {"margin": Decimal("-1.5000")}


@given(st.decimals(0, 9_999_999_999_999, allow_nan=False, places=2))
def test_a_price_goes_around_without_loss(price: Decimal) -> None:
    (kept,) = read({"price": str(price)}).values()
    text = to_bytes({"price": kept}).decode()
    assert Decimal(text.removeprefix('{"price":').removesuffix("}")) == price


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("", ""), (None, ""), (" a ", " a "), (5, "5"), ("x" * 5, "xxxxx")],
)
def test_text(sent: Any, kept: str) -> None:
    assert read({"note": sent}) == {"note": kept}


@pytest.mark.parametrize("sent", [True, [], {}, "x" * 6, "a\0"])
def test_what_is_no_text(sent: Any) -> None:
    assert refused({"note": sent}) == {"note"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(True, True), ("false", False), (0, False), ("", None), (None, None)],
)
def test_flags(sent: Any, kept: bool | None) -> None:
    assert read({"isHidden": sent}) == {"is_hidden": kept}


@pytest.mark.parametrize("sent", ["perhaps", [], {}, 2])
def test_what_is_no_flag(sent: Any) -> None:
    assert refused({"isHidden": sent}) == {"isHidden"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-07T00:00:00Z", datetime(2026, 1, 7, tzinfo=UTC)),
        ("2026-01-07T07:00:00", datetime(2026, 1, 7, tzinfo=UTC)),
        ("2026-01-07", datetime(2026, 1, 7, tzinfo=UTC)),
        ("2026-01-07T00:00:00+07:00", datetime(2026, 1, 6, 17, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_moments(sent: Any, kept: datetime | None) -> None:
    assert read({"at": sent}) == {"at": kept}


@pytest.mark.parametrize(
    "sent",
    ["soon", "2026-13-01", "1899-12-31", "9999-01-01", "0000-00-00", 5, True, [], {}],
)
def test_what_is_no_moment(sent: Any) -> None:
    assert refused({"at": sent}) == {"at"}
    assert refused({"day": sent}) == {"day"}


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_moments(text: str) -> None:
    moment = parse_moment(text)
    assert moment is None or moment.tzinfo is not None


def test_a_day_is_midnight_utc_on_the_wire() -> None:
    assert Shape({"day": date(2026, 1, 7)}).data == {
        "day": datetime(2026, 1, 7, tzinfo=UTC)
    }
    assert to_bytes({"day": datetime(2026, 1, 7, tzinfo=UTC)}) == (
        b'{"day":"2026-01-07T00:00:00Z"}'
    )


def test_nulls_are_left_out_and_zeros_are_not() -> None:
    row = {"number_of_items": 0, "note": "", "is_hidden": False, "price": None}
    assert Shape(row | {"lines": []}).data == {
        "numberOfItems": 0,
        "note": "",
        "isHidden": False,
        "lines": [],
    }


def test_rows_within_are_partial_and_free_of_case() -> None:
    assert read({"Lines": [{"EXTITEMID": "5"}]}) == {"lines": [{"ext_item_id": 5}]}
    many = Line(data=[{"extItemId": 5}], many=True)
    many.is_valid(raise_exception=True)
    assert many.validated_data == [{"ext_item_id": 5}]


ROW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = st.sampled_from(sorted(Shape().fields))


@given(st.dictionaries(NAMES, ROW, max_size=4))
def test_any_value_is_read_or_refused(body: dict[str, Any]) -> None:
    shape = Shape(data=body)
    if shape.is_valid():
        orjson.loads(to_bytes(shape.validated_data))
    else:
        assert set(shape.errors) <= set(body)


def test_no_sentence_of_the_library_is_left_in_english() -> None:
    with translation.override("id"):
        assert all(translation.gettext(text) != text for text in FRAMEWORK_WORDS)
        with pytest.raises(ValidationError, match="Harus berupa teks"):
            WireText().run_validation([])
