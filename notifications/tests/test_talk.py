"""Who hears of comments and questions, and what followers hear: each thing once, never one's own."""

from io import BytesIO
from typing import Any

import pytest

from bom.services import decide_bom
from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.talk.models import Comment
from core.talk.services import (
    add_comment,
    answer,
    ask_question,
    edit_comment,
    follow,
    give_up,
    unfollow,
)
from core.talk.services.comments import Saying
from core.talk.subjects import Place, place_of
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change
from engineering.tests.conftest import NOTHING_KNOWN
from notifications.models import NoticeGroup, Notification
from notifications.queries import group_of
from supportdocs.services import upload_version
from tests.contract.paths import PDF
from tests.factories import a_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(change: ChangeNotice) -> Place:
    """The change of Agus's, on which Rina may decide."""
    return place_of(change)


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    """Without the notices of what was there before."""
    if "place" in request.fixturenames:
        request.getfixturevalue("place")
    Notification.objects.all().delete()


def told() -> set[tuple[str, str]]:
    """Who was told what kind of thing."""
    rows = Notification.objects.values_list("recipient__name", "kind")
    found = list(rows)
    assert len(found) == len(set(found))
    return set(found)


def say(place: Place, by: User, text: str = "Baik.", **more: Any) -> Comment:
    return add_comment(place=place, by=by, text=text, **more)


def test_followers_hear_of_a_comment_and_its_author_does_not(
    place: Place, rina: User, budi: User, hendi: User
) -> None:
    follow(place=place, by=budi)
    row = say(place, rina)
    assert told() == {("Agus", "talk.commented"), ("Budi", "talk.commented")}
    notice = Notification.objects.filter(recipient=budi).get()
    assert notice.url.endswith(f"/#comment-{row.pk}")
    assert (notice.record_type, notice.record_id) == (
        "engineering.ChangeNotice",
        row.record_id,
    )
    assert notice.status == "Completed"


def test_one_reason_a_person(
    place: Place, agus: User, rina: User, budi: User, hendi: User
) -> None:
    """Who is asked, named, replied to and a follower hears of it as the first of these."""
    first = say(place, agus)
    Notification.objects.all().delete()
    say(place, rina, "@Agus @Budi", reply_to=first.pk)
    assert told() == {("Agus", "talk.mentioned"), ("Budi", "talk.mentioned")}
    Notification.objects.all().delete()
    say(place, rina, reply_to=first.pk)
    assert told() == {("Agus", "talk.replied"), ("Budi", "talk.commented")}
    Notification.objects.all().delete()
    ask_question(place=place, by=rina, text="@Agus @Hendi?")
    assert told() == {
        ("Agus", "talk.asked"),
        ("Hendi", "talk.mentioned"),
        ("Budi", "talk.commented"),
    }


def test_the_answer_goes_to_who_asked(
    place: Place, agus: User, rina: User, hendi: User
) -> None:
    row = ask_question(place=place, by=rina, text="Berapa?")
    Notification.objects.all().delete()
    answer(question_id=row.pk, by=hendi, text="@Rina 400A")
    assert told() == {("Rina", "talk.answered"), ("Agus", "talk.commented")}


def test_who_unfollowed_hears_only_what_names_them(
    place: Place, agus: User, rina: User
) -> None:
    unfollow(place=place, by=agus)
    say(place, rina)
    assert told() == set()
    say(place, rina, "@Agus")
    assert told() == {("Agus", "talk.mentioned")}


def test_an_edit_tells_whom_it_newly_names_and_nobody_else(
    place: Place, rina: User, budi: User, hendi: User
) -> None:
    row = say(place, rina, "@Budi")
    Notification.objects.all().delete()
    edit_comment(comment_id=row.pk, by=rina, text="@Budi @Hendi")
    assert told() == {("Hendi", "talk.mentioned")}


def test_who_left_is_told_nothing(place: Place, rina: User, agus: User) -> None:
    first = say(place, agus)
    Notification.objects.all().delete()
    agus.is_active = False
    agus.save()
    say(place, rina, reply_to=first.pk)
    assert told() == set()


def test_who_asked_hears_that_nobody_will_answer(
    place: Place, rina: User, agus: User
) -> None:
    ask_question(place=place, by=rina, text="Berapa?")
    Notification.objects.all().delete()
    agus.is_active = False
    agus.save()
    give_up()
    assert told() == {("Rina", "talk.given_up")}
    assert "Agus" in Notification.objects.get().message


def test_followers_hear_how_a_change_ended_once(
    place: Place, change: ChangeNotice, rina: User, budi: User, ratna: User
) -> None:
    for person in (budi, rina):
        follow(place=place, by=person)
    decide_change(change_id=change.pk, by=rina, status=2, remark="mahal")
    kinds = {("Agus", "change.rejected"), ("Budi", "change.rejected")}
    assert told() == kinds


def test_followers_hear_of_a_new_revision(
    place: Place, change: ChangeNotice, agus: User, rina: User, budi: User
) -> None:
    follow(place=place, by=budi)
    edit_change(
        change_id=change.pk, by=agus, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    assert told() == {("Rina", "change.edited"), ("Budi", "follow.revision")}


def test_followers_of_a_bom(agus: User, hendi: User, budi: User, sandbox: Any) -> None:
    approval = put_up(700, agus, hendi)
    follow(place=place_of(approval), by=budi)
    Notification.objects.all().delete()
    shown: dict[str, Any] = {
        "revision": approval.revision,
        "digest": approval.digest,
    }
    decide_bom(ext_bom_id=700, by=agus, status=1, **shown)
    assert told() == {("Budi", "follow.step")}
    Notification.objects.all().delete()
    decide_bom(ext_bom_id=700, by=hendi, status=1, **shown)
    assert ("Budi", "bom.approved") in told()
    assert ("Hendi", "bom.approved") not in told()
    Notification.objects.all().delete()
    put_up(700, agus, hendi, raw=with_qty(9))
    assert ("Budi", "follow.revision") in told()


def test_followers_of_a_document_hear_of_a_new_version(
    agus: User, budi: User, rina: User
) -> None:
    document = a_document(agus)
    follow(place=place_of(document), by=budi)
    Notification.objects.all().delete()
    upload_version(
        document_id=document.pk, by=rina, file_name="b.pdf", content=BytesIO(PDF + b"2")
    )
    assert told() == {("Agus", "follow.version"), ("Budi", "follow.version")}


def test_the_ways_are_those_of_talk() -> None:
    for kind in ("talk.asked", "talk.commented", "follow.revision", "follow.version"):
        assert group_of(kind) == NoticeGroup.TALK


def test_by_hand_is_told_too(place: Place, rina: User, budi: User) -> None:
    say(place, rina, more=Saying(tell=[budi.pk]))
    assert ("Budi", "talk.mentioned") in told()
