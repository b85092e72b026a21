"""The form behind *Update metrics*."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.pages.form_fields import CountField, MomentField

MAX = 2**31 - 1  # what the column holds


class FiguresForm(forms.Form):
    """Typed figures; an empty field lets the computed one stand."""

    number_of_manpowers = CountField(
        label=_("Manpower"), required=False, min_value=0, max_value=MAX
    )
    number_of_ecns_this_month = CountField(
        label=_("ECN this month"), required=False, min_value=0, max_value=MAX
    )
    number_of_ccns_this_month = CountField(
        label=_("CCN this month"), required=False, min_value=0, max_value=MAX
    )
    last_detected_process = MomentField(
        label=_("Last detected process"), required=False
    )
    total_products = CountField(
        label=_("Products"), required=False, min_value=0, max_value=MAX
    )
    total_boms = CountField(label=_("BOMs"), required=False, min_value=0, max_value=MAX)
    total_slds = CountField(label=_("SLDs"), required=False, min_value=0, max_value=MAX)
    total_drawings = CountField(
        label=_("Drawings"), required=False, min_value=0, max_value=MAX
    )
