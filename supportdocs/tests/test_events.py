"""What the history keeps of each verb, who is told in the program, and how it reads."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.history import KINDS, news_of
from core.ledger.models import Event
from core.ledger.queries import first_breach
from supportdocs import signals
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.queries.record import document_record, events_of_job
from supportdocs.queries.text import FoundPlace
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    list_document,
    read_again,
    remove_job,
    remove_job_document,
    rename_document,
    restore_document,
    restore_job,
    scrub_files,
    set_job_documents,
    upload_version,
)
from supportdocs.tests.conftest import WORDS, upload
from supportdocs.tests.test_keeping import place
from tests.signals import heard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def last() -> Event:
    """The event that was recorded last."""
    return Event.objects.latest("pk")


def version_b(document: SupportTable, by: User) -> object:
    return upload_version(
        document_id=document.pk,
        by=by,
        file_name="rev B.pdf",
        content=BytesIO(WORDS),
        note="  busbar baru ",
    )


def listed(document: SupportTable, by: User) -> object:
    return list_document(document_id=document.pk, by=by, is_listed=True)


def unlisted(document: SupportTable, by: User) -> object:
    listed(document, by)
    return list_document(document_id=document.pk, by=by, is_listed=False)


def restored(document: SupportTable, by: User) -> object:
    delete_document(document_id=document.pk, by=by)
    return restore_document(document_id=document.pk, by=by)


def read(document: SupportTable, by: User) -> object:
    DocumentVersion.objects.update(text_state=DocumentVersion.Text.FAILED)
    return read_again(version_id=document.versions.get().pk, by=by)


VERBS: dict[str, tuple[Callable[[SupportTable, User], object], str, Any, Any]] = {
    "document.replaced": (
        version_b,
        "version_added",
        None,
        {"file": "rev B.pdf", "size": len(WORDS)},
    ),
    "document.renamed": (
        lambda document, by: rename_document(
            document_id=document.pk, by=by, name=" Pedoman  busbar "
        ),
        "document_renamed",
        {"name": "Spesifikasi"},
        {"name": "Pedoman busbar"},
    ),
    "document.listed": (listed, "", None, {"in_checklist": True}),
    "document.unlisted": (unlisted, "", None, {"in_checklist": False}),
    "document.deleted": (
        lambda document, by: delete_document(document_id=document.pk, by=by),
        "document_deleted",
        {"name": "Spesifikasi"},
        None,
    ),
    "document.restored": (
        restored,
        "document_restored",
        None,
        {"name": "Spesifikasi"},
    ),
    "document.read_again": (read, "", None, None),
}


@pytest.mark.parametrize("kind", VERBS)
def test_a_verb_is_kept_with_who_and_what(
    kind: str, document: SupportTable, rina: User
) -> None:
    verb, signal, before, after = VERBS[kind]
    with heard(signals) as told:
        verb(document, rina)
    event = last()
    assert (event.kind, event.actor, event.record_id) == (kind, rina, document.pk)
    assert event.before == before
    assert (event.after or {}).items() >= (after or {}).items()
    assert [name for name, _given in told][-1:] == ([signal] if signal else [])
    if signal:
        carried = told[-1][1]
        assert (carried["event"], carried["by"]) == (event, rina)
        assert carried["document"] == document
    assert first_breach() is None


def test_a_new_version_is_kept_with_its_number_its_digest_and_its_note(
    document: SupportTable, rina: User
) -> None:
    version_b(document, rina)
    event, version = last(), document.versions.get(number=2)
    assert (event.revision, event.digest) == (2, version.sha256)
    assert (event.note, version.note) == ("busbar baru", "busbar baru")


def test_a_file_that_comes_later_fills_the_document(agus: User, rina: User) -> None:
    bare = add_document(by=agus, name="Nameplate")
    assert (last().kind, last().digest) == ("document.added", "")
    version_b(bare, rina)
    assert (last().kind, last().revision) == ("document.filled", 1)


NOTHING_NEW: dict[str, Callable[[SupportTable, User], object]] = {
    "the same name": lambda document, by: rename_document(
        document_id=document.pk, by=by, name="  Spesifikasi  "
    ),
    "not in the checklist": lambda document, by: list_document(
        document_id=document.pk, by=by, is_listed=False
    ),
    "not deleted": lambda document, by: restore_document(
        document_id=document.pk, by=by
    ),
    "read already waits": lambda document, by: read_again(
        version_id=document.versions.get().pk, by=by
    ),
}


@pytest.mark.parametrize("case", NOTHING_NEW)
def test_what_changes_nothing_is_not_kept_and_not_told(
    case: str, document: SupportTable, rina: User
) -> None:
    before, tag = Event.objects.count(), document.etag
    with heard(signals) as told:
        NOTHING_NEW[case](document, rina)
    assert (Event.objects.count(), told) == (before, [])
    document.refresh_from_db()
    assert document.etag == tag


@pytest.mark.parametrize("kind", [kind for kind in VERBS if "read_again" not in kind])
def test_each_change_gives_the_record_another_tag(
    kind: str, document: SupportTable, rina: User
) -> None:
    before = document.etag
    VERBS[kind][0](document, rina)
    document.refresh_from_db()
    assert document.etag != before


# --- Damage ---------------------------------------------------------------------------------


def test_damage_is_told_once_and_its_end_is_only_kept(document: SupportTable) -> None:
    good = place(document).read_bytes()
    place(document).write_bytes(good[:-1])
    with heard(signals) as told:
        assert scrub_files() == 1
        DocumentVersion.objects.update(checked_at=None)
        assert scrub_files() == 1
    assert [name for name, _given in told] == ["document_damaged"]
    assert (last().kind, last().actor, last().revision) == ("document.damaged", None, 1)
    place(document).write_bytes(good)
    DocumentVersion.objects.update(checked_at=None)
    with heard(signals) as told:
        assert scrub_files() == 0
    assert (told, last().kind) == ([], "document.sound")


# --- Jobs -----------------------------------------------------------------------------------


def ticks(job: SupportJob) -> list[tuple[str, str, str]]:
    """The changes of the latest entry: document, before, after."""
    entry = events_of_job(job)[0]
    return [(str(d.label), d.before or "", d.after or "") for d in entry.changes]


def test_the_history_of_a_job_names_what_was_ticked_and_unticked(
    document: SupportTable, agus: User
) -> None:
    other = add_document(by=agus, name="Nameplate")
    with heard(signals) as told:
        job = add_job_documents(
            job_id=51, by=agus, document_ids=[document.pk], job_name="LVMDP"
        )
        with translation.override("en"):
            assert ticks(job) == [("Spesifikasi", "", "Yes")]
        set_job_documents(job_id=51, by=agus, document_ids=[other.pk])
        with translation.override("en"):
            assert ticks(job) == [
                ("Spesifikasi", "Yes", ""),
                ("Nameplate", "", "Yes"),
            ]
        remove_job_document(job_id=51, by=agus, document_id=other.pk)
        with translation.override("id"):
            assert ticks(job) == [("Nameplate", "Ya", "")]
        remove_job(job_id=51, by=agus)
        assert ticks(job) == []
        restore_job(job_id=51, by=agus)
    assert [name for name, _given in told] == ["job_documents_changed"] * 5
    assert [entry.who for entry in events_of_job(job)] == ["Agus"] * 5
    kinds = Event.objects.filter(record_type=job._meta.label).values_list(
        "kind", flat=True
    )
    assert list(kinds.order_by("seq")) == [
        *["job.documents_set"] * 3,
        "job.removed",
        "job.restored",
    ]


def test_a_document_that_is_gone_for_good_keeps_its_number_in_the_history(
    document: SupportTable, agus: User
) -> None:
    job = add_job_documents(job_id=51, by=agus, document_ids=[document.pk])
    key = document.pk
    SupportTable.objects.update(current=None)
    SupportTable.objects.all().delete()
    assert [label for label, _was, _now in ticks(job)] == [str(key)]


@pytest.mark.parametrize(
    "again",
    [
        lambda key, by: add_job_documents(job_id=51, by=by, document_ids=[key]),
        lambda key, by: set_job_documents(job_id=51, by=by, document_ids=[key, key]),
        lambda _key, by: add_job_documents(
            job_id=51, by=by, document_ids=[], job_name="LVMDP"
        ),
        lambda _key, by: restore_job(job_id=51, by=by),
        lambda key, by: remove_job_document(job_id=51, by=by, document_id=key + 99),
    ],
    ids=["added again", "set again", "same name", "not removed", "was not there"],
)
def test_a_job_that_has_it_already_is_left_alone(
    again: Callable[[int, User], object], document: SupportTable, agus: User
) -> None:
    job = add_job_documents(
        job_id=51, by=agus, document_ids=[document.pk], job_name="LVMDP"
    )
    before = Event.objects.count()
    with heard(signals) as told:
        again(document.pk, agus)
    assert (Event.objects.count(), told) == (before, [])
    assert list(job.links.values_list("document", flat=True)) == [document.pk]


def test_a_job_takes_a_new_name_without_new_documents(agus: User) -> None:
    add_job_documents(job_id=51, by=agus, document_ids=[], job_name="LVMDP")
    job = add_job_documents(job_id=51, by=agus, document_ids=[], job_name="x" * 400)
    job.refresh_from_db()
    assert job.job_name == "x" * 300
    assert (last().after or {})["name"] == "x" * 300


# --- How it reads ---------------------------------------------------------------------------


OURS = sorted(name for name in KINDS if name.startswith(("document.", "job.")))


@pytest.mark.parametrize("kind", OURS)
def test_every_kind_reads_in_both_languages(kind: str) -> None:
    said = {}
    for language in ("en", "id"):
        with translation.override(language):
            said[language] = (translation.gettext(KINDS[kind].words), news_of(kind))
    assert all(all(words) for words in said.values())
    assert said["en"][0] != said["id"][0]
    assert said["en"][1] != said["id"][1]


def test_the_record_tells_its_history_newest_first(
    document: SupportTable, agus: User, rina: User
) -> None:
    version_b(document, rina)
    rename_document(document_id=document.pk, by=agus, name="Pedoman")
    place(document).unlink()
    scrub_files()
    document.refresh_from_db()
    with translation.override("en"):
        history = document_record(document, agus, FoundPlace()).history
    assert [entry.who for entry in history][:1] == ["The nightly check"]
    told = {entry.what: entry for entry in history}
    replaced, renamed = told["uploaded a new version"], told["renamed it"]
    assert (replaced.note, replaced.revision) == ("busbar baru", 2)
    assert replaced.meta.startswith("rev B.pdf, ")
    assert replaced.meta.endswith(("bytes", "KB"))
    (change,) = renamed.changes
    assert (change.before, change.after) == ("Spesifikasi", "Pedoman")
    assert not told["added it"].changes


def test_a_refusal_leaves_history_and_record_alone(
    document: SupportTable, budi: User, agus: User
) -> None:
    job = add_job_documents(job_id=51, by=agus, document_ids=[document.pk])
    before, tag = Event.objects.count(), document.etag
    calls: list[Callable[[], object]] = [
        lambda: delete_document(document_id=document.pk, by=budi),
        lambda: list_document(document_id=document.pk, by=budi, is_listed=True),
        lambda: rename_document(document_id=document.pk, by=budi, name=" "),
        lambda: upload(budi, b"<html>", file_name="a.pdf"),
        lambda: add_job_documents(job_id=51, by=budi, document_ids=[999]),
        lambda: read_again(version_id=999, by=budi),
    ]
    with heard(signals) as told:
        codes = []
        for call in calls:
            with pytest.raises(DomainError) as caught:
                call()
            codes.append(caught.value.code)
    assert codes == [
        "forbidden",
        "forbidden",
        "invalid",
        "unsupported_type",
        "invalid",
        "not_found",
    ]
    document.refresh_from_db()
    assert (Event.objects.count(), document.etag, told) == (before, tag, [])
    assert job.links.count() == 1
