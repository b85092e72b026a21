"""What people type about documents."""

from django import forms


class NameForm(forms.Form):
    """A name."""

    name = forms.CharField(max_length=300)


class TickForm(forms.Form):
    """One cell of the matrix."""

    document = forms.IntegerField(min_value=1, max_value=10**18)
    is_on = forms.BooleanField(required=False)


class JobForm(forms.Form):
    """A job of PPIC."""

    job = forms.IntegerField(min_value=1, max_value=10**18)


class JobDocumentsForm(forms.Form):
    """The documents of a job, by their ids."""

    documents = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["documents"].valid_value = _is_id  # type: ignore[attr-defined]


def _is_id(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and 0 < len(text) <= 18  # noqa: PLR2004
