"""The login form of the portal and of the admin, and the choice of a person."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from core.accounts.models import UserRole
from core.accounts.queries import names, strangers
from core.accounts.services.pins import MAX_DIGITS
from core.errors import DomainError
from core.text.ids import as_id


class SignInForm(AuthenticationForm):
    """Name and password; a refusal of the auth server becomes a sentence above the form."""

    refusal: DomainError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")

    def clean(self) -> dict[str, Any]:
        """Ask the backend; keep its refusal for the status code."""
        try:
            return super().clean()
        except DomainError as error:
            self.refusal = error
            raise forms.ValidationError(error.sentence, code=error.code) from None


class SignedForm(forms.Form):
    """A form that signs something: with the password or the PIN where signatures need it."""

    password = forms.CharField(
        required=False, max_length=1024, strip=False, widget=forms.PasswordInput
    )


def _digits(label: Any) -> forms.CharField:
    """A field for a PIN: a phone shows digits, and no password manager keeps it for a password."""
    attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": MAX_DIGITS}
    widget = forms.PasswordInput(attrs=attrs)
    return forms.CharField(label=label, max_length=MAX_DIGITS, widget=widget)


class PinForm(forms.Form):
    """A new PIN, typed twice, and the password."""

    pin = _digits(_("New PIN"))
    again = _digits(_("The same PIN once more"))
    password = forms.CharField(
        label=_("Your password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_again(self) -> str:
        """Both are the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("pin", again):
            raise forms.ValidationError(_("The two are not the same."))
        return again


def _people() -> list[tuple[str, str]]:
    """Everybody by name; ids go out as text."""
    rows = sorted((name.casefold(), name, key) for key, name in names().items())
    return [("", ""), *((str(key), name) for _folded, name, key in rows)]


class PersonField(forms.TypedChoiceField):
    """A person by the auth server's id, chosen by name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Person"))
        super().__init__(choices=_people, coerce=int, empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The id; who is not in the directory any more stays chosen by their number."""
        known = _people()
        if value and str(value) not in dict(known):
            self.choices = [*known, (str(value), f"#{value}")]
        return value

    def valid_value(self, value: Any) -> bool:
        """Any id: the directory may be away while an administrator works."""
        return as_id(str(value)) is not None


class OfPersonForm(forms.ModelForm[Any]):
    """A form of a row about a person; ``person_field`` names the column.

    Who stood there before may stay, also when the directory does not know them any more.
    """

    person_field = "user_id"

    def clean(self) -> dict[str, Any]:
        """Refuse an id that the directory does not have."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name = self.person_field
        chosen = data.get(name)
        if not chosen or chosen == self.initial.get(name):
            return data
        # The administration saves in a transaction that is open already.
        if strangers([chosen], asks=False):
            self.add_error(name, _("The directory knows no such person."))
        return data


class RoleForm(OfPersonForm):
    """Form of a person's role."""

    user_id = PersonField()

    class Meta:
        model = UserRole
        fields = ("user_id", "role")

    def _get_validation_exclusions(self) -> set[str]:
        """Whether somebody holds a role already is for the service to say, in its own words."""
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found | {"user_id"}
