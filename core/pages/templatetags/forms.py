"""Fields of a form and their errors as template tags."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from django import template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.safestring import SafeString

register = template.Library()

AnyForm: TypeAlias = "BaseForm | BaseFormSet[Any]"


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a form: label, control, help, and its error beside it."""
    return bound.as_field_group()


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: AnyForm) -> dict[str, Any]:
    """Errors above the form, each line a link to its field."""
    general: list[str] = []
    fields: list[dict[str, Any]] = []
    for each in _single_forms(forms):
        general += [str(sentence) for sentence in each.non_field_errors()]
        fields += [
            {"id": bound.id_for_label, "label": bound.label, "errors": bound.errors}
            for bound in each
            if bound.errors
        ]
    for formset in (given for given in forms if isinstance(given, BaseFormSet)):
        general += [str(sentence) for sentence in formset.non_form_errors()]
    return {"general": general, "fields": fields}


def _single_forms(forms: Sequence[AnyForm]) -> list[BaseForm]:
    """The forms themselves, those of formsets among them."""
    flat: list[BaseForm] = []
    for each in forms:
        flat += list(each.forms) if isinstance(each, BaseFormSet) else [each]
    return flat
