"""What was kept is still there: the nightly check, and the sweep of what nobody knows."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.accounts.models import User
from core.files.uploaded import digest_of
from core.ledger.models import Event
from ems.jobs import ORPHAN_HOURS, sweep_orphans
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.services import scrub_files
from supportdocs.tests.conftest import upload
from tests.people import Cast, content_of, told

pytestmark = pytest.mark.django_db


def place(document: SupportTable) -> Path:
    assert document.current is not None
    return Path(default_storage.path(document.current.stored_name))


def state(document: SupportTable) -> bool:
    return DocumentVersion.objects.get(document=document).is_damaged


def test_a_sound_file_is_checked_and_stays_sound(document: SupportTable) -> None:
    assert scrub_files() == 0
    version = DocumentVersion.objects.get()
    assert version.checked_at is not None
    assert not version.is_damaged
    assert not Event.objects.filter(kind="document.damaged").exists()


def test_f50_a_damaged_file_is_not_given_out_and_is_told_at_once(
    document: SupportTable, cast: Cast
) -> None:
    path, good = place(document), place(document).read_bytes()
    paths = [
        f"/supporttables/{document.pk}/download",
        f"/documents/{document.pk}/1/file/",
    ]
    path.write_bytes(good[:20] + bytes([good[20] ^ 1]) + good[21:])
    for _time in range(2):
        for address in paths:
            answer = cast.api("agus").call("GET", paths[0])
            assert (answer.status_code, told(answer)["code"]) == (502, "blob_corrupt")
            assert cast.browser("agus").get(address).status_code == 502
    assert state(document)
    assert Event.objects.filter(kind="document.damaged").count() == 1
    path.write_bytes(good)
    scrub_files()
    DocumentVersion.objects.update(checked_at=None)
    scrub_files()
    assert content_of(cast.api("agus").call("GET", paths[0])) == good


@pytest.mark.parametrize("damage", ["a flipped bit", "a cut end", "gone"])
def test_damage_is_seen_told_once_and_healed(
    document: SupportTable, damage: str
) -> None:
    path, good = place(document), place(document).read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "a cut end":
        path.write_bytes(good[:-1])
    else:
        path.write_bytes(good[:20] + bytes([good[20] ^ 1]) + good[21:])
    assert scrub_files() == 1
    assert state(document)
    DocumentVersion.objects.update(checked_at=None)
    scrub_files()
    assert Event.objects.filter(kind="document.damaged").count() == 1
    path.write_bytes(good)
    DocumentVersion.objects.update(checked_at=None)
    assert scrub_files() == 0
    assert not state(document)
    assert Event.objects.filter(kind="document.sound").count() == 1


def test_it_goes_on_where_it_stopped(agus: User) -> None:
    for _place in range(3):
        upload(agus)
    scrub_files(longest_seconds=0)
    assert DocumentVersion.objects.exclude(checked_at=None).count() == 1
    scrub_files()
    assert not DocumentVersion.objects.filter(checked_at=None).exists()


def test_the_digest_of_nothing_is_empty() -> None:
    assert digest_of("documents/none.pdf") == ""


def orphan(name: str, hours: float) -> Path:
    """A file that no row names."""
    path = Path(default_storage.path(default_storage.save(name, ContentFile(b"x"))))
    stamp = path.stat().st_mtime - hours * 3600
    os.utime(path, (stamp, stamp))
    return path


def test_orphans_go_and_what_is_known_or_young_stays(document: SupportTable) -> None:
    old = orphan("documents/old.pdf", ORPHAN_HOURS + 1)
    older = orphan("attachments/older.pdf", 99)
    young = orphan("documents/young.pdf", 1)
    known = place(document)
    os.utime(known, (0, 0))
    assert sweep_orphans() == 2
    assert [path.exists() for path in (old, older, young, known)] == [
        False,
        False,
        True,
        True,
    ]
    young.unlink()


def test_sweeping_an_empty_store_is_no_fault(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "none")  # type: ignore[attr-defined]
    assert sweep_orphans() == 0


def test_a_file_that_cannot_be_read_is_damaged_and_stops_no_other(agus: User) -> None:
    """A bad sector: the disk says EIO. It comes first each night, being unchecked."""
    first, second = upload(agus), upload(agus)
    path = place(first)
    path.unlink()
    path.mkdir()  # opening it is an OSError that is no FileNotFoundError, also for root
    assert scrub_files() == 1
    assert (state(first), state(second)) == (True, False)
    assert not DocumentVersion.objects.filter(checked_at=None).exists()
    path.rmdir()


def test_a_store_that_is_away_says_nothing_of_its_files(
    document: SupportTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str) -> int:
        raise OSError("Could not connect to the endpoint")

    monkeypatch.setattr(default_storage, "size", away)
    with pytest.raises(OSError, match="endpoint"):
        scrub_files()
    assert not state(document)
