"""The verbs of documents: who may, what they do, what they refuse."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from core.accounts.models import UploadDay, User
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.queries import first_breach
from supportdocs.models import SupportJob, SupportTable
from supportdocs.queries.checklist import columns
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    list_document,
    remove_job,
    remove_job_document,
    rename_document,
    restore_document,
    restore_job,
    set_job_documents,
    upload_version,
)
from supportdocs.tests.conftest import WORDS, upload
from tests import papers

pytestmark = pytest.mark.django_db


def refused(code: str) -> Any:
    """A refusal with this code."""

    class Refusal:
        def __enter__(self) -> None:
            self.inner = pytest.raises(DomainError)
            self.caught = self.inner.__enter__()

        def __exit__(self, *args: Any) -> Any:
            done = self.inner.__exit__(*args)
            assert self.caught.value.code == code
            assert self.caught.value.sentence
            return done

    return Refusal()


def kinds(about: Any) -> list[str]:
    """What the ledger says of a record."""
    rows = Event.objects.filter(record_type=about._meta.label, record_id=about.pk)
    return list(rows.order_by("seq").values_list("kind", flat=True))


def stored() -> set[str]:
    """What lies in the store."""
    try:
        return set(default_storage.listdir("documents")[1])
    except FileNotFoundError:
        return set()


def test_an_upload_keeps_the_file_and_what_is_known_of_it(agus: User) -> None:
    document = upload(agus, file_name="SLD rev 2.pdf")
    version = document.current
    assert version is not None
    assert (document.name, version.name, version.number) == (
        "SLD rev 2",
        "SLD rev 2.pdf",
        1,
    )
    assert (version.size, version.uploaded_by) == (len(WORDS), agus)
    with default_storage.open(version.stored_name) as file:
        assert file.read() == WORDS
    event = Event.objects.get(kind="document.added")
    assert event.digest == version.sha256
    assert event.after == {
        "name": "SLD rev 2",
        "file": "SLD rev 2.pdf",
        "size": len(WORDS),
        "sha256": version.sha256,
    }
    assert first_breach() is None


def test_a_document_may_begin_with_its_name(budi: User, agus: User) -> None:
    document = add_document(by=budi, name="  Nameplate \n")
    assert (document.name, document.current) == ("Nameplate", None)
    upload_version(
        document_id=document.pk, by=agus, file_name="a.pdf", content=BytesIO(WORDS)
    )
    assert kinds(document) == ["document.added", "document.filled"]


@pytest.mark.parametrize("name", ["", "   ", "\n", "x" * 301])
def test_a_name_is_needed(name: str, agus: User) -> None:
    with refused("invalid"):
        add_document(by=agus, name=name)


def test_a_new_version_leaves_the_older_one(document: SupportTable, budi: User) -> None:
    content = papers.pdf(["rev B"])
    upload_version(
        document_id=document.pk,
        by=budi,
        file_name="b.pdf",
        content=BytesIO(content),
        note=" B ",
    )
    document.refresh_from_db()
    versions = list(document.versions.order_by("number"))
    assert [version.number for version in versions] == [1, 2]
    assert document.current == versions[1]
    assert versions[1].note == "B"
    for version, body in zip(versions, (WORDS, content), strict=True):
        with default_storage.open(version.stored_name) as file:
            assert file.read() == body
    assert kinds(document)[-1] == "document.replaced"


def test_a_version_of_nothing_is_not_kept(agus: User) -> None:
    before = stored()
    with refused("not_found"):
        upload_version(
            document_id=999, by=agus, file_name="a.pdf", content=BytesIO(WORDS)
        )
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", WORDS, "unsupported_type"),
        ("a.pdf", b"", "invalid"),
        ("a.pdf", b"MZ\x90", "unsupported_type"),
        ("a.docx", papers.LOCKED_OFFICE, "unsupported_type"),
        ("a.xlsx", papers.bomb(), "archive_limits"),
        ("a.zip", papers.package({"b.zip": b"PK"}), "archive_limits"),
    ],
)
def test_what_is_refused_leaves_nothing(
    name: str, content: bytes, code: str, agus: User
) -> None:
    before = stored()
    with refused(code):
        upload(agus, content, file_name=name)
    assert stored() == before
    assert not SupportTable.objects.exists()
    assert not Event.objects.exists()


def test_types_and_size_are_settings(agus: User, settings: Any) -> None:
    settings.DOCUMENT_TYPES = frozenset({"txt"})
    with refused("unsupported_type"):
        upload(agus)
    settings.DOCUMENT_MAX_BYTES = 3
    with refused("too_large"):
        upload(agus, b"four", file_name="a.txt")


def test_a_person_may_upload_so_much_in_a_day(
    agus: User, budi: User, settings: Any
) -> None:
    settings.DOCUMENT_DAILY_BYTES = 2 * len(WORDS)
    upload(agus)
    upload(agus)
    before = stored()
    with refused("throttled"):
        upload(agus)
    assert stored() == before
    upload(budi)
    yesterday = timezone.localdate() - timedelta(days=1)
    UploadDay.objects.filter(user=agus).update(day=yesterday)
    upload(agus)


def test_what_was_refused_counts_as_well(agus: User, settings: Any) -> None:
    settings.DOCUMENT_DAILY_BYTES = 2 * len(WORDS)
    with refused("unsupported_type"):
        upload(agus, b"x" * len(WORDS), file_name="a.docx")
    upload(agus)
    with refused("throttled"):
        upload(agus)


def test_the_quota_says_when_to_come_back(agus: User, settings: Any) -> None:
    settings.DOCUMENT_DAILY_BYTES = 1
    with pytest.raises(DomainError) as caught:
        upload(agus)
    assert 0 < (caught.value.retry_after or 0) <= 24 * 3600 + 1


def test_a_rename_is_found_by_its_new_name(document: SupportTable, budi: User) -> None:
    rename_document(document_id=document.pk, by=budi, name="Pedoman")
    rename_document(document_id=document.pk, by=budi, name="Pedoman")
    assert kinds(document) == ["document.added", "document.renamed"]
    document.refresh_from_db()
    assert document.found_by.words.startswith("pedoman")


def test_a_stale_tag_is_refused(document: SupportTable, agus: User) -> None:
    with refused("precondition_failed"):
        rename_document(document_id=document.pk, by=agus, name="x", if_match='"1"')
    with refused("precondition_failed"):
        delete_document(document_id=document.pk, by=agus, if_match='"1"')


def test_the_uploader_deletes_and_restores(document: SupportTable, agus: User) -> None:
    add_job_documents(job_id=51, by=agus, document_ids=[document.pk], job_name="A")
    delete_document(document_id=document.pk, by=agus)
    assert not SupportTable.objects.alive().exists()
    with refused("not_found"):
        rename_document(document_id=document.pk, by=agus, name="x")
    restore_document(document_id=document.pk, by=agus)
    restore_document(document_id=document.pk, by=agus)
    assert SupportTable.objects.alive().get() == document
    assert SupportJob.objects.get().links.count() == 1
    assert kinds(document) == [
        "document.added",
        "document.deleted",
        "document.restored",
    ]


def test_a_manager_deletes_and_strangers_do_not(
    document: SupportTable, budi: User, hendi: User, rina: User
) -> None:
    # Who only uploaded a later version does not own the document.
    upload_version(
        document_id=document.pk, by=budi, file_name="b.pdf", content=BytesIO(WORDS)
    )
    for person in (budi, hendi):
        with refused("forbidden"):
            delete_document(document_id=document.pk, by=person)
    delete_document(document_id=document.pk, by=rina)
    with refused("forbidden"):
        restore_document(document_id=document.pk, by=budi)


def test_the_checklist_is_set_by_spv_and_manager(
    document: SupportTable, agus: User, hendi: User
) -> None:
    with refused("forbidden"):
        list_document(document_id=document.pk, by=agus, is_listed=True)
    list_document(document_id=document.pk, by=hendi, is_listed=True)
    list_document(document_id=document.pk, by=hendi, is_listed=True)
    list_document(document_id=document.pk, by=hendi, is_listed=False)
    assert kinds(document) == ["document.added", "document.listed", "document.unlisted"]


# --- Jobs ---------------------------------------------------------------------------


def linked(job_id: int) -> list[int]:
    return list(
        SupportJob.objects.get(job_id=job_id).links.values_list("document", flat=True)
    )


def test_adding_twice_is_one_link(document: SupportTable, agus: User) -> None:
    for _time in range(2):
        add_job_documents(
            job_id=51, by=agus, document_ids=[document.pk, document.pk], job_name="A"
        )
    assert linked(51) == [document.pk]
    assert kinds(SupportJob.objects.get()) == ["job.documents_set"]


def test_setting_replaces_and_an_empty_list_keeps_the_job(agus: User) -> None:
    first, second = add_document(by=agus, name="a"), add_document(by=agus, name="b")
    set_job_documents(job_id=51, by=agus, document_ids=[first.pk], job_name="LVMDP")
    set_job_documents(job_id=51, by=agus, document_ids=[second.pk])
    assert linked(51) == [second.pk]
    set_job_documents(job_id=51, by=agus, document_ids=[])
    job = SupportJob.objects.alive().get()
    assert (job.job_name, job.links.count()) == ("LVMDP", 0)


@pytest.mark.parametrize("job_id", [0, -1, 2**63])
def test_a_job_has_a_number(job_id: int, agus: User) -> None:
    with refused("invalid"):
        set_job_documents(job_id=job_id, by=agus, document_ids=[])


def test_unknown_documents_and_too_many_are_refused(
    agus: User, document: SupportTable
) -> None:
    with refused("invalid"):
        add_job_documents(job_id=51, by=agus, document_ids=[document.pk, 999])
    with refused("invalid"):
        add_job_documents(job_id=51, by=agus, document_ids=range(1, 600))
    assert not SupportJob.objects.exists()


def test_a_removed_job_comes_back_with_its_ticks(
    document: SupportTable, agus: User
) -> None:
    add_job_documents(job_id=51, by=agus, document_ids=[document.pk], job_name="A")
    remove_job(job_id=51, by=agus)
    with refused("not_found"):
        remove_job(job_id=51, by=agus)
    with refused("not_found"):
        remove_job_document(job_id=51, by=agus, document_id=document.pk)
    restore_job(job_id=51, by=agus)
    restore_job(job_id=51, by=agus)
    assert linked(51) == [document.pk]
    remove_job_document(job_id=51, by=agus, document_id=document.pk)
    assert linked(51) == []
    with refused("not_found"):
        restore_job(job_id=99, by=agus)


def test_a_removed_job_that_is_added_again_begins_anew(
    document: SupportTable, agus: User
) -> None:
    other = add_document(by=agus, name="b")
    add_job_documents(job_id=51, by=agus, document_ids=[document.pk], job_name="A")
    remove_job(job_id=51, by=agus)
    add_job_documents(job_id=51, by=agus, document_ids=[other.pk])
    assert linked(51) == [other.pk]


def test_a_checklist_that_is_full_takes_no_more(agus: User, rina: User) -> None:
    """What is asked of every job is a column of the matrix, and there are thirty at most."""
    made = [add_document(by=agus, name=f"Document {n}") for n in range(31)]
    for document in made[:30]:
        list_document(document_id=document.pk, by=rina, is_listed=True)
    with pytest.raises(DomainError) as caught:
        list_document(document_id=made[30].pk, by=rina, is_listed=True)
    assert caught.value.code == "invalid"
    assert len(columns()) == SupportTable.objects.listed().count() == 30
