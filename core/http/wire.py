"""Wire names: declared per field, one map for both directions (docs/contract.md#names).

A declared name with an underscore goes out in camelCase; a name without one is already the
wire's. Input names match without regard to case, unknown members are ignored, ``""`` means null
for everything but text, numeric strings are numbers, null members are omitted on the way out.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.text.camel_case import camel
from core.text.numbers import is_ambiguous, read_number
from core.text.years import is_sensible

INT64 = 2**63 - 1
DAY_ONLY = re.compile(r"\d{4}-?\d\d-?\d\d([T ]00:?00(:?00(\.0+)?)?)?")
# Python itself would take underscores and other scripts' digits for a number.
NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,9})?", re.ASCII)
MAX_TEXT = 20_000
MAX_LIST = 500
# REST framework has no Indonesian for these; named here, our catalogue has, and is asked first.
FRAMEWORK_WORDS = (
    gettext_noop("Not a valid string."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("A valid number is required."),
    gettext_noop("This list may not be empty."),
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop('Method "{method}" not allowed.'),
    gettext_noop("No data provided"),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
)


class WireList(serializers.ListSerializer[Any]):
    """A list that may be null as a whole; none of its elements may.

    Its length is looked at before its elements, of which each costs as much as a record.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_LIST)
        super().__init__(*args, **kwargs)
        if self.child is not None:
            self.child.allow_null = False


