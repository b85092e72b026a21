"""Forms of documents."""

from django import forms


class NameForm(forms.Form):
    name = forms.CharField(max_length=300)


class TickForm(forms.Form):
    """One cell of the matrix."""

    document = forms.IntegerField(min_value=1, max_value=10**18)
    is_on = forms.BooleanField(required=False)


class JobForm(forms.Form):
    """A job of PPIC."""

    job = forms.IntegerField(min_value=1, max_value=10**18)
