"""Content files are signed with the change; evidence voids nothing."""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.accounts.models import User
from core.approvals.models import ApprovalRule, Decision, Round
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.invariants import CHECKS
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.queries.authors import authorship_of
from engineering.services import (
    attach_file,
    decide_change,
    edit_change,
    raise_change,
    remove_file,
)
from engineering.services.content import content_digest, snapshot
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from tests import factories
from tests.contract.paths import PHOTO
from tests.people import Cast, content_of

pytestmark = pytest.mark.django_db
PDF, OTHER = b"%PDF-1.4\n", b"%PDF-1.4\n%other\n"


def attach(
    change: ChangeNotice, by: User, name: str = "SLD.pdf", content: bytes = PDF
) -> ChangeAttachment:
    return attach_file(change_id=change.pk, by=by, name=name, content=BytesIO(content))


def fresh(change: ChangeNotice) -> ChangeNotice:
    return ChangeNotice.objects.get(pk=change.pk)


def state(change: ChangeNotice) -> tuple[Any, ...]:
    """What a content file changes."""
    now = fresh(change)
    standing = Decision.objects.about(now).standing().count()
    return now.revision, now.digest, now.status, standing


def sound(change: ChangeNotice) -> None:
    now = fresh(change)
    content = snapshot(now, now.items.alive(), now.attachments.signed())
    assert now.digest == content_digest(content)
    assert [each for check in CHECKS.values() for each in check()] == []


@pytest.fixture
def twice(change: ChangeNotice, rina: User, ratna: User) -> ChangeNotice:
    """Every manager must say yes; Rina has."""
    ApprovalRule.objects.create(kind=0).steps.create(role="manager", mode="everyone")
    edit_change(
        change_id=change.pk,
        by=change.requester,  # type: ignore[arg-type]
        fields={"engineering": "dua manajer"},
        facts=NOTHING_KNOWN,
    )
    decide_change(change_id=change.pk, by=rina, status=1)
    return fresh(change)


# --- Content ------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["requester", "editor"])
def test_a_content_file_is_a_new_revision_and_voids_what_was_decided(
    twice: ChangeNotice, agus: User, hendi: User, rina: User, ratna: User, who: str
) -> None:
    before = state(twice)
    row = attach(twice, agus if who == "requester" else hendi)
    after = state(twice)
    assert (row.purpose, row.revision) == ("content", before[0] + 1)
    assert (after[0], after[2], after[3]) == (before[0] + 1, 0, 0)
    assert after[1] != before[1]
    old = Round.objects.get(record_id=twice.pk, revision=before[0])
    assert old.state == "superseded"
    assert ballot_of(fresh(twice)).deciders == {rina.pk, ratna.pk}
    told = Notification.objects.open().filter(kind="change.edited")
    assert {row.recipient for row in told} == {rina, ratna}
    event = Event.objects.filter(record_id=twice.pk, kind="change.edited").last()
    assert event is not None
    assert event.after is not None
    assert [file["name"] for file in event.after["files"].values()] == ["SLD.pdf"]
    assert event.after["voided"] == 1
    sound(twice)


