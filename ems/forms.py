"""The form behind *Update metrics*."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX = 2**31 - 1  # what the column holds


class FiguresForm(forms.Form):
    """Typed figures; an empty field lets the computed one stand."""

    number_of_manpowers = forms.IntegerField(
        label=_("Manpower"), required=False, min_value=0, max_value=MAX
    )
    number_of_ecns_this_month = forms.IntegerField(
        label=_("ECN this month"), required=False, min_value=0, max_value=MAX
    )
    number_of_ccns_this_month = forms.IntegerField(
        label=_("CCN this month"), required=False, min_value=0, max_value=MAX
    )
    last_detected_process = forms.DateTimeField(
        label=_("Last detected process"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    total_products = forms.IntegerField(
        label=_("Products"), required=False, min_value=0, max_value=MAX
    )
    total_boms = forms.IntegerField(
        label=_("BOMs"), required=False, min_value=0, max_value=MAX
    )
    total_slds = forms.IntegerField(
        label=_("SLDs"), required=False, min_value=0, max_value=MAX
    )
    total_drawings = forms.IntegerField(
        label=_("Drawings"), required=False, min_value=0, max_value=MAX
    )
