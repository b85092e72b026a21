"""Say something, change it for ten minutes, strike it; nothing of it is part of what is signed."""

from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.queries import events_about, first_breach
from core.talk.models import Comment, CommentFile, Follow
from core.talk.queries.comments import file_names, talk_about
from core.talk.services import add_comment, edit_comment, strike_comment
from core.talk.services.comments import Saying
from core.talk.subjects import Place, named_place, place_of, read_reference
from core.talk.tests.conftest import asked, said
from core.talk.tests.refusals import refused
from engineering.models import ChangeNotice
from engineering.services import decide_change, withdraw_change
from tests.contract.paths import PDF
from tests.people import make_person

pytestmark = pytest.mark.django_db


def test_it_is_kept_as_it_was_said(place: Place, rina: User, change: Any) -> None:
    row = said(place, rina, "  **Baik**\r\nsekali ")
    assert (row.record_type, row.record_id) == ("engineering.ChangeNotice", change.pk)
    assert row.text == "**Baik**\nsekali"
    event = events_about(row).get()
    assert (event.kind, event.actor, event.note) == (
        "comment.added",
        rina,
        "Baik sekali",
    )
    assert event.after == {"record": f"change:{change.pk}", "text": row.text}


@pytest.mark.parametrize("text", ["", "  \n", "\0"])
def test_an_empty_one_is_refused(place: Place, rina: User, text: str) -> None:
    with refused("invalid", "text"):
        said(place, rina, text)
    assert not Comment.objects.exists()


def test_the_longest_is_four_thousand_characters(place: Place, rina: User) -> None:
    assert len(said(place, rina, "x" * 4_000).text) == 4_000
    with refused("invalid", "text"):
        said(place, rina, "x" * 4_001)
    with pytest.raises(DomainError, match=r"10000|10\.000"):
        said(place, rina, "x" * 10_000)
    assert Comment.objects.count() == 1


def test_five_hundred_mentions_are_refused_and_nobody_is_told(
    place: Place, rina: User
) -> None:
    with refused("invalid", "text"):
        said(place, rina, "@agus " * 500)
    assert not Follow.objects.exists()
    assert said(place, rina, "@agus " * 20).told == [
        [place.found().requester_id, "Agus"]
    ]
    with refused("invalid", "text"):
        said(place, rina, "@agus " * 20, more=Saying(tell=[rina.pk]))


def test_whom_it_names_is_kept_and_follows(
    place: Place, rina: User, hendi: User
) -> None:
    sari = make_person(8, "Sari")
    row = said(place, rina, "@Hendi dan @rina", more=Saying(tell=[sari.pk, rina.pk]))
    assert row.told == [[hendi.pk, "Hendi"], [sari.pk, "Sari"]]
    assert set(Follow.objects.values_list("person", "is_on")) == {
        (hendi.pk, True),
        (sari.pk, True),
        (rina.pk, True),
    }


def test_somebody_who_left_or_never_was_is_not_told(place: Place, rina: User) -> None:
    gone = make_person(8, "Sari", is_active=False)
    assert said(place, rina, "@Sari").told == []
    for wrong in (gone.pk, 999_999):
        with refused("invalid", "tell"):
            said(place, rina, more=Saying(tell=[wrong]))


def test_a_reply_is_to_something_about_the_same_record(
    place: Place, rina: User, agus: User, bom_place: Place
) -> None:
    first = said(place, rina)
    assert said(place, agus, reply_to=first.pk).reply_to == first
    for wrong in (said(bom_place, rina).pk, 999_999):
        with refused("invalid", "replyTo"):
            said(place, agus, reply_to=wrong)


def test_a_line_is_quoted_as_it_stood(place: Place, rina: User, change: Any) -> None:
    item = change.items.first()
    row = said(place, rina, more=Saying(line=str(item.pk)))
    assert row.quoted == "+ 2 · 1001"
    change.items.update(qty=9)
    row.refresh_from_db()
    assert row.quoted == "+ 2 · 1001"
    with refused("invalid", "line"):
        said(place, rina, more=Saying(line="999999"))


def test_a_bom_line_is_quoted_by_revision(bom_place: Place, rina: User) -> None:
    row = said(bom_place, rina, more=Saying(line="1.0"))
    assert row.quoted == "2 EA · LV848080 · ACB"
    with refused("invalid", "line"):
        said(bom_place, rina, more=Saying(line="2.0"))


