"""A question stands in the inbox of whom it asks until somebody answers it; nothing else changes."""

from collections.abc import Callable

import pytest

from activities.services import remove_activity
from core.accounts.models import User
from core.approvals.queries.wire import waiting_rows
from core.ledger.queries import events_about
from core.talk.models import Comment
from core.talk.queries.questions import inv_24, open_questions
from core.talk.services import answer, edit_comment, follow, give_up
from core.talk.subjects import Place, place_of
from core.talk.tests.conftest import asked, said
from core.talk.tests.refusals import refused
from engineering.models import ChangeNotice
from engineering.services import decide_change, withdraw_change
from supportdocs.services import delete_document
from tests.factories import a_document, an_activity
from tests.people import make_person

pytestmark = pytest.mark.django_db


def numbers(user: User) -> list[int]:
    """Ids of the questions that wait for a person."""
    return [each.comment.pk for each in open_questions(user)]


def test_the_requester_is_asked(place: Place, rina: User, agus: User) -> None:
    row = asked(place, rina)
    assert row.asked == agus
    assert numbers(agus) == [row.pk]
    assert numbers(rina) == []
    event = events_about(row).get()
    assert event.kind == "question.asked"


def test_it_is_a_row_of_the_inbox(
    place: Place, change: ChangeNotice, rina: User, agus: User
) -> None:
    row = asked(place, rina, "Arusnya\n\nberapa?")
    assert waiting_rows(agus) == [
        {
            "kind": "question",
            "record_type": "change",
            "record_id": change.pk,
            "number": change.number,
            "title": "Arusnya berapa?",
            "step": 1,
            "asked_at": row.created_at,
            "due_at": None,
            "on_behalf_of": None,
            "url": f"/changes/{change.pk}/#comment-{row.pk}",
        }
    ]


def test_somebody_else_can_be_asked(place: Place, rina: User, hendi: User) -> None:
    row = asked(place, rina, person=hendi)
    assert numbers(hendi) == [row.pk]


def test_nobody_asks_oneself_or_who_left(
    place: Place, rina: User, agus: User, bom_place: Place
) -> None:
    gone = make_person(8, "Sari", is_active=False)
    for by, person in ((agus, None), (rina, rina), (rina, gone)):
        with refused("invalid", "ask"):
            asked(place, by, person=person)
    with refused("invalid", "ask"):  # PPIC put it up
        asked(bom_place, rina)
    assert not Comment.objects.exists()


def test_any_reply_of_whom_it_asks_is_the_answer(
    place: Place, rina: User, agus: User
) -> None:
    row = asked(place, rina)
    reply = said(place, agus, "400A", reply_to=row.pk)
    row.refresh_from_db()
    assert (row.answer, row.is_open) == (reply, False)
    assert numbers(agus) == []
    assert [each.kind for each in events_about(row)] == [
        "question.asked",
        "question.answered",
    ]


def test_a_reply_of_somebody_else_leaves_it_open(
    place: Place, rina: User, hendi: User, agus: User
) -> None:
    row = asked(place, rina)
    said(place, hendi, "Saya kira 400A", reply_to=row.pk)
    said(place, rina, "Mohon segera", reply_to=row.pk)
    assert numbers(agus) == [row.pk]


@pytest.mark.parametrize("who", ["agus", "hendi", "ratna", "admin"])
def test_who_may_answer(
    place: Place, rina: User, who: str, request: pytest.FixtureRequest
) -> None:
    row = asked(place, rina)
    by: User = request.getfixturevalue(who)
    reply = answer(question_id=row.pk, by=by, text="400A")
    row.refresh_from_db()
    assert row.answer == reply
    assert reply.reply_to == row


def test_who_may_not_answer(place: Place, rina: User, budi: User, agus: User) -> None:
    row = asked(place, rina)
    for by in (budi, rina):
        with refused("forbidden"):
            answer(question_id=row.pk, by=by, text="400A")
    assert numbers(agus) == [row.pk]