class WireSerializer(serializers.Serializer[Any]):
    """Reads and writes one wire shape. Only members that were sent come out of validation."""

    class Meta:
        list_serializer_class = WireList

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("partial", True)
        super().__init__(*args, **kwargs)

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> Any:
        """A list of rows is partial, too: DRF asks the outermost serializer."""
        kwargs.setdefault("partial", True)
        return super().many_init(*args, **kwargs)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The declared fields under their wire names."""
        fields = {}
        for name, field in super().get_fields().items():
            wire = camel(name)
            if wire != name and field.source is None:
                field.source = name
            fields[wire] = field
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Match names without regard to case, then validate what was sent."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {"body": [_("Send one JSON object with the members of the record.")]}
            )
        wire = {str(name).casefold(): str(name) for name in self.fields}
        known: dict[str, Any] = {}
        for given, value in data.items():
            name = wire.get(str(given).casefold())
            if name in known:
                raise serializers.ValidationError(
                    {name: [_("This member is given twice.")]}
                )
            if name is not None:
                known[name] = value
        return dict(super().to_internal_value(known))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The record without its null members."""
        return without_nulls(super().to_representation(instance))

    @classmethod
    def read(cls, data: Any) -> dict[str, Any]:
        """What was sent, checked; raises ValidationError under the wire's names."""
        body = cls(data=data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    @classmethod
    def wire_names(cls) -> dict[str, str]:
        """Column, as ``.values()`` names it -> wire name; nested shapes are not among them."""
        return {
            str(field.source).replace(".", "__"): name
            for name, field in cls().fields.items()
            if not isinstance(field, serializers.BaseSerializer)
            and field.source != "*"
            and not field.write_only
        }


class WireValues(serializers.ListField):
    """A list of single values; its length is looked at before them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_LIST)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a long one unread."""
        most = self.max_length
        if isinstance(data, list) and most is not None and len(data) > most:
            word = gettext("Ensure this field has no more than {max_length} elements.")
            raise serializers.ValidationError([word.format(max_length=most)])
        return super().to_internal_value(data)


def without_nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the members that are null (docs/contract.md#nulls)."""
    return {name: value for name, value in row.items() if value is not None}


class WireInteger(serializers.IntegerField):
    """A whole number of 64 bits; ``"12"`` counts, ``""`` is null, ``1.5`` and true do not."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", True)
        kwargs.setdefault("min_value", -INT64)
        kwargs.setdefault("max_value", INT64)
        super().__init__(**kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Read ``""`` as null."""
        return super().validate_empty_values(None if _is_blank(data) else data)

    def to_internal_value(self, data: Any) -> int:
        """Refuse booleans, fractions and ``1.000``, of which Python would make 1."""
        if isinstance(data, str) and is_ambiguous(data[:40]):
            self.fail("invalid")
        if isinstance(data, bool) or (isinstance(data, float) and data != int(data)):
            self.fail("invalid")
        return super().to_internal_value(int(data) if isinstance(data, float) else data)


@extend_schema_field(OpenApiTypes.NUMBER)
class WireDecimal(serializers.Field[Decimal | None, Any, Any, Any]):
    """An exact number: JSON number or numeric string; ``""`` is null.

    SQLite and JSON readers keep 15 digits, so that many are taken and none is ever lost.
    """

    default_error_messages = {
        "invalid": _("A number is needed."),
        "two_ways": _("It can be read in two ways; send it as a number, not as text."),
        "range": _("The number is too large or has too many decimals."),
        "negative": _("The number cannot be negative."),
    }

    def __init__(self, *, digits: int = 15, places: int = 4, **kwargs: Any) -> None:
        self.limit = Decimal(10) ** (digits - places)
        self.places = places
        self.may_be_negative = kwargs.pop("may_be_negative", False)
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Read ``""`` as null."""
        return super().validate_empty_values(None if _is_blank(data) else data)

    def to_internal_value(self, data: Any) -> Decimal:
        """Parse without passing through a float's noise: ``0.1`` stays 0.1."""
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        if not isinstance(data, str):
            return self._checked(Decimal(str(data)))
        return self._checked(self._typed(data.strip()))

    def _typed(self, text: str) -> Decimal:
        """A number in text: as programs write it, or as people do, where both mean the same."""
        try:
            if is_ambiguous(text):
                self.fail("two_ways")
            return Decimal(text) if NUMBER.fullmatch(text) else read_number(text)
        except ValueError:
            self.fail("invalid")

    def _checked(self, value: Decimal) -> Decimal:
        if not value.is_finite():
            self.fail("invalid")
        if value < 0 and not self.may_be_negative:
            self.fail("negative")
        if value.copy_abs() >= self.limit:  # abs() would round, and overflow
            self.fail("range")
        return round(value, self.places)

    def to_representation(self, value: Decimal | None) -> Any:
        """The renderer writes it as a JSON number."""
        return value


class WireText(serializers.CharField):
    """Text as typed; null means empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", True)
        kwargs.setdefault("allow_null", True)
        kwargs.setdefault("max_length", MAX_TEXT)
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null is stored as empty text, so that no query needs to ask for both."""
        return super().validate_empty_values("" if data is None else data)


class WireFlag(serializers.BooleanField):
    """true or false; ``""`` is null."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> bool:
        """Refuse containers, which the base class cannot hash."""
        if isinstance(data, list | dict):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class WireMoment(serializers.Field[datetime | None, Any, Any, Any]):
    """An instant: ISO 8601 in; UTC with ``Z`` out. Without an offset it is Asia/Jakarta.

    A day without a clock is midnight UTC of that day, going in as coming out: programs take the day
    from what stands before the ``T``.
    """

    default_error_messages = {
        "invalid": _("A date of the years 2000 to 2100 is needed, such as 2026-01-07.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Read ``""`` as null: the old input page sends it for a date that nobody typed."""
        return super().validate_empty_values(None if _is_blank(data) else data)

    def to_internal_value(self, data: Any) -> datetime:
        """Parse a date or an instant of a year that can be meant."""
        moment = parse_moment(data) if isinstance(data, str) else None
        if moment is None:
            self.fail("invalid")
        return day_out(moment.date()) if is_day(str(data)) else moment

    def to_representation(self, value: datetime | None) -> Any:
        """The instant in UTC."""
        return value and value.astimezone(UTC)


class WireDay(WireMoment):
    """A calendar day, which goes out as midnight UTC of that day, as the predecessor had it."""

    def to_internal_value(self, data: Any) -> Any:
        """The day named by the text; an instant counts as its day in UTC, as old pages send it."""
        moment = super().to_internal_value(data)
        return moment.astimezone(UTC).date()

    def to_representation(self, value: Any) -> datetime:
        return day_out(value)


def is_day(text: str) -> bool:
    """Whether ISO text names a day only, or its midnight without an offset."""
    return DAY_ONLY.fullmatch(text.strip()) is not None


def day_out(value: date) -> datetime:
    """A calendar day as the wire writes it: midnight UTC."""
    return datetime.combine(value, time.min, UTC)


def parse_moment(text: str) -> datetime | None:
    """Read ISO text; None when it is no date, or one of a year that nobody means."""
    text = text.strip()[:40]
    try:
        moment = parse_datetime(text) or _midnight(parse_date(text))
        if moment is None or not is_sensible(moment):
            return None
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    except (ValueError, OverflowError, DjangoValidationError):
        return None


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min)


def _is_blank(data: Any) -> bool:
    return isinstance(data, str) and not data.strip()
