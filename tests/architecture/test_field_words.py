"""What a person reads in the admin is no column's name.

A field without ``verbose_name`` is called what Django makes of the column: English only, and
"ext bom leveled id".
"""

from collections.abc import Iterable
from typing import Any

import polib
import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.test import RequestFactory
from django.test.utils import isolate_apps
from django.utils.functional import Promise
from django.utils.translation import override

from bom.models import BomApproval
from core.db.models import Timestamped
from tests.architecture.test_words import CATALOGUE
from tests.people import Cast, cast

__all__ = ["cast"]
Field = models.Field[Any, Any]
# Django has its own Indonesian for these.
FRAMEWORK_WORDS = {"id", "last login", "superuser status"}


def bare(fields: Iterable[Field]) -> list[str]:
    """Those whose name in words is missing, or is not to be translated."""
    return [
        str(field)
        for field in fields
        if field.name != "id" and not isinstance(field.verbose_name, Promise)
    ]


@pytest.fixture
def shown(cast: Cast, rf: RequestFactory) -> list[Field]:
    """The fields of the forms of the admin and of its inlines, as an administrator sees them."""
    request = rf.get("/admin/")
    request.user = cast.people["admin"]
    return _shown(request)


def test_every_field_of_an_admin_form_has_a_word(shown: list[Field]) -> None:
    assert bare(shown) == []


def test_every_word_has_an_indonesian_one(shown: list[Field]) -> None:
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE))}
    with override("en"):
        words = {str(field.verbose_name) for field in shown}
    assert words - known - FRAMEWORK_WORDS == set()


@isolate_apps("bom")
def test_a_field_without_a_word_is_found() -> None:
    class Planted(Timestamped):
        ext_job_id = models.IntegerField()
        number = models.IntegerField("number")

        class Meta:
            app_label = "bom"

        def __str__(self) -> str:
            return str(self.number)

    assert bare(Planted._meta.fields) == [
        "bom.Planted.ext_job_id",
        "bom.Planted.number",
    ]


def test_the_word_of_a_field_is_in_the_language_of_the_reader() -> None:
    word = BomApproval._meta.get_field("ext_bom_leveled_id").verbose_name
    with override("id"):
        assert str(word) == "BOM (id PPIC)"
    with override("en"):
        assert str(word) == "BOM (PPIC's id)"


def _shown(request: Any) -> list[Field]:
    forms: list[tuple[Any, Any]] = list(admin.site._registry.items())
    forms += [
        (inline.model, inline)
        for page in admin.site._registry.values()
        for inline in page.get_inline_instances(request)
    ]
    found: list[Field] = []
    for model, page in forms:
        names = set(flatten_fieldsets(page.get_fieldsets(request)))
        found += [each for each in model._meta.fields if each.name in names]
    assert len(found) > 100
    return found
