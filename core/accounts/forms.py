"""The login form of the portal and of the admin."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


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
