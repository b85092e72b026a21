"""Forms of the switch: what to start, and the values of an old row."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legacy.models import LegacyRow
from legacy.schema import TABLES
from legacy.world import FLAGS, Choices

DRY, WHOLE, DELTA = "dry", "whole", "delta"
LONG = 80


class StartForm(forms.Form):
    """A dry run, an import, or what changed since the last one."""

    what = forms.ChoiceField(
        label=_("What to run"),
        initial=DRY,
        widget=forms.RadioSelect,
        choices=[
            (DRY, _("Dry run: into a database that is thrown away")),
            (WHOLE, _("Import: every row; what is here already is only compared")),
            (DELTA, _("Delta: only what changed since the last import")),
        ],
    )
    drops_doubles = forms.BooleanField(
        label=_("Leave out lines of a change that stand there twice"), required=False
    )
    mends_mojibake = forms.BooleanField(
        label=_("Mend letters that were read wrongly (mmÂ² to mm²)"), required=False
    )
    keeps_typed_figures = forms.BooleanField(
        label=_("Keep the figures that were typed into the old dashboard"),
        required=False,
    )
    is_without_directory = forms.BooleanField(
        label=_("Go on without the directory of people"),
        required=False,
        help_text=_(
            "Only where it does not answer; nobody is then taken for a leaver."
        ),
    )

    def choices(self) -> Choices:
        """The switches that are on."""
        return Choices(**{name: self.cleaned_data[name] for name in FLAGS})


class OldRowForm(forms.Form):
    """The columns of an old row, called as the old database calls them."""

    def __init__(self, row: LegacyRow, data: Any = None) -> None:
        super().__init__(data)
        for name in TABLES[row.table]:
            value = (row.raw or {}).get(name)
            if name != "Id":
                self.fields[name] = _column(name, "" if value is None else str(value))

    def typed(self) -> dict[str, str]:
        """The columns that were changed; a browser's line ends are no change."""
        return {
            name: text
            for name, text in self.cleaned_data.items()
            if _plain(text) != _plain(str(self.fields[name].initial))
        }


def _column(name: str, value: str) -> forms.CharField:
    is_long = len(value) > LONG or "\n" in value
    widget = forms.Textarea({"rows": 4}) if is_long else forms.TextInput()
    return forms.CharField(
        label=name, initial=value, required=False, widget=widget, strip=False
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
