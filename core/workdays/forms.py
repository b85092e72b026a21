"""Forms of the working calendar and of leave."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.accounts.queries import PersonRef
from core.pages.form_fields import DayField, ModelLabels, typed_as_here
from core.workdays.models import Holiday, WorkingDay
from core.workdays.policies import HolidayLine, read_holidays

MAX_PASTED = 60_000


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class WorkingDayForm(forms.ModelForm[WorkingDay]):
    """The hours of a day of the week."""

    class Meta:
        model = WorkingDay
        formfield_callback = typed_as_here
        fields = ("weekday", "starts", "ends", "break_starts", "break_minutes")
        widgets: ClassVar = {
            name: _clock() for name in ("starts", "ends", "break_starts")
        }


class HolidayForm(forms.ModelForm[Holiday]):
    """A day on which nobody works."""

    class Meta:
        model = Holiday
        formfield_callback = typed_as_here
        fields = ("date", "name", "kind", "source")


class PastedHolidaysForm(ModelLabels):
    """A list of holidays as it was copied from a decree or a sheet."""

    model = Holiday
    lines = forms.CharField(
        label=_("Holidays, one on each line"),
        max_length=MAX_PASTED,
        widget=forms.Textarea(
            attrs={"rows": 12, "placeholder": "2027-05-01 Hari Buruh Internasional"}
        ),
        help_text=_(
            "A date (2027-05-01 or 1/5/2027) and the name. What begins with “Cuti bersama” is collective leave."
        ),
    )
    kind = forms.ChoiceField(
        choices=Holiday.Kind.choices, initial=Holiday.Kind.NATIONAL
    )
    source = forms.CharField(max_length=300, required=False)

    def read(self) -> list[HolidayLine]:
        """The lines with what is wrong about each; only after ``is_valid``."""
        given: dict[str, Any] = self.cleaned_data
        return read_holidays(given["lines"], given["kind"])


class LeaveForm(forms.Form):
    """Days on which somebody is away; whose, only for those who keep that of others."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=int, required=False)
    first = DayField(label=_("First day away"))
    last = DayField(
        label=_("Last day away"),
        required=False,
        help_text=_("Empty: one day."),
    )

    def __init__(
        self, *args: Any, people: list[PersonRef], is_keeper: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [(face.ext_id, face.name) for face in people]
        if not is_keeper:
            del self.fields["person"]
