"""A field of a change stands in four places; the failure names the one that was forgotten.

Its model says what it is called, its serializer how the wire names it, the content list that it is
signed, and the form takes it. Rows of the API, labels, the history and the boxes follow from these.
"""

from typing import Any

import pytest
from django.db import models

from core.ledger.models import Event
from engineering.api.rows import WIRE_NAMES as ROW
from engineering.forms import ChangeForm
from engineering.models import CHANGE_REQUEST_FIELDS, ChangeNotice
from engineering.queries.history import _differences
from engineering.serializers import ChangeSerializer
from engineering.services.content import SIGNED_FIELDS as SIGNED
from engineering.tests.conftest import a_change
from tests.people import Cast

# Kept by the services: nobody types them into the form, and no signature covers them.
KEPT = {
    "id",
    "number",
    "requester",
    "requester_name",
    "created_by",
    "created_at",
    "updated_at",
    "status",
    "approval_date",
    "approval_ext_user_id",
    "approval_remark",
    "revision",
    "digest",
    "increase",
    "decrease",
    "net",
}


def typed() -> list[str]:
    """The fields that people fill in."""
    return [
        field.name
        for field in ChangeNotice._meta.fields
        if field.editable and field.name not in KEPT
    ]


def places() -> dict[str, set[str]]:
    """The names that each place knows."""
    return {
        "verbose_name": {
            field.name
            for field in ChangeNotice._meta.fields
            if field._verbose_name is not None  # type: ignore[attr-defined]
        },
        "serializer": set(ChangeSerializer.wire_names()),
        "signed content": set(SIGNED),
        "form": set(ChangeForm.base_fields),
    }


def forgotten(names: list[str], known: dict[str, set[str]]) -> list[str]:
    """Each place that lacks a name, in a sentence."""
    return [
        f"{name} is missing in: {place}"
        for name in names
        for place, there in known.items()
        if name not in there
    ]


def test_every_field_stands_in_all_its_places() -> None:
    assert forgotten(typed(), places()) == []
    assert len(typed()) == len(SIGNED) > 20


@pytest.mark.parametrize(
    "place", ["verbose_name", "serializer", "signed content", "form"]
)
def test_a_forgotten_place_is_named(place: str) -> None:
    known = places()
    known[place] -= {"customer_reference"}
    assert forgotten(typed(), known) == [f"customer_reference is missing in: {place}"]


def test_a_field_that_is_nowhere_is_missing_everywhere() -> None:
    assert len(forgotten(["weight"], places())) == 4


def test_nothing_is_signed_that_is_no_field() -> None:
    assert set(SIGNED) == set(typed())


def test_the_rows_of_the_api_follow_the_serializer() -> None:
    assert set(typed()) <= set(ROW)
    assert ROW["customer_reference"] == "customerReference"


def test_the_labels_of_the_form_follow_the_model() -> None:
    form = ChangeForm()
    for name in typed():
        word = str(ChangeNotice._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        assert str(form[name].label) == word[:1].upper() + word[1:]


@pytest.mark.parametrize("name", typed())
def test_the_history_tells_an_edit_of_it(name: str) -> None:
    field: Any = ChangeNotice._meta.get_field(name)
    value = field.choices[0][0] if field.choices else _sample(field)
    (told,) = _differences(Event(before={name: None}, after={name: value}))
    assert told.label.casefold() == str(field.verbose_name).casefold()
    assert told.before is None
    assert told.after


def _sample(field: models.Field[Any, Any]) -> Any:
    return True if isinstance(field, models.BooleanField) else "7"


@pytest.mark.django_db
def test_the_page_asks_for_every_field(cast: Cast) -> None:
    page = cast.browser("agus").get("/changes/new/").content.decode()
    assert [name for name in typed() if f'name="{name}"' not in page] == []


@pytest.mark.django_db
def test_the_record_shows_every_box(cast: Cast) -> None:
    said = {
        name: f"said in {name}"
        for name in CHANGE_REQUEST_FIELDS
        if name != "customer_pays"
    }
    change = a_change(cast.people["agus"], customer_pays=True, **said)
    page = cast.browser("agus").get(f"/changes/{change.pk}/").content.decode()
    assert [text for text in said.values() if text not in page] == []
    assert str(ChangeForm()["customer_pays"].label) in page
