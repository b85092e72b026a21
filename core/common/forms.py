"""How forms look and how the common kinds of input are read: money, quantities, dates."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _


class ComponentRenderer(TemplatesSetting):
    """Renders every form of the portal with the component templates."""

    form_template_name = "components/forms/form.html"
    formset_template_name = "components/forms/formset.html"
    field_template_name = "components/forms/field.html"


def plain_number(text: str) -> str:
    """``Rp 1.250.000,50`` and ``1250000.5`` alike as ``1250000.50`` and ``1250000.5``.

    A comma is always the decimal mark here; a single dot is one only when it cannot
    be a thousands mark, that is, when not exactly three digits follow it.
    """
    bare = text.replace("Rp", "").replace("\u00a0", "").replace(" ", "")
    bare = bare.replace("\u2212", "-")
    if "," in bare:
        return bare.replace(".", "").replace(",", ".")
    whole, dot, rest = bare.rpartition(".")
    if dot and ("." in whole or len(rest) == 3):  # noqa: PLR2004  a group of thousands
        return bare.replace(".", "")
    return bare


def dotted(value: Decimal) -> str:
    """A number as it is typed here: ``1.250.000,5``."""
    whole, _point, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def sentence_of(form: forms.BaseForm) -> str:
    """What is wrong with what was sent, in one line."""
    return " ".join(str(word) for words in form.errors.values() for word in words)


class NumberInput(forms.TextInput):
    """A text box with the numeric keyboard of a phone, showing numbers as they are written here."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        """The stored number as people write it; what they typed stays as typed."""
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else dotted(Decimal(str(value)))


class MoneyInput(NumberInput):
    """Groups the thousands while typing."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-money": "", **(attrs or {})})


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class QuantityField(forms.DecimalField):
    """A measure, typed as ``1,5`` or ``1.5``."""

    widget = NumberInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read both spellings; refuse the rest with a sentence."""
        if value in self.empty_values:
            return None
        try:
            return super().to_python(plain_number(str(value)))
        except InvalidOperation as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No step or minimum: it is a text box."""
        return forms.Field.widget_attrs(self, widget)


class MoneyField(QuantityField):
    """Rupiah, typed with or without dots."""

    widget = MoneyInput
    default_error_messages = {"invalid": _("Enter an amount such as 1.250.000.")}