def test_what_was_shown_before_the_file_cannot_be_signed(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    attach(change, agus)
    with pytest.raises(DomainError) as caught:
        decide_change(
            change_id=change.pk, by=rina, status=1, digest=change.digest, revision=1
        )
    assert caught.value.code == "stale_revision"


def test_the_same_file_again_has_no_effect(change: ChangeNotice, agus: User) -> None:
    first = attach(change, agus)
    before, events = state(change), Event.objects.count()
    assert attach(change, agus).pk == first.pk
    assert (state(change), Event.objects.count()) == (before, events)
    assert attach(change, agus, content=OTHER).pk != first.pk


def test_a_removed_file_is_a_new_revision_and_stays_readable(
    change: ChangeNotice, agus: User
) -> None:
    plain = state(change)[1]
    row = attach(change, agus)
    remove_file(change_id=change.pk, attachment_id=row.pk, by=agus)
    assert state(change)[:2] == (3, plain)  # the content is what it was at first
    row.refresh_from_db()
    assert row.removed_at is not None
    with pytest.raises(DomainError) as caught:
        remove_file(change_id=change.pk, attachment_id=row.pk, by=agus)
    assert caught.value.code == "not_found"
    sound(change)


def test_a_file_is_replaced_in_one_revision(change: ChangeNotice, agus: User) -> None:
    row = attach(change, agus)
    edit_change(
        change_id=change.pk,
        by=agus,
        fields={},
        files=[("SLD.pdf", BytesIO(OTHER))],
        without_files=[row.pk],
        facts=NOTHING_KNOWN,
    )
    assert state(change)[0] == 3
    (kept,) = change.attachments.signed()
    assert kept.size == len(OTHER)
    sound(change)


def test_files_of_a_new_change_are_signed_at_once(agus: User, rina: User) -> None:
    change = raise_change(
        by=agus,
        fields={"engineering": "x"},
        files=[("a.pdf", BytesIO(PDF)), ("b.pdf", BytesIO(OTHER))],
        facts=NOTHING_KNOWN,
    )
    assert (change.revision, change.attachments.signed().count()) == (1, 2)
    sound(change)


@pytest.mark.parametrize("status", [1, 2])
def test_after_the_decision_content_stands(
    change: ChangeNotice, agus: User, rina: User, status: int
) -> None:
    row = attach(change, agus)
    decide_change(change_id=change.pk, by=rina, status=status, remark="x")
    before = state(change)
    calls: list[Callable[[], object]] = [
        lambda: remove_file(change_id=change.pk, attachment_id=row.pk, by=agus),
        lambda: edit_change(
            change_id=change.pk,
            by=agus,
            fields={},
            files=[("b.pdf", BytesIO(OTHER))],
            facts=NOTHING_KNOWN,
        ),
    ]
    for call in calls:
        with pytest.raises(DomainError) as caught:
            call()
        assert caught.value.code == "illegal_transition"
    assert state(change) == before
    assert attach(change, agus, "foto.pdf").purpose == "evidence"
    assert state(change) == before


def test_who_may_not_edit_removes_nothing(
    change: ChangeNotice, agus: User, budi: User
) -> None:
    row = attach(change, agus)
    before = state(change)
    with pytest.raises(DomainError) as caught:
        remove_file(change_id=change.pk, attachment_id=row.pk, by=budi)
    assert caught.value.code == "forbidden"
    assert state(change) == before


def test_a_file_for_rework_puts_it_up_again(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=3, remark="lampirkan SLD")
    assert attach(change, rina, "catatan.pdf").purpose == "evidence"
    attach(change, agus)
    assert state(change)[2] == 0
    assert ballot_of(fresh(change)).deciders == {rina.pk}


def test_who_attached_content_is_an_author(
    change: ChangeNotice, agus: User, hendi: User
) -> None:
    attach(change, hendi)
    assert authorship_of([fresh(change)])[change.pk].is_author(hendi.pk, hendi.ext_id)


# --- Evidence -----------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_scan_of_a_decider_voids_nothing(
    twice: ChangeNotice, rina: User, ratna: User, when: str
) -> None:
    """Ratna has still to decide; Rina has decided."""
    before = state(twice)
    row = attach(twice, ratna if when == "before" else rina)
    assert (row.purpose, row.revision) == ("evidence", before[0])
    assert state(twice) == before
    decide_change(change_id=twice.pk, by=ratna, status=1)
    assert fresh(twice).status == 1
    sound(twice)


