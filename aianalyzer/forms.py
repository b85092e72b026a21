"""The form that starts an analysis."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.models_on_offer import OFFLINE, choices
from core.http.wire import INT64

LANGUAGES = [
    ("", _("Language of the document")),
    ("id", _("Indonesian")),
    ("en", _("English")),
]


class ModelForm(forms.Form):
    """The model, and the class of the document."""

    model = forms.ChoiceField(label=_("Model"), required=False)
    document_class = forms.ChoiceField(
        label=_("Class of the document"),
        choices=InquiryAiGeneration.DocumentClass.choices,
        initial=InquiryAiGeneration.DocumentClass.INTERNAL,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of the answer"), choices=LANGUAGES, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = choices()
        field = self.fields["model"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for mypy
        field.choices = [(each.key, each.label) for each in self.offered]
        field.initial = OFFLINE

    def chosen(self) -> dict[str, str]:
        """The arguments of ``start_analysis``."""
        data = self.cleaned_data
        return {
            "model": data["model"] or OFFLINE,
            "document_class": data["document_class"] or "internal",
            "language": data["language"],
        }


class StartForm(ModelForm):
    """With a file of one's own, or, where the button says so, of the inquiry itself."""

    file = forms.FileField(label=_("Document"), required=False, allow_empty_file=True)
    inquiry = forms.IntegerField(
        required=False, min_value=1, max_value=INT64, widget=forms.HiddenInput
    )
    of_inquiry = forms.BooleanField(required=False)


class UseForm(forms.Form):
    """The record that an answer becomes."""

    kind = forms.ChoiceField(choices=[(x, x) for x in ("change", "note", "activity")])
