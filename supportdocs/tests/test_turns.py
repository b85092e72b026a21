"""Whose file is read next and how often it is tried; which files are compared with their digest."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.services import (
    downloads,
    read_waiting,
    scrub_files,
    serve_version,
    text_extraction,
)
from supportdocs.services.integrity import AT_ONCE, NIGHT
from supportdocs.tests.conftest import upload

pytestmark = pytest.mark.django_db
Text = DocumentVersion.Text


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


# --- Turns of the reader ------------------------------------------------------------------------------


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is read, in turn; nothing is really read."""
    done: list[str] = []

    def note(version: DocumentVersion) -> None:
        done.append(version.document.name)
        DocumentVersion.objects.filter(pk=version.pk).update(text_state=Text.READ)

    monkeypatch.setattr(text_extraction, "_read", note)
    return done


def test_people_take_turns_and_each_ones_oldest_is_first(
    agus: User, budi: User, hendi: User, order: list[str]
) -> None:
    for person, count in ((agus, 3), (budi, 1), (hendi, 2)):
        for number in range(count):
            upload(person, name=f"{person.username} {number}")
    assert read_waiting() == 6
    people = sorted((agus, budi, hendi), key=lambda person: person.pk)
    assert [name.split()[0] for name in order[:3]] == [p.username for p in people]
    for name in ("agus", "hendi"):
        theirs = [each for each in order if each.startswith(name)]
        assert theirs == sorted(theirs)
    assert order[-1] == "agus 2"


@pytest.mark.parametrize(("limit", "read"), [(0, 0), (1, 1), (2, 2), (9, 3)])
def test_so_many_are_read_in_one_go(
    agus: User, order: list[str], limit: int, read: int
) -> None:
    for number in range(3):
        upload(agus, name=f"{number}")
    assert (read_waiting(limit), len(order)) == (read, read)


@pytest.mark.parametrize(("minutes", "is_taken"), [(-1, True), (1, False)])
def test_what_another_worker_has_is_taken_only_after_its_lease(
    document: SupportTable, order: list[str], minutes: int, is_taken: bool
) -> None:
    ends = timezone.now() + timedelta(minutes=minutes)
    DocumentVersion.objects.update(text_lease=ends)
    assert read_waiting() == is_taken
    assert DocumentVersion.objects.get().text_tries == is_taken


@pytest.mark.parametrize(
    ("tries", "state", "problem"),
    [(1, Text.READ, ""), (2, Text.FAILED, "time"), (3, Text.FAILED, "time")],
)
def test_a_file_is_tried_twice_and_no_more(
    agus: User, tries: int, state: int, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(agus, b"busbar", file_name="a.txt")
    DocumentVersion.objects.update(text_tries=tries)
    assert read_waiting() == 1
    version = DocumentVersion.objects.get()
    assert (version.text_state, version.text_problem) == (state, problem)
    assert version.text_lease is None


def test_a_type_without_text_is_skipped_and_not_called_broken(agus: User) -> None:
    upload(agus, b"AC1032" + bytes(20), file_name="a.dwg")
    read_waiting()
    version = DocumentVersion.objects.get()
    assert (version.text_state, version.text_problem) == (Text.SKIPPED, "unsupported")


# --- Kept files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_small", "is_compared"), [(True, True), (False, False)])
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_small_file_is_compared_before_all_of_it_goes_out(
    document: SupportTable,
    monkeypatch: pytest.MonkeyPatch,
    is_whole: bool,
    is_small: bool,
    is_compared: bool,
) -> None:
    version = document.versions.get()
    default_storage.delete(version.stored_name)
    default_storage.save(version.stored_name, ContentFile(b"other"))
    limit = version.size if is_small else version.size - 1
    monkeypatch.setattr(downloads, "COMPARED_BYTES", limit)
    code = ""
    try:
        serve_version(version, is_whole=is_whole)
    except DomainError as error:
        code = error.code
    is_found = is_whole and is_compared
    assert code == ("blob_corrupt" if is_found else "")
    version.refresh_from_db()
    assert version.is_damaged is is_found


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_file_that_is_known_to_be_damaged_never_goes_out(
    document: SupportTable, is_whole: bool
) -> None:
    DocumentVersion.objects.update(is_damaged=True)
    with pytest.raises(DomainError) as caught:
        serve_version(document.versions.get(), is_whole=is_whole)
    assert caught.value.code == "blob_corrupt"


def test_a_missing_file_is_no_damage_when_it_is_wanted(document: SupportTable) -> None:
    version = document.versions.get()
    default_storage.delete(version.stored_name)
    assert serve_version(version, is_whole=True).stored_name == version.stored_name
    version.refresh_from_db()
    assert not version.is_damaged


@pytest.mark.parametrize(("minutes", "is_due"), [(1, True), (-1, False)])
def test_a_file_is_due_again_the_next_night(
    document: SupportTable, minutes: int, is_due: bool
) -> None:
    checked = timezone.now() - NIGHT - timedelta(minutes=minutes)
    DocumentVersion.objects.update(checked_at=checked, sha256="0" * 64)
    assert scrub_files() == is_due


def test_the_check_goes_on_beyond_one_handful(agus: User) -> None:
    document = SupportTable.objects.create(name="Arsip", created_by=agus)
    DocumentVersion.objects.bulk_create(
        DocumentVersion(
            document=document,
            number=number,
            name="x",
            stored_name=f"documents/{number}",
            extension="pdf",
            size=1,
            sha256="",
            uploaded_at=timezone.now(),
        )
        for number in range(1, AT_ONCE + 2)
    )
    assert scrub_files() == 0
    assert not DocumentVersion.objects.filter(checked_at=None).exists()
