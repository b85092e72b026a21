"""Shapes of what is typed about planned work; the rules are in the services."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Task
from activities.queries.record import change_number
from activities.services import MAX_TASKS, SAID
from core.accounts.forms import SignedForm
from core.http.wire import INT64, day_out
from core.pages.form_fields import DayField, QuantityField
from core.pages.formsets import SPARE, BoundedFormSet
from core.text.ids import as_id
from core.text.normal_form import plain_text
from engineering.models import ChangeNotice

MAX_PEOPLE_TEXT = 1200
ID_DIGITS = 18


def _id_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=INT64)


class ChangeField(forms.CharField):
    """An ECN or CCN by the number that people know; stored is its id."""

    def prepare_value(self, value: Any) -> Any:
        """The number of a stored id."""
        if not isinstance(value, int):
            return value
        return change_number(value) or str(value)

    def clean(self, value: Any) -> Any:
        """The id of what was typed, or nothing; programs and old habits type the id."""
        text = super().clean(value).lstrip("#")
        if not text:
            return None
        if number := as_id(text):
            return number
        found = ChangeNotice.objects.filter(
            number__iexact=plain_text(text), deleted_at=None
        )
        if not found:
            raise forms.ValidationError(
                _("There is no such number. Copy it from the list of ECN and CCN.")
            )
        return found[0].pk


class ActivityForm(forms.Form):
    """The header of an activity; which fields are shown hangs on the type."""

    description = forms.CharField(
        label=_("Activity"),
        help_text=_("What is to be done, in one sentence."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
    )
    kind = forms.TypedChoiceField(
        label=_("Type"), choices=Activity.Kind.choices, coerce=int, initial=0
    )
    ext_inquiry_id = _id_field(_("Inquiry"))
    support_table_id = _id_field(_("Support document"))
    ext_job_id = _id_field(_("Job"))
    ext_panel_code_id = _id_field(_("Product"))
    ext_purchase_order_id = _id_field(_("Purchase order"))
    customer = forms.CharField(
        label=_("Customer"),
        help_text=_("Empty: taken from the inquiry or the purchase order."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "customers-list"}),
    )
    ext_engineering_detail_problem_id = ChangeField(
        label=_("For ECN / CCN"),
        help_text=_("Its number, for example ECN-2026-0031."),
        required=False,
        max_length=40,
    )
    pic = forms.CharField(
        label=_("Contact"),
        help_text=_("Who answers questions about it."),
        required=False,
        max_length=2000,
    )
    content_revision = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def header(self, kind: int | None = None) -> dict[str, Any]:
        """Column values. Of another type than before (``kind``), what does not belong to it is
        emptied; of the same type it stays as it is stored."""
        data = dict(self.cleaned_data)
        data.pop("content_revision", None)
        if data["kind"] == kind:
            return data
        if data["kind"] != Activity.Kind.PRE_PO:
            data |= {"ext_inquiry_id": None, "support_table_id": None}
        if data["kind"] != Activity.Kind.POST_PO:
            data |= {"ext_panel_code_id": None, "ext_purchase_order_id": None}
            data["ext_job_id"] = None
        return data


class TaskForm(forms.Form):
    """One task; its people are ids of the auth server, separated by commas."""

    id = forms.IntegerField(
        required=False, min_value=1, max_value=INT64, widget=forms.HiddenInput
    )
    description = forms.CharField(
        label=_("Task"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    starts = DayField(label=_("From"), required=False)
    ends = DayField(label=_("To"), required=False)
    hours = QuantityField(
        label=_("Hours"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
    )
    people = forms.CharField(
        required=False, max_length=MAX_PEOPLE_TEXT, widget=forms.HiddenInput
    )
    remark = forms.CharField(label=_("Remark"), required=False, max_length=20_000)

    def clean_people(self) -> list[int]:
        """The ids; an invalid one is refused."""
        parts = [part for part in self.cleaned_data["people"].split(",") if part]
        ids = [number for number in map(as_id, parts) if number]
        if len(ids) < len(parts):
            raise forms.ValidationError(_("Choose people from the list."))
        return ids

    def clean(self) -> dict[str, Any]:
        """The end is not before the start."""
        data = super().clean() or {}
        first, last = data.get("starts"), data.get("ends")
        if first and last and last < first:
            self.add_error("ends", _("The end is before the start."))
        return data


class TaskFormSet(BoundedFormSet):
    """The tasks of an activity, in the order in which they are to stand."""

    def lines(self, stored: dict[int, Task] | None = None) -> list[dict[str, Any]]:
        """Mappings as the services take them; a date that was not touched keeps its hour."""
        known = stored or {}
        ordered = [form for form in self.ordered_forms if form.cleaned_data]
        lines = [
            self._line(form.cleaned_data, place, known)
            for place, form in enumerate(ordered)
        ]
        gone = [form for form in self.deleted_forms if form.cleaned_data.get("id")]
        return lines + [
            {"id": form.cleaned_data["id"], "deleted_at": timezone.now()}
            for form in gone
        ]

    def _line(
        self, data: dict[str, Any], place: int, known: dict[int, Task]
    ) -> dict[str, Any]:
        task = known.get(data.get("id") or 0, Task())
        return {
            "id": data.get("id"),
            "description": data["description"],
            "starts_at": _moment(data["starts"], task.starts_at),
            "ends_at": _moment(data["ends"], task.ends_at),
            "hours": data["hours"],
            "people": data["people"],
            "remark": data["remark"],
            "position": place,
        }


def _moment(day: date | None, known: Any) -> Any:
    if day is None:
        return None
    if known and timezone.localdate(known) == day:
        return known
    return day_out(day)


Tasks = forms.formset_factory(
    TaskForm,
    formset=TaskFormSet,
    extra=0,
    can_delete=True,
    can_order=True,
    max_num=MAX_TASKS,
    validate_max=True,
    absolute_max=MAX_TASKS + SPARE,
)


class SaidForm(forms.Form):
    """What is said of the work: the hours that it took, and why it is late."""

    hours_spent = QuantityField(
        label=_("Hours spent"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
    )
    late_reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=[("", _("Not specified")), *Task.LateReason.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    late_note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def said(self) -> dict[str, Any]:
        """Column values of what was on the form."""
        return {name: self.cleaned_data[name] for name in SAID if name in self.data}


class StageForm(SignedForm, SaidForm):
    """Sign or take back a stage; ``back`` is the page to return to."""

    stage = forms.CharField(max_length=20)
    on_behalf_of = forms.IntegerField(required=False, min_value=1, max_value=INT64)
    reason = forms.CharField(required=False, max_length=1000)


class MoveForm(forms.Form):
    """The days to which a task is moved; one that had no start, or no end, gets none by it."""

    starts = DayField(required=False)
    ends = DayField(required=False)

    def moved(self, task: Task) -> dict[str, Any]:
        """Column values; a day that stays keeps its hour."""
        days = self.cleaned_data
        return {
            "starts_at": task.starts_at and _moment(days["starts"], task.starts_at),
            "ends_at": task.ends_at and _moment(days["ends"], task.ends_at),
        }


class WorkPeriodForm(forms.Form):
    """A window of days; an invalid value means the default."""

    first = DayField(required=False)
    last = DayField(required=False)


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