def test_whoever_is_concerned_may_answer_what_another_is_asked(
    place: Place, rina: User, hendi: User, agus: User
) -> None:
    row = asked(place, rina, person=hendi)
    answer(question_id=row.pk, by=agus, text="400A")
    assert numbers(hendi) == []


def test_twice_is_refused_and_a_reply_still_goes(
    place: Place, rina: User, agus: User, hendi: User
) -> None:
    row = asked(place, rina)
    first = answer(question_id=row.pk, by=hendi, text="400A")
    with refused("illegal_transition"):
        answer(question_id=row.pk, by=agus, text="500A")
    said(place, agus, "500A", reply_to=row.pk)
    row.refresh_from_db()
    assert row.answer == first


def test_a_comment_that_asks_nobody_has_no_answer(
    place: Place, rina: User, agus: User
) -> None:
    with refused("illegal_transition"):
        answer(question_id=said(place, rina).pk, by=agus, text="x")
    with refused("not_found"):
        answer(question_id=999_999, by=agus, text="x")


def test_an_answered_question_is_not_edited(
    place: Place, rina: User, agus: User
) -> None:
    row = asked(place, rina)
    edit_comment(comment_id=row.pk, by=rina, text="Arus berapa?")
    answer(question_id=row.pk, by=agus, text="400A")
    with refused("illegal_transition"):
        edit_comment(comment_id=row.pk, by=rina, text="x")


def test_the_record_can_be_decided_while_it_is_open(
    place: Place, change: ChangeNotice, rina: User, agus: User
) -> None:
    row = asked(place, rina)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert numbers(agus) == [row.pk]
    assert list(inv_24()) == []


# --- When nobody can answer any more ---------------------------------------------------


def test_who_leaves_is_asked_no_more(place: Place, rina: User, agus: User) -> None:
    row = asked(place, rina)
    assert give_up() == 0
    agus.is_active = False
    agus.save()
    assert [sentence.split(":")[0] for sentence in inv_24()] != []
    assert give_up() == 1
    assert give_up() == 0
    row.refresh_from_db()
    assert (row.is_open, row.answer) == (False, None)
    assert list(inv_24()) == []
    last = events_about(row).last()
    assert last is not None
    assert last.kind == "question.given_up"


def test_a_withdrawn_change_asks_nothing(
    place: Place, change: ChangeNotice, rina: User, agus: User
) -> None:
    asked(place, rina)
    withdraw_change(change_id=change.pk, by=agus)
    assert numbers(agus) == []
    assert list(inv_24()) == []


def test_a_removed_activity_asks_nothing_nor_do_its_tasks(
    agus: User, hendi: User
) -> None:
    activity = an_activity(hendi)
    task = activity.tasks.order_by("pk")[0]
    for record in (activity, task):
        asked(place_of(record), agus)
    assert len(numbers(hendi)) == 2
    remove_activity(activity_id=activity.pk, by=hendi)
    assert not Comment.objects.questions().exists()
    assert list(inv_24()) == []


def test_a_deleted_document_asks_nothing(agus: User, rina: User) -> None:
    document = a_document(agus)
    asked(place_of(document), rina)
    delete_document(document_id=document.pk, by=agus)
    assert not Comment.objects.questions().exists()


def test_a_planted_breach_is_named(
    place: Place, rina: User, change: ChangeNotice
) -> None:
    row = asked(place, rina)
    Comment.objects.update(record_id=999_999)
    assert list(inv_24()) == [
        f"engineering.ChangeNotice:999999 #{row.pk}: it asks person {row.asked_id}"
        " and cannot be answered"
    ]


def test_the_inbox_costs_the_same_for_many(
    place: Place,
    rina: User,
    agus: User,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _ in range(30):
        asked(place, rina)
    follow(place=place, by=rina)
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        assert len(open_questions(agus)) == 30