# --- Files --------------------------------------------------------------------------


def test_files_are_judged_and_kept(place: Place, rina: User) -> None:
    row = said(place, rina, more=Saying(files=[("SLD.pdf", BytesIO(PDF))]))
    file = row.files.get()
    assert (file.name, file.size) == ("SLD.pdf", len(PDF))
    assert file.stored_name.startswith("comments/")
    assert default_storage.exists(file.stored_name)
    assert file_names([file.stored_name, "comments/other.pdf"]) == {file.stored_name}


def test_a_wrong_file_leaves_nothing(place: Place, rina: User) -> None:
    good, bad = ("a.pdf", BytesIO(PDF)), ("b.pdf", BytesIO(b"MZ" + b"\0" * 90))
    with refused("unsupported_type"):
        said(place, rina, more=Saying(files=[good, bad]))
    assert not Comment.objects.exists()
    assert not CommentFile.objects.exists()


def test_six_files_are_too_many(place: Place, rina: User) -> None:
    files = [(f"{n}.pdf", BytesIO(PDF)) for n in range(6)]
    with refused("invalid", "files"):
        said(place, rina, more=Saying(files=files))


# --- Change and strike ----------------------------------------------------------------


def test_ten_minutes_to_the_second(place: Place, rina: User, clock: Any) -> None:
    row = said(place, rina, "satu")
    clock.shift(600)
    assert edit_comment(comment_id=row.pk, by=rina, text="dua").text == "dua"
    row.refresh_from_db()
    assert row.edited_at is not None
    event = events_about(row).last()
    assert event is not None
    assert (event.before, event.after) == ({"text": "satu"}, {"text": "dua"})
    clock.shift(1)
    with refused("illegal_transition"):
        edit_comment(comment_id=row.pk, by=rina, text="tiga")
    row.refresh_from_db()
    assert row.text == "dua"


def test_the_same_text_is_no_edit(place: Place, rina: User) -> None:
    row = said(place, rina, "satu")
    edit_comment(comment_id=row.pk, by=rina, text=" satu\r\n")
    row.refresh_from_db()
    assert row.edited_at is None
    assert events_about(row).count() == 1


def test_only_ones_own(place: Place, rina: User, ratna: User, admin: User) -> None:
    row = said(place, rina)
    for other in (ratna, admin):
        with refused("forbidden"):
            edit_comment(comment_id=row.pk, by=other, text="x")


def test_not_after_somebody_answered(place: Place, rina: User, agus: User) -> None:
    row = said(place, rina)
    said(place, agus, reply_to=row.pk)
    with refused("illegal_transition"):
        edit_comment(comment_id=row.pk, by=rina, text="x")


def test_an_edit_tells_only_whom_it_newly_names(
    place: Place, rina: User, hendi: User, agus: User
) -> None:
    sari = make_person(8, "Sari")
    row = said(place, rina, "@Hendi", more=Saying(tell=[sari.pk]))
    edit_comment(comment_id=row.pk, by=rina, text="@Agus")
    row.refresh_from_db()
    assert row.told == [[agus.pk, "Agus"], [sari.pk, "Sari"]]
    with refused("invalid", "text"):
        edit_comment(comment_id=row.pk, by=rina, text="x" * 4_001)


def test_struck_it_stays_with_its_trace(place: Place, rina: User, agus: User) -> None:
    row = said(place, agus, "salah")
    said(place, rina, reply_to=row.pk)
    strike_comment(comment_id=row.pk, by=agus, reason="salah panel")
    row.refresh_from_db()
    assert (row.text, row.struck_by, row.strike_reason) == (
        "salah",
        agus,
        "salah panel",
    )
    assert [each.kind for each in events_about(row)] == [
        "comment.added",
        "comment.struck",
    ]
    with refused("illegal_transition"):
        strike_comment(comment_id=row.pk, by=agus, reason="lagi")
    with refused("illegal_transition"):
        edit_comment(comment_id=row.pk, by=agus, text="benar")


def test_who_may_strike(
    place: Place, agus: User, budi: User, hendi: User, ratna: User, admin: User
) -> None:
    for other in (budi, hendi):
        with refused("forbidden"):
            strike_comment(comment_id=said(place, agus).pk, by=other, reason="x")
    for other in (agus, ratna, admin):
        row = strike_comment(comment_id=said(place, agus).pk, by=other, reason="x")
        assert row.struck_by == other


