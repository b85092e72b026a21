"""The form of a person's wishes: how to be told; the rules are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import NoticeGroup

WAYS = [("bell", _("Bell")), ("email", _("E-mail")), ("whatsapp", "WhatsApp")]
ALL_WAYS = frozenset(key for key, _label in WAYS)


class WishesForm(forms.Form):
    """Addresses, and the ways of each group of notices."""

    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    phone = forms.CharField(
        label=_("WhatsApp number"),
        required=False,
        max_length=25,
        help_text=_("With the country: +62812…"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    digest = forms.BooleanField(
        label=_("Once a day an e-mail with what waits for me"), required=False
    )

    def __init__(
        self, *args: Any, ways: frozenset[str] = ALL_WAYS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = [(key, label) for key, label in WAYS if key in ways]
        for name in ("phone",) * ("whatsapp" not in ways):
            del self.fields[name]
        for name in ("email", "digest") * ("email" not in ways):
            del self.fields[name]
        for group, label in NoticeGroup.choices:
            self.fields[group] = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=self.offered,
                widget=forms.CheckboxSelectMultiple,
            )

    def ways(self) -> list[Any]:
        """The bound fields of the groups, for the template."""
        return [self[group] for group in NoticeGroup.values]

    def wanted(self) -> dict[str, Any]:
        """As ``save_wishes`` takes it."""
        data = self.cleaned_data
        return {
            "email": data.get("email", ""),
            "phone": data.get("phone", ""),
            "digest": data.get("digest", False),
            "ways": {group: frozenset(data[group]) for group in NoticeGroup.values},
        }
