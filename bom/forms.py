"""Forms of BOM approvals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bom.models import BomDefaultPic
from bom.services.opening import MAX_PICS
from core.accounts.forms import OfPersonForm, PersonField, SignedForm
from core.accounts.queries import strangers
from core.approvals.forms import DecisionForm
from core.text.ids import as_id


class BomDecisionForm(SignedForm, DecisionForm):
    """A decision, with the password or PIN where signatures need it."""


class PicsForm(forms.Form):
    """People to invite, by their ids of the auth server."""

    people = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["people"]
        field.valid_value = is_person_id  # type: ignore[attr-defined]

    def clean_people(self) -> list[int]:
        people: list[int] = self.cleaned_data["people"]
        if len(people) > MAX_PICS:
            raise forms.ValidationError(_("A BOM has at most 50 PICs."))
        if strangers(people):
            raise forms.ValidationError(_("The directory knows no such person."))
        return people


def is_person_id(value: object) -> bool:
    """Whether a text may be an id of the auth server."""
    return as_id(str(value)) is not None


class DefaultPicForm(OfPersonForm):
    """A person who is asked for a BOM when PPIC names nobody."""

    person_field = "ext_user_id"
    ext_user_id = PersonField()

    class Meta:
        model = BomDefaultPic
        fields = ("ext_user_id",)


class OpenForm(PicsForm):
    """A BOM of PPIC, and the PICs to ask."""

    bom = forms.IntegerField(min_value=1, max_value=10**18)


class RemoveForm(forms.Form):
    """The PIC to remove, and the reason."""

    person = forms.IntegerField(min_value=1, max_value=10**18)
    reason = forms.CharField(required=False, max_length=1000)
