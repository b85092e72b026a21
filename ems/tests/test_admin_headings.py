"""The lists in which people approve have headings in their language."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.utils import translation

from core.ledger.models import Delivery

ENGLISH_TOO = {"BOM", "Status", "Customer"}
LISTS = [
    model
    for model in admin.site._registry
    if model._meta.label in {"engineering.ChangeNotice", "bom.BomApproval"}
    or model is Delivery
]


@pytest.mark.parametrize("model", LISTS)
def test_no_heading_is_the_name_of_a_column(model: type) -> None:
    shown = admin.site._registry[model]
    names = [name for name in shown.list_display if name != "key"]
    heads: dict[str, list[str]] = {}
    for language in ("id", "en"):
        with translation.override(language):
            heads[language] = [str(label_for_field(n, model, shown)) for n in names]
    same = {a for a, b in zip(*heads.values(), strict=True) if a == b}
    assert len(LISTS) == 3
    assert same <= ENGLISH_TOO
