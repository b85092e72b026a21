"""Forms of approvals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from core.accounts.models import Role, User
from core.accounts.queries import PersonRef
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Duty,
    Needed,
    RecordKind,
    Substitution,
)
from core.approvals.services.rules import MAX_HOURS, MAX_STEPS
from core.pages.form_fields import CountField, DayField, ModelLabels, MoneyField
from core.pages.formsets import SPARE, BoundedFormSet
from core.text.formatting import NOTHING


class DecisionForm(forms.Form):
    """Approve or reject what was shown."""

    status = forms.TypedChoiceField(choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int)
    # A browser sends a line end as two characters; the service counts it as one.
    remark = forms.CharField(required=False, max_length=8000, widget=forms.Textarea)
    revision = forms.IntegerField(min_value=1)
    digest = forms.CharField(max_length=64)
    on_behalf_of = forms.IntegerField(required=False)


class LinkDecisionForm(forms.Form):
    """A decision by the link of a message; the link says on what."""

    status = forms.TypedChoiceField(choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int)
    # A browser sends a line end as two characters; the service counts it as one.
    remark = forms.CharField(required=False, max_length=8000, widget=forms.Textarea)
    pin = forms.CharField(required=False, max_length=100, widget=forms.PasswordInput)


class SubstitutionForm(ModelLabels):
    """Who stands in, on which days and for what; for whom, only for administrators."""

    model = Substitution

    person = forms.TypedChoiceField(
        label=_("For whom"), coerce=int, empty_value=None, required=False
    )
    substitute = forms.TypedChoiceField(coerce=int)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    kinds = forms.MultipleChoiceField(
        label=_("Only for"),
        required=False,
        choices=RecordKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: for everything."),
    )

    def __init__(
        self, *args: Any, people: list[PersonRef], is_admin: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        faces = [(face.ext_id, face.name) for face in people]
        fields: dict[str, Any] = self.fields
        fields["person"].choices = faces
        fields["substitute"].choices = [("", NOTHING), *faces]
        if not is_admin:
            del fields["person"]


class RuleForm(forms.ModelForm[ApprovalRule]):
    """The head of an approval rule."""

    class Meta:
        model = ApprovalRule
        fields = ("kind", "net_from", "net_below", "is_active")
        field_classes = {"net_from": MoneyField, "net_below": MoneyField}
        help_texts = {
            "net_from": _("Empty: no lower bound."),
            "net_below": _("Empty: no upper bound."),
        }


class PeopleSelect(forms.SelectMultiple):
    """A list of people; a script makes chips and a search box of it (``static/js/ruleform.js``)."""

    def __init__(self) -> None:
        super().__init__({"size": 5, "data-people": ""})


class StepForm(ModelLabels):
    """One step of a rule.

    ``people``: the active people as choices, read once for all steps of a page.
    """

    model = ApprovalStep

    order = CountField(required=False, min_value=0, max_value=999, label=_("Place"))
    role = forms.ChoiceField(required=False, choices=[("", NOTHING), *Role.choices])
    people = forms.TypedMultipleChoiceField(
        label=_("People"), required=False, coerce=int, widget=PeopleSelect
    )
    of_head = forms.BooleanField(required=False)
    mode = forms.ChoiceField(choices=Needed.choices, label=_("Who must agree"))
    number = CountField(
        required=False, min_value=0, max_value=99, label=_("How many of them")
    )
    duty = forms.ChoiceField(
        required=False, choices=Duty.choices, label=_("What is asked of them")
    )
    escalate_after = CountField(
        required=False,
        min_value=0,
        max_value=MAX_HOURS,
        label=_("If late, after (working hours)"),
    )
    escalate_role = forms.ChoiceField(
        required=False, choices=[("", NOTHING), *Role.choices], label=_("also the role")
    )
    escalate_person_id = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("or the person")
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kw: Any):
        super().__init__(*args, **kw)
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        one: Any = self.fields["escalate_person_id"]
        one.choices = [("", NOTHING), *people]

    def wanted(self) -> dict[str, Any] | None:
        """What was typed, as the service takes it; None for a line that says nothing."""
        row = self.cleaned_data
        said = [
            value
            for name, value in row.items()
            if name not in {"mode", "order", "DELETE"} and value != Duty.REQUIRED
        ]
        return row | {"duty": row["duty"] or Duty.REQUIRED} if any(said) else None


StepForms = formset_factory(
    StepForm,
    formset=BoundedFormSet,
    extra=2,  # without a script nothing adds a step
    can_delete=True,
    max_num=MAX_STEPS,
    validate_max=True,
    absolute_max=MAX_STEPS + SPARE,
)


def people_choices() -> list[tuple[int, str]]:
    """Everybody active, by name."""
    rows = User.objects.filter(is_active=True).order_by("name", "pk")
    return [(row.pk, str(row)) for row in rows]
