"""Formsets that believe what was sent, and not the number that was claimed.

``TOTAL_FORMS`` is the sender's word: a form is made, checked and drawn for each one it claims, up to
``absolute_max``. Forms of which not one field came are left away here; Django says by itself when
the claim is above the limit.
"""

import re
from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet

# Above ``max_num``: enough to hear how many too many there are.
SPARE = 100


class _AsSent:
    """A mixin: as many forms as fields came for."""

    def total_form_count(self: Any) -> int:
        """At most one more than the highest place that a field names."""
        claimed: int = super().total_form_count()  # type: ignore[misc]
        if not self.is_bound:
            return claimed
        place = re.compile(rf"{re.escape(self.prefix)}-(\d{{1,9}})-")
        sent = max(
            (int(found[1]) + 1 for name in self.data if (found := place.match(name))),
            default=0,
        )
        return min(claimed, sent)


class BoundedFormSet(_AsSent, forms.BaseFormSet[Any]):
    """The base of every formset of the portal."""


class BoundedInlineFormSet(_AsSent, BaseInlineFormSet[Any, Any, Any]):
    """The base of every inline table of the administration."""
