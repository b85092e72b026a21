"""What a person reads in the admin is no column's name."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory
from django.utils.translation import override

from ems.fieldnames import WORDS
from tests.people import Cast


@pytest.mark.django_db
def test_every_field_of_an_admin_form_has_a_word(
    cast: Cast, rf: RequestFactory
) -> None:
    request = rf.get("/admin/")
    request.user = cast.people["admin"]
    bare = [
        f"{model._meta.label}.{field.name}"
        for model, field in _shown(request)
        if field.verbose_name == field.name.replace("_", " ")
        and field.name not in WORDS
        and field.name != "id"
    ]
    assert not bare


def _shown(request: Any) -> list[tuple[Any, Any]]:
    forms: list[tuple[Any, Any]] = [
        (model, page) for model, page in admin.site._registry.items()
    ]
    forms += [
        (inline.model, inline)
        for page in admin.site._registry.values()
        for inline in page.get_inline_instances(request)
    ]
    found = []
    for model, page in forms:
        names = set(flatten_fieldsets(page.get_fieldsets(request)))
        found += [(model, each) for each in model._meta.fields if each.name in names]
    assert len(found) > 100
    return found


def test_words_are_translated() -> None:
    with override("id"):
        assert str(WORDS["ext_bom_leveled_id"]) == "BOM (id PPIC)"
