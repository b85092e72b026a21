"""Shapes of what is typed in the setup; the rules are in the services of each app."""

from typing import Any

from django import forms
from django.forms import formset_factory, modelform_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bom.models import BomDefaultPic
from core.accounts.models import Role, User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep
from core.approvals.services import MAX_STEPS
from core.integrations import upstreams
from core.pages.form_fields import MoneyField, QuantityField, RowsField, typed_as_here
from core.pages.formsets import SPARE, BoundedFormSet
from core.text.formatting import NOTHING
from core.text.ids import as_id
from engineering.models import (
    Configuration,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)

Form = type[forms.BaseForm]


def people() -> list[tuple[str, str]]:
    """Everybody of the auth server by name; ids go out as text."""
    known = upstreams.people().value or {}
    rows = sorted(
        (person.name or person.username or str(key), key)
        for key, person in known.items()
    )
    return [("", "")] + [(str(key), name) for name, key in rows]


class PersonField(forms.TypedChoiceField):
    """A person of the auth server's directory; one it no longer lists stays choosable."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=people, coerce=int, empty_value=None, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Any id: the directory may be away while an administrator works."""
        return as_id(str(value)) is not None


class RoleForm(forms.ModelForm[UserRole]):
    """Form of a person's role."""

    user_id = PersonField(label=_("Person"))

    class Meta:
        model = UserRole
        fields = ("user_id", "role")

    def validate_unique(self) -> None:
        """The service says it in its own words."""


class DefaultPicForm(forms.ModelForm[BomDefaultPic]):
    """Form of a person who is asked for a BOM when PPIC names nobody."""

    ext_user_id = PersonField(label=_("Person"))

    class Meta:
        model = BomDefaultPic
        fields = ("ext_user_id",)


class ConfigurationForm(forms.ModelForm[Configuration]):
    by_value_percentage = forms.ChoiceField(
        label=_("By value or percentage"),
        required=False,
        choices=[
            ("", NOTHING),
            ("By Value", _("By value")),
            ("By Percentage", _("By percentage")),
        ],
    )
    value = MoneyField(
        label=_("Value"), required=False, max_digits=20, decimal_places=4
    )
    percentage = QuantityField(
        label=_("Percentage"), required=False, max_digits=9, decimal_places=4
    )

    class Meta:
        model = Configuration
        fields = ("name", "by_value_percentage", "value", "percentage", "text")

    def clean(self) -> dict[str, Any]:
        """A threshold by value or by percentage needs that number."""
        data = dict(super().clean() or self.cleaned_data)
        needed = {"By Value": "value", "By Percentage": "percentage"}.get(
            data.get("by_value_percentage") or ""
        )
        if needed and needed not in self.errors and data.get(needed) is None:
            self.add_error(needed, _("Type the number that is to count."))
        return data


class CapacitiesForm(forms.Form):
    """Hours a week; what stays empty falls back to the usual."""

    head = QuantityField(
        label=_("Hours a week of a head of department"),
        required=False,
        min_value=0,
        max_value=168,
        max_digits=6,
        decimal_places=2,
    )
    staff = QuantityField(
        label=_("Hours a week of everybody else"),
        required=False,
        min_value=0,
        max_value=168,
        max_digits=6,
        decimal_places=2,
    )


class PanelProcessForm(forms.ModelForm[PanelProcess]):
    """Form of the minutes that a process takes on a type of panel."""

    minutes = QuantityField(label=_("Minutes"), max_digits=12, decimal_places=2)

    class Meta:
        model = PanelProcess
        fields = ("panel_type", "process_name", "minutes")


class RuleForm(forms.ModelForm[ApprovalRule]):
    """The head of an approval rule."""

    net_from = MoneyField(
        label=_("Net cost from (Rp)"),
        required=False,
        help_text=_("Empty: no lower bound."),
        max_digits=18,
        decimal_places=2,
    )
    net_below = MoneyField(
        label=_("Net cost below (Rp)"),
        required=False,
        help_text=_("Empty: no upper bound."),
        max_digits=18,
        decimal_places=2,
    )

    class Meta:
        model = ApprovalRule
        fields = ("kind", "net_from", "net_below", "is_active")


class StepForm(forms.Form):
    """One step of a rule."""

    mode = forms.ChoiceField(label=_("Needed"), choices=ApprovalStep.Mode.choices)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", NOTHING), *Role.choices]
    )
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


def old_table(model: Any, *fields: str) -> Form:
    """The form of one of the predecessor's tables."""
    widgets: dict[str, Any] = {
        name: forms.Textarea(attrs={"rows": 2}) if name in LONG else forms.TextInput()
        for name in fields
        if model._meta.get_field(name).get_internal_type() == "TextField"
    }
    form: Form = modelform_factory(
        model,
        fields=fields,
        labels=LABELS,
        widgets=widgets,
        formfield_callback=typed_as_here,
    )
    return form


LONG = {"detail_problem", "description", "engineering"}
LABELS: dict[str, Any] = {
    "engineer": _("Engineer"),
    "project": _("Project"),
    "requester": _("Requester"),
    "support_dates": _("Dates of support"),
    "no": _("Number"),
    "tgl": _("Date"),
    "po_number": _("PO number"),
    "cust": _("Customer"),
    "project_name": _("Project"),
    "engineering": pgettext_lazy("what is changed", "Change"),
    "detail_problem": _("Reason"),
    "pn": _("Part number"),
    "description": _("Description"),
    "qty": _("Quantity"),
    "uom": _("Unit"),
    "customer": _("Engineer"),
    "done_outs": _("Done or outstanding"),
    "days_deadline": _("Days to the deadline"),
    "pre_po_outs": _("PrePO outstanding"),
    "pre_po_process": _("PrePO in process"),
    "post_po_outs": _("PostPO outstanding"),
    "post_po_process": _("PostPO in process"),
    "others_outs": _("Others outstanding"),
    "others_process": _("Others in process"),
    "total_outs": _("Outstanding in total"),
    "total_process": _("In process in total"),
    "job_category": _("Job category"),
    "detail": _("Detail"),
    "outs": _("Outstanding"),
    "process_hours": _("Processing hours"),
    # names that only the history knows
    "steps": _("Steps"),
    "departments": _("Departments"),
    "deleted_at": _("Removed"),
}
SupportForm = old_table(
    EngineerSupport, "engineer", "project", "requester", "support_dates"
)
DetailForm = old_table(
    SupportDetail,
    "no",
    "tgl",
    "po_number",
    "cust",
    "project_name",
    "engineering",
    "detail_problem",
    "pn",
    "description",
    "qty",
    "uom",
)
OutstandingForm = old_table(
    OutstandingPostPo,
    "customer",
    "project",
    "done_outs",
    "days_deadline",
    "pre_po_outs",
    "pre_po_process",
    "post_po_outs",
    "post_po_process",
    "others_outs",
    "others_process",
    "total_outs",
    "total_process",
)
DoneForm = old_table(DonePo, "job_category", "detail", "outs", "process_hours")
