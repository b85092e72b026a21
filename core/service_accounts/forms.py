"""Forms of service accounts."""

from collections.abc import Callable
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.pages.form_fields import DayField
from core.service_accounts.models import ServiceAccount
from core.service_accounts.policies import READ_ALL, read_addresses, read_scopes

A_YEAR = timedelta(days=365)


class ServiceAccountForm(forms.ModelForm[ServiceAccount]):
    """A new account: what it is called and what it is for."""

    class Meta:
        model = ServiceAccount
        fields = ("name", "purpose")
        help_texts = {
            "name": _("As it will stand in histories, such as “PPIC nightly”."),
            "purpose": _("What it reads or writes, and whom to ask about it."),
        }


def a_year_from_now() -> date:
    return timezone.localdate() + A_YEAR


class ServiceTokenForm(forms.Form):
    """A new token: what it may, from where, and until when."""

    scopes = forms.CharField(
        label=_("May do"),
        initial=READ_ALL,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "One a line: a verb and the beginning of a path, such as GET /bomapprovals. "
            "GET / reads everything. No token decides, signs or administers."
        ),
    )
    addresses = forms.CharField(
        label=_("Only from"),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_("Addresses or networks, one a line. Empty: from anywhere."),
    )
    last_day = DayField(label=_("Last day"), initial=a_year_from_now)

    def clean_scopes(self) -> list[str]:
        return _read(read_scopes, self.cleaned_data["scopes"])

    def clean_addresses(self) -> list[str]:
        return _read(read_addresses, self.cleaned_data["addresses"])


def _read(reads: Callable[[str], list[str]], text: str) -> list[str]:
    """A refusal of the rule, at its field."""
    try:
        return reads(text)
    except DomainError as error:
        raise forms.ValidationError(
            [each for words in error.errors.values() for each in words]
        ) from error
