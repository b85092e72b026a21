"""Default PICs in the administration: chosen and found by name, with their history."""

import pytest

from bom.models import BomDefaultPic
from core.ledger.models import Event
from tests.people import Cast

pytestmark = pytest.mark.django_db
PICS = "/admin/bom/bomdefaultpic/"


def test_an_administrator_adds_and_removes_a_default_pic(cast: Cast) -> None:
    browser = cast.browser("admin")
    answer = browser.post(f"{PICS}add/", {"ext_user_id": "12"}, follow=True)
    assert "Agus Wijaya" in answer.content.decode()
    row = BomDefaultPic.objects.get()
    page = browser.get(f"{PICS}{row.pk}/change/").content.decode()
    assert 'class="line"' in page  # its history
    browser.post(f"{PICS}{row.pk}/delete/", {"post": "yes"})
    assert not BomDefaultPic.objects.exists()
    kinds = Event.objects.filter(actor=cast.admin, kind__startswith="row.")
    assert list(kinds.values_list("kind", flat=True).order_by("seq")) == [
        "row.added",
        "row.removed",
    ]


def test_the_same_person_twice_is_refused_in_the_form(cast: Cast) -> None:
    BomDefaultPic.objects.create(ext_user_id=12)
    page = cast.browser("admin").post(f"{PICS}add/", {"ext_user_id": "12"})
    assert 'class="errorlist' in page.content.decode()
    assert BomDefaultPic.objects.count() == 1


def test_people_of_the_directory_are_found_by_name(cast: Cast) -> None:
    BomDefaultPic.objects.create(ext_user_id=12)
    browser = cast.browser("admin")
    assert "Agus Wijaya" in browser.get(f"{PICS}?q=wijaya").content.decode()
    assert "Agus Wijaya" not in browser.get(f"{PICS}?q=zzz").content.decode()


def test_nobody_whom_the_directory_does_not_know_is_asked_by_default(
    cast: Cast,
) -> None:
    browser = cast.browser("admin")
    browser.get(f"{PICS}add/")
    form = browser.post(f"{PICS}add/", {"ext_user_id": "902"})
    assert "ext_user_id" in form.context["adminform"].form.errors
    assert not BomDefaultPic.objects.filter(ext_user_id=902).exists()
