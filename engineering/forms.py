"""Shapes of what is typed about a change; the rules are in the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model, TextField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.forms import SignedForm
from core.approvals.forms import DecisionForm
from core.files.filetypes import TYPES
from core.pages.form_fields import (
    DayField,
    ModelLabels,
    MoneyField,
    QuantityField,
    typed_as_here,
)
from core.pages.formsets import SPARE, BoundedFormSet
from core.text.formatting import NOTHING
from engineering.models import (
    CHANGE_REQUEST_FIELDS,
    ChangeItem,
    ChangeNotice,
    Configuration,
    DonePo,
    EngineeringNote,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from engineering.services.changes import MAX_ITEMS

YES_NO = [("", _("Not said")), ("true", _("Yes")), ("false", _("No"))]
ACCEPT = ",".join(f".{extension}" for extension in TYPES)


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


class NoteForm(ModelLabels):
    """An engineering note."""

    model = EngineeringNote

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 10, "autofocus": True}), max_length=20_000
    )
    kind = forms.TypedChoiceField(
        choices=ChangeNotice.Kind.choices,
        coerce=int,
        initial=ChangeNotice.Kind.OTHERS,
    )
    customer = forms.CharField(required=False, max_length=200)
    project_name = forms.CharField(required=False, max_length=300)
    po_number = forms.CharField(required=False, max_length=100)


class ChangeDecisionForm(SignedForm, DecisionForm):
    """A decision, with the password or PIN where signatures need it."""


class ManyFilesInput(forms.ClearableFileInput):
    """One field, several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """A list of files; none is fine."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every file by the rules of one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFiles, self).clean(file, initial) for file in files if file]


class ChangeForm(ModelLabels):
    """The header of a change."""

    model = ChangeNotice

    kind = forms.TypedChoiceField(
        choices=ChangeNotice.Kind.choices,
        coerce=int,
        initial=0,
        widget=forms.Select(attrs={"autofocus": True}),
    )
    direction = forms.TypedChoiceField(
        choices=ChangeNotice.Direction.choices,
        coerce=int,
        initial=0,
        required=False,
        empty_value=None,
    )
    date = DayField(initial=timezone.localdate)
    engineering = forms.CharField(
        help_text=_("What is to be changed, in one or two sentences."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    detail_problem = forms.CharField(
        help_text=_("Why it is needed."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20_000,
    )
    ext_job_id = forms.IntegerField(required=False, min_value=1)
    project_name = forms.CharField(required=False, max_length=300)
    ext_panel_code_id = forms.IntegerField(required=False, min_value=1)
    product_name = forms.CharField(required=False, max_length=300)
    ext_purchase_order_id = forms.IntegerField(required=False, min_value=1)
    po_number = forms.CharField(required=False, max_length=100)
    customer = forms.CharField(required=False, max_length=200)
    has_po = forms.TypedChoiceField(
        choices=YES_NO,
        coerce=_flag,
        required=False,
        empty_value=None,
    )
    ext_user_id = forms.IntegerField(required=False, min_value=1)
    margin_before = QuantityField(required=False, max_digits=9, decimal_places=4)
    margin_after = QuantityField(required=False, max_digits=9, decimal_places=4)
    priority = forms.TypedChoiceField(
        choices=ChangeNotice.Priority.choices,
        coerce=int,
        initial=3,
    )
    justification = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    impact_without = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    impact_risk = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    impact_schedule = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    customer_pays = forms.TypedChoiceField(
        choices=YES_NO,
        coerce=_flag,
        required=False,
        empty_value=None,
    )
    customer_reference = forms.CharField(required=False, max_length=200)
    internal_cause = forms.CharField(
        help_text=_("Who or what caused it, if it came from us."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
    )
    drawings = ManyFiles(
        label=_("Attachments"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
    )
    without_files = forms.TypedMultipleChoiceField(
        label=_("Remove"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, files: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        removable: Any = self.fields["without_files"]
        removable.choices = [(file.pk, file.name) for file in files]

    def boxes(self) -> list[forms.BoundField]:
        """The boxes of the Change Request form."""
        return [self[name] for name in CHANGE_REQUEST_FIELDS]

    def named_files(self) -> list[tuple[str, Any]]:
        """The uploaded files as the services take them."""
        return [
            (file.name or "", file) for file in self.cleaned_data.get("drawings", [])
        ]


class ItemForm(ModelLabels):
    """One line; the part facts ride along so that a refused form shows them again."""

    model = ChangeItem

    id = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    ext_item_id = forms.IntegerField(
        required=False, min_value=1, widget=forms.HiddenInput
    )
    part_number = forms.CharField(
        required=False, max_length=200, widget=forms.HiddenInput
    )
    part_name = forms.CharField(required=False, max_length=300)
    part_description = forms.CharField(
        required=False, max_length=500, widget=forms.HiddenInput
    )
    manufacturer = forms.CharField(
        required=False, max_length=200, widget=forms.HiddenInput
    )
    unit = forms.CharField(required=False, max_length=40)
    qty = QuantityField(min_value=0, max_digits=18, decimal_places=4)
    snapshot_price = MoneyField(
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=2,
    )
    direction = forms.TypedChoiceField(
        choices=ChangeItem.Direction.choices,
        coerce=int,
        initial=0,
    )

    def clean(self) -> dict[str, Any]:
        """A new part that PPIC does not know needs a name and a unit."""
        data = dict(super().clean() or self.cleaned_data)
        is_typed = data.get("part_number") and not data.get("ext_item_id")
        if is_typed and not data.get("id"):
            for name in ("part_name", "unit"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(
                        name,
                        _("PPIC does not know this part: give its name and its unit."),
                    )
        return data


class ItemFormSet(BoundedFormSet):
    """The lines of a change."""

    def lines(self) -> list[dict[str, Any]]:
        """Mappings as the services take them; removed ones carry ``deleted_at``."""
        return [self._line(form) for form in self.forms if form.cleaned_data]

    def _line(self, form: forms.Form) -> dict[str, Any]:
        data = form.cleaned_data
        names = (
            "id",
            "ext_item_id",
            "part_number",
            "part_name",
            "unit",
            "qty",
            "snapshot_price",
            "direction",
        )
        line = {name: data.get(name) for name in names}  # a removed line may be damaged
        return line | ({"deleted_at": timezone.now()} if data.get("DELETE") else {})


Items = forms.formset_factory(
    ItemForm,
    formset=ItemFormSet,
    extra=0,
    can_delete=True,
    max_num=MAX_ITEMS,
    validate_max=True,
    absolute_max=MAX_ITEMS + SPARE,
)


BY_VALUE, BY_PERCENTAGE = "By Value", "By Percentage"


class ConfigurationForm(forms.ModelForm[Configuration]):
    """A limit by value or by percentage, or a text."""

    class Meta:
        model = Configuration
        fields = ("name", "by_value_percentage", "value", "percentage", "text")
        field_classes = {"value": MoneyField, "percentage": QuantityField}
        widgets = {
            "by_value_percentage": forms.Select(
                choices=[
                    ("", NOTHING),
                    (BY_VALUE, _("By value")),
                    (BY_PERCENTAGE, _("By percentage")),
                ]
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Programs spell it in their own ways; the list has one spelling of each.
        if self.instance.mode:
            word = BY_PERCENTAGE if self.instance.is_by_percentage else BY_VALUE
            self.initial["by_value_percentage"] = word

    def clean(self) -> dict[str, Any]:
        """A threshold by value or by percentage needs that number."""
        data = dict(super().clean() or self.cleaned_data)
        needed = {BY_VALUE: "value", BY_PERCENTAGE: "percentage"}.get(
            data.get("by_value_percentage") or ""
        )
        if needed and needed not in self.errors and data.get(needed) is None:
            self.add_error(needed, _("Type the number that is to count."))
        return data


LONG_TEXTS = {"detail_problem", "description", "engineering"}


def table_form(model: type[Model], *fields: str) -> type[forms.ModelForm[Any]]:
    """The form of a simple table; what is short gets one line, whatever its column can hold."""
    widgets: dict[str, type[forms.Widget] | forms.Widget] = {
        name: forms.Textarea(attrs={"rows": 2})
        if name in LONG_TEXTS
        else forms.TextInput()
        for name in fields
        if isinstance(model._meta.get_field(name), TextField)
    }
    return forms.modelform_factory(
        model, fields=fields, widgets=widgets, formfield_callback=typed_as_here
    )


PanelProcessForm = table_form(PanelProcess, "panel_type", "process_name", "minutes")
EngineerSupportForm = table_form(
    EngineerSupport, "engineer", "project", "requester", "support_dates"
)
SupportDetailForm = table_form(
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
OutstandingPostPoForm = table_form(
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
DonePoForm = table_form(DonePo, "job_category", "detail", "outs", "process_hours")
