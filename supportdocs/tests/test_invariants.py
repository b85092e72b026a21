"""Each planted violation is named, and a sound library has none (docs/threats.md#inv-11)."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from core.accounts.models import User
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.invariants import inv_11
from supportdocs.services import scrub_files, upload_version
from supportdocs.tests.conftest import WORDS, upload
from supportdocs.tests.test_keeping import orphan, place

pytestmark = pytest.mark.django_db


def test_a_library_that_was_used_holds(agus: User, document: SupportTable) -> None:
    upload(agus)
    upload_version(
        document_id=document.pk, by=agus, file_name="b.pdf", content=ContentFile(WORDS)
    )
    orphan("documents/young.pdf", 1)
    assert list(inv_11()) == []


def _gone(document: SupportTable) -> None:
    place(document).unlink()


def _cut(document: SupportTable) -> None:
    place(document).write_bytes(place(document).read_bytes()[:-1])


def _flipped(document: SupportTable) -> None:
    good = place(document).read_bytes()
    place(document).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))


def _row_without_upload(document: SupportTable) -> None:
    DocumentVersion.objects.update(sha256="0" * 64)


def _not_the_last(document: SupportTable) -> None:
    SupportTable.objects.update(current=None)


def _forgotten(document: SupportTable) -> None:
    orphan("documents/forgotten.pdf", 25)


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (_gone, "the file is missing"),
        (_cut, "bytes instead of"),
        (_flipped, "differs from its SHA-256"),
        (_row_without_upload, "does not know of its upload"),
        (_not_the_last, "not its last version"),
        (_forgotten, "no version names this file"),
    ],
)
def test_a_planted_violation_is_named_and_ends_the_command(
    plant: Callable[[SupportTable], None], words: str, document: SupportTable
) -> None:
    plant(document)
    assert any(words in sentence for sentence in inv_11())
    with pytest.raises(CommandError, match="INV-11"):
        call_command("ems_invariants", stdout=StringIO())


def test_damage_that_was_found_and_told_is_no_breach(document: SupportTable) -> None:
    _cut(document)
    assert list(inv_11())
    scrub_files()
    assert list(inv_11()) == []


@pytest.fixture(autouse=True)
def _own_store(settings: object, tmp_path: Path) -> None:
    """What other tests left in the store is no file of this one's database."""
    settings.MEDIA_ROOT = str(tmp_path)  # type: ignore[attr-defined]
