"""Forms of approvals."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from core.accounts.models import Role, User
from core.approvals.models import ApprovalRule, ApprovalStep, Needed
from core.approvals.services import MAX_STEPS
from core.pages.form_fields import ModelLabels, MoneyField, RowsField
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


class StepForm(ModelLabels):
    """One step of a rule."""

    model = ApprovalStep

    mode = forms.ChoiceField(choices=Needed.choices)
    role = forms.ChoiceField(required=False, choices=[("", NOTHING), *Role.choices])
    people = RowsField(
        label=_("People"),
        required=False,
        queryset=User.objects.filter(is_active=True).order_by("name"),
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )


StepForms = formset_factory(
    StepForm,
    formset=BoundedFormSet,
    extra=2,
    can_delete=True,
    max_num=MAX_STEPS,
    validate_max=True,
    absolute_max=MAX_STEPS + SPARE,
)