def test_a_strike_says_why(place: Place, rina: User) -> None:
    row = said(place, rina)
    for wrong in ("", " ", "x" * 301):
        with refused("invalid", "reason"):
            strike_comment(comment_id=row.pk, by=rina, reason=wrong)


def test_a_struck_question_asks_nobody(place: Place, rina: User) -> None:
    row = asked(place, rina)
    strike_comment(comment_id=row.pk, by=rina, reason="sudah jelas")
    row.refresh_from_db()
    assert not row.is_open


def test_nobody_deletes(place: Place, rina: User, agus: User) -> None:
    """A reply holds what it replies to, in the database as well."""
    row = said(place, rina)
    said(place, agus, reply_to=row.pk)
    with pytest.raises(Exception, match="protected"):
        row.delete()


# --- Records --------------------------------------------------------------------------


def test_nothing_is_said_about_what_is_gone(
    place: Place, agus: User, change: ChangeNotice
) -> None:
    row = said(place, agus)
    withdraw_change(change_id=change.pk, by=agus)
    with refused("not_found"):
        said(place, agus)
    with refused("not_found"):
        edit_comment(comment_id=row.pk, by=agus, text="x")
    with refused("not_found"):
        strike_comment(comment_id=row.pk, by=agus, reason="x")


def test_an_unknown_comment_is_not_found(db: None, agus: User) -> None:
    with refused("not_found"):
        edit_comment(comment_id=1, by=agus, text="x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "change",
        "change:",
        "change:x",
        "change:-1",
        "user:1",
        f"change:{'9' * 19}",
        ":1",
    ],
)
def test_a_wrong_reference_is_refused_at_its_field(text: str) -> None:
    with refused("invalid", "record"):
        read_reference(text)


def test_a_reference_is_read(change: ChangeNotice) -> None:
    assert read_reference(f" change:{change.pk} ").found() == change
    with refused("not_found"):
        read_reference("change:999999").found()
    with refused("not_found"):
        named_place("person", 1)


def test_every_kind_of_record_is_talked_about(
    every_place: dict[str, Place], rina: User
) -> None:
    assert set(every_place) == {
        *("change", "bom", "activity", "task", "document", "analysis")
    }
    for name, place in every_place.items():
        row = said(place, rina, f"Tentang {name}.")
        talk = talk_about(place.found(), rina, most=10)
        assert [line.comment.pk for line in talk.lines] == [row.pk]
        assert place.subject.url(place.found()).startswith("/")
        assert place.subject.number(place.found())
        assert place_of(place.found()) == place


# --- Never part of what is signed --------------------------------------------------------


def test_digest_and_decision_stay(
    change: ChangeNotice, place: Place, agus: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    before = {
        name: getattr(change, name)
        for name in (
            "digest",
            "revision",
            "status",
            "etag",
            "updated_at",
            "search_text",
        )
    }
    decisions = list(change.decisions.values())
    chain = list(events_about(change).values_list("hash", flat=True))
    question = asked(place, rina)
    said(place, agus, "@rina 400A", reply_to=question.pk)
    strike_comment(comment_id=question.pk, by=rina, reason="sudah")
    change.refresh_from_db()
    assert {name: getattr(change, name) for name in before} == before
    assert list(change.decisions.values()) == decisions
    assert list(events_about(change).values_list("hash", flat=True)) == chain
    assert first_breach() is None


def test_a_pending_decision_is_not_voided_by_talk(
    change: ChangeNotice, place: Place, agus: User, rina: User
) -> None:
    asked(place, rina)
    said(place, agus, "@rina 400A", more=Saying(files=[("a.pdf", BytesIO(PDF))]))
    decide_change(
        change_id=change.pk,
        by=rina,
        status=1,
        revision=change.revision,
        digest=change.digest,
    )
    change.refresh_from_db()
    assert change.status == 1


def test_a_comment_falls_with_its_event(place: Place, rina: User) -> None:
    with (
        patch("core.talk.services.comments.write_event", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        add_comment(
            place=place, by=rina, text="x", more=Saying(files=[("a.pdf", BytesIO(PDF))])
        )
    assert not Comment.objects.exists()
    assert not Event.objects.filter(record_type="talk.Comment").exists()
