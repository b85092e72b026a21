"""Forms of approvals."""

from django import forms


class DecisionForm(forms.Form):
    """Approve or reject what was shown."""

    status = forms.TypedChoiceField(choices=[(1, "1"), (2, "2")], coerce=int)
    # A browser sends a line end as two characters; the service counts it as one.
    remark = forms.CharField(required=False, max_length=8000, widget=forms.Textarea)
    revision = forms.IntegerField(min_value=1)
    digest = forms.CharField(max_length=64)
