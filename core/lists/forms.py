"""What is sent for many rows at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.accounts.forms import SignedForm
from core.http.wire import INT64
from core.lists.policies import MOST_ROWS, VERBS
from core.lists.subjects import Given, Pick, read_pick
from core.pages.form_fields import DayField


class BulkForm(SignedForm):
    """The verb, the ticked rows, and what the verb asks for."""

    verb = forms.ChoiceField(
        choices=[*VERBS.items()],
        error_messages={
            "required": _("Choose what to do with the ticked rows."),
            "invalid_choice": _("This page cannot do that."),
        },
    )
    pick = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    person = forms.IntegerField(required=False, min_value=1, max_value=INT64)
    day = DayField(required=False)
    reason = forms.IntegerField(required=False, min_value=0, max_value=INT64)
    note = forms.CharField(required=False, max_length=500)

    def clean_pick(self) -> list[Pick]:
        """Each once, in the order of the page."""
        found = [read_pick(str(each)) for each in self.cleaned_data["pick"] or []]
        if not found:
            raise forms.ValidationError(_("Tick at least one row."))
        if len(found) > MOST_ROWS:
            raise forms.ValidationError(
                _(
                    "%(count)d rows are ticked; at most %(most)d are worked at once. Untick some."
                )
                % {"count": len(found), "most": MOST_ROWS}
            )
        if None in found:
            raise forms.ValidationError(_("The form is damaged. Open the list again."))
        return list(dict.fromkeys(pick for pick in found if pick))

    def given(self) -> Given:
        """What was filled in, without the secret."""
        data: dict[str, Any] = self.cleaned_data
        names = ("person", "day", "reason", "note")
        return Given(**{name: data[name] for name in names})
