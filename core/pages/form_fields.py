"""Fields and looks of forms: money, quantities, dates."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from core.db.models import field_label
from core.errors import DomainError
from core.text.ids import as_id
from core.text.numbers import is_comma_of_two, read_number
from core.text.years import FIRST_YEAR, LAST_YEAR, is_sensible


class ComponentRenderer(TemplatesSetting):
    """Renders every form of the portal with the component templates."""

    form_template_name = "components/forms/form.html"
    formset_template_name = "components/forms/formset.html"
    field_template_name = "components/forms/field.html"


def dotted(value: Decimal) -> str:
    """A number as it is typed here: ``1.250.000,5``."""
    whole, _point, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def sentence_of(form: forms.BaseForm) -> str:
    """The errors of a form in one line."""
    return " ".join(str(word) for words in form.errors.values() for word in words)


def put_refusal(
    form: forms.BaseForm, error: DomainError, names: Mapping[str, str] | None = None
) -> None:
    """Put what a service refused beside the fields it is about, else above the form.

    names: what the service calls a field -> what the form calls it, where they differ.
    """
    for wire, sentences in error.errors.items():
        name = (names or {}).get(wire, wire)
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not error.errors:
        form.add_error(None, error.sentence)


class ModelLabels(forms.Form):
    """A form that calls its fields as ``model`` does, unless a field has a label of its own."""

    model: ClassVar[type[models.Model]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {field.name for field in self.model._meta.fields}
        for name, field in self.fields.items():
            if field.label is None and name in known:
                field.label = field_label(self.model, name)


class NumberInput(forms.TextInput):
    """A text box with the numeric keyboard of a phone, showing numbers as they are written here."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "inputmode": "decimal",
                "autocomplete": "off",
                "data-number": "",
                **(attrs or {}),
            }
        )

    def format_value(self, value: Any) -> str | None:
        """The stored number as people write it; what they typed stays as typed."""
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else dotted(Decimal(str(value)))


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def _require_sensible(day: date | None) -> None:
    if day is not None and not is_sensible(day):
        raise ValidationError(
            _("The year must lie between %(first)d and %(last)d."),
            code="year",
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


class DayField(forms.DateField):
    """A day of our century: 26 typed for the year 2026 is refused, and nothing overflows later."""

    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        """Raises ValidationError for a year that nobody means."""
        day = super().to_python(value)
        _require_sensible(day)
        return day


class MomentField(forms.DateTimeField):
    """A day with a clock time, of our century."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )

    def to_python(self, value: Any) -> datetime | None:
        """Raises ValidationError for a year that nobody means, before a time zone overflows."""
        try:
            moment = super().to_python(value)
        except OverflowError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from None
        _require_sensible(moment)
        return moment


class QuantityField(forms.DecimalField):
    """A measure, in any spelling that ``read_number`` knows: ``1,5`` or ``1.5``."""

    widget = NumberInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Refuse with a sentence what is no number."""
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int | float):
            return super().to_python(value)
        try:
            return read_number(str(value))
        except ValueError as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No step or minimum: it is a text box."""
        return forms.Field.widget_attrs(self, widget)


class MoneyField(QuantityField):
    """Rupiah, typed with or without marks between thousands."""

    default_error_messages = {
        "invalid": _("Enter an amount such as 1.250.000."),
        "two_ways": _(
            "“%(text)s” can be read in two ways. Write %(thousands)s or %(decimal)s."
        ),
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """``1,250`` is a thousand to some; no amount has three decimals, so it is asked again."""
        amount = super().to_python(value)
        if isinstance(value, str) and is_comma_of_two(value):
            raise ValidationError(
                self.error_messages["two_ways"],
                code="two_ways",
                params=_both_ways(value, amount or Decimal(0)),
            )
        return amount

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The script asks again as well (``static/js/money.js``)."""
        return super().widget_attrs(widget) | {"data-number": "money"}


def _both_ways(text: str, amount: Decimal) -> dict[str, str]:
    return {
        "text": text.strip(),
        "thousands": dotted(amount * 1000),
        "decimal": dotted(round(amount, 2)),
    }


class CountField(QuantityField):
    """A whole number; ``1.000`` is a thousand, as everywhere here."""

    default_error_messages = {"invalid": _("Enter a whole number.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimal_places=0, **kwargs)

    def clean(self, value: Any) -> Any:
        """An int, or None where it may be empty."""
        number = super().clean(value)
        return None if number is None else int(number)


# How columns are typed, on the portal and in the administration.
FIELDS_OF_COLUMNS: dict[type[models.Field[Any, Any]], type[forms.Field]] = {
    models.DateField: DayField,
    models.DecimalField: QuantityField,
    models.IntegerField: CountField,
}


def typed_as_here(column: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """The form field of a column (``formfield_callback``): days and numbers as typed elsewhere."""
    is_plain = not column.choices and not isinstance(column, models.DateTimeField)
    for kind, field in FIELDS_OF_COLUMNS.items():
        if is_plain and isinstance(column, kind):
            kwargs = {"form_class": field, **kwargs}
    found: forms.Field | None = column.formfield(**kwargs)
    return found


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by their ids; what is no id is refused before the database is asked."""

    def clean(self, value: Any) -> Any:
        """Django's own check lets a number of any length through, and the database crashes."""
        for text in value if isinstance(value, list | tuple) else ():
            given = str(text)
            if as_id(given) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": given[:20]},
                )
        return super().clean(value)