def test_who_decides_later_brings_evidence_too(
    agus: User, hendi: User, rina: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    for order, role in enumerate(("spv", "manager"), 1):
        rule.steps.create(order=order, role=role)
    change = a_change(agus)
    assert attach(change, rina).purpose == "evidence"


# --- Doors --------------------------------------------------------------------------


def test_the_page_says_what_a_file_is_and_removes_it(cast: Cast) -> None:
    change = factories.a_change(cast.agus)
    page = f"/changes/{change.pk}/"

    def send(who: str, content: bytes) -> str:
        file = SimpleUploadedFile("SLD.pdf", content)
        answer = cast.browser(who).post(f"{page}attach/", {"files": file}, follow=True)
        found: str = answer.content.decode()
        return found

    assert "ikut ditandatangani sejak revisi 2" in send("agus", PDF)
    shown = send("rina", OTHER)
    assert "bukti tentang revisi 2" in shown
    row = change.attachments.signed().get()
    path = f"{page}files/{row.pk}/remove/"
    for who, count in (("budi", 1), ("agus", 0)):
        cast.browser(who).post(path)
        assert change.attachments.signed().count() == count
    assert cast.browser("agus").post(path).status_code == 302
    assert content_of(cast.browser("agus").get(f"{page}files/{row.pk}/")) == PDF
    assert "bukti" in cast.browser("rina").get(page).content.decode()


def test_the_form_replaces_a_file(cast: Cast) -> None:
    change = factories.a_change(cast.agus)
    row = attach(change, cast.agus)
    page = f"/changes/{change.pk}/edit/"
    shown = cast.browser("agus").get(page)
    form = shown.context["form"]
    sent = {
        name: form[name].value()
        for name in form.fields
        if form[name].value() is not None
    }
    sent |= {"items-TOTAL_FORMS": "0", "items-INITIAL_FORMS": "0"}
    sent |= {"without_files": [row.pk], "drawings": SimpleUploadedFile("b.pdf", OTHER)}
    assert cast.browser("agus").post(page, sent).status_code == 302
    assert [file.name for file in change.attachments.signed()] == ["b.pdf"]
    wrong = sent | {"without_files": ["999999"], "revision": fresh(change).revision}
    assert cast.browser("agus").post(page, wrong).status_code == 400


def test_the_old_client_brings_content_and_evidence(cast: Cast) -> None:
    path = "/engineeringDetailProblems"
    agus, rina = cast.api("agus"), cast.api("rina")
    key = agus.write(path, {"engineering": "x", "approvalFileName": "foto.png"})["id"]
    photo = {"photo": PHOTO}
    agus.write(f"{path}/{key}/photo", photo)
    row = rina.read(f"{path}/{key}")
    assert (row["revision"], row["approvalFileName"]) == (2, "foto.png")
    sent = row | {"status": 1, "approvalFileName": "ttd.png"}
    rina.write(path, sent)
    rina.write(f"{path}/{key}/photo", photo)
    row = rina.read(f"{path}/{key}")
    assert (row["revision"], row["status"]) == (2, 1)
    assert row["approvalFileName"] == "ttd.png"
    agus.write(f"{path}/{key}/photo", photo)
    kinds = list(ChangeAttachment.objects.values_list("purpose", flat=True))
    assert kinds == ["content", "evidence", "evidence"]


# --- Files from before --------------------------------------------------------------


def test_without_content_files_the_digest_is_what_it_was(change: ChangeNotice) -> None:
    content = snapshot(change, change.items.alive(), ())
    before = {name: value for name, value in content.items() if name != "files"}
    digest = import_module("core.text.canonical_json").digest
    lines = import_module("engineering.services.content")
    old = sorted(
        digest(
            {name: line[name] for name in lines.SIGNED_LINE_FIELDS} | lines._label(line)
        )
        for line in before["items"].values()
    )
    assert content_digest(content) == digest({**before, "items": old})


def test_a_file_from_before_is_no_content(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    row = attach(change, agus)
    ChangeAttachment.objects.filter(pk=row.pk).update(purpose="earlier", revision=0)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert fresh(change).status == 1
    with pytest.raises(DomainError):
        remove_file(change_id=change.pk, attachment_id=row.pk, by=agus)


@pytest.mark.django_db(transaction=True)
def test_the_migration_leaves_the_digests_of_what_waits(agus: User, rina: User) -> None:
    change = a_change(agus)
    attach(change, rina)
    digest = fresh(change).digest
    executor = MigrationExecutor(connection)
    executor.migrate([("engineering", "0014_without_change_decisions")])
    executor = MigrationExecutor(connection)
    # To the end: the tests that come after need every table.
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert ChangeAttachment.objects.get().purpose == "earlier"
    assert fresh(change).digest == digest
    sound(change)
