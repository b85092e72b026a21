"""A file that the nightly check found damaged is told once each, not each night."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from core.accounts.models import User
from notifications.models import Notification
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.services import scrub_files
from supportdocs.tests.conftest import document
from tests.people import make_person, text_of

pytestmark = pytest.mark.django_db
__all__ = ["document"]


@pytest.fixture
def admin(db: None) -> User:
    """Somebody of EMS_ADMINS who holds no role."""
    person = make_person(900, "Admin")
    person.is_superuser = True
    person.save()
    return person


def file_of(document: SupportTable) -> Path:
    assert document.current is not None
    return Path(default_storage.path(document.current.stored_name))


def a_night() -> None:
    DocumentVersion.objects.update(checked_at=None)
    scrub_files()


@pytest.mark.usefixtures("hendi")  # SPV: whose business it is not
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_admins_managers_and_the_uploader_hear_of_it_once(
    damage: str,
    document: SupportTable,
    admin: User,
    agus: User,
    rina: User,
) -> None:
    path, good = file_of(document), file_of(document).read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(good[:-1] + b"?")
    a_night()
    told = Notification.objects.filter(kind="document.damaged")
    people = set(told.values_list("recipient", flat=True))
    assert people == {rina.pk, admin.pk, agus.pk}
    notice = told.filter(recipient=admin).get()
    assert notice.url == f"/documents/{document.pk}/"
    assert document.name in notice.title
    assert "Spesifikasi.pdf" in notice.message
    a_night()
    assert told.count() == len(people)
    path.write_bytes(good)
    a_night()
    path.write_bytes(b"")
    a_night()
    assert told.count() == 2 * len(people), "damaged anew is news"


def test_a_sound_night_is_no_news(document: SupportTable) -> None:
    a_night()
    assert not Notification.objects.exists()


def test_it_stands_on_the_page_and_beside_the_version(
    document: SupportTable, agus: User, as_person: Callable[[User], Client]
) -> None:
    client = as_person(agus)
    page = text_of(client.get(f"/documents/{document.pk}/"))
    assert "damaged" not in page.lower()
    assert "rusak" not in page.lower()
    file_of(document).unlink()
    a_night()
    page = text_of(client.get(f"/documents/{document.pk}/"))
    assert (
        page.lower().count("rusak") >= 3
    )  # in the head, in the callout, beside the version
