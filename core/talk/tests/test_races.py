"""Two people at once, on real connections: one answer, and no edit behind an answer."""

from collections.abc import Callable

import pytest

from core.accounts.models import User
from core.ledger.queries import first_breach
from core.talk.models import Comment, Follow
from core.talk.queries.questions import inv_24
from core.talk.services import answer, edit_comment, follow
from core.talk.subjects import place_of
from core.talk.tests.conftest import asked, said
from engineering.services import withdraw_change
from engineering.tests.conftest import a_change
from engineering.tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def test_a_question_has_one_answer(agus: User, hendi: User, rina: User) -> None:
    place = place_of(a_change(agus))
    for _ in range(ROUNDS):
        row = asked(place, rina)

        def reply(by: User, pk: int = row.pk) -> Callable[[], object]:
            return lambda: answer(question_id=pk, by=by, text="400A")

        results = at_once(reply(agus), reply(hendi))
        assert sorted(results) == ["done", "illegal_transition"]
        assert Comment.objects.filter(reply_to=row).count() == 1
    assert first_breach() is None


def test_an_edit_while_it_is_answered_is_before_or_never(
    agus: User, rina: User
) -> None:
    place = place_of(a_change(agus))
    for _ in range(ROUNDS):
        row = said(place, rina, "satu")

        def edit(pk: int = row.pk) -> object:
            return edit_comment(comment_id=pk, by=rina, text="dua")

        def reply(pk: int = row.pk) -> object:
            return said(place, agus, reply_to=pk)

        results = at_once(edit, reply)
        row.refresh_from_db()
        assert results[1] == "done"
        assert (results[0], row.text) in {
            ("done", "dua"),
            ("illegal_transition", "satu"),
        }
        answer_at = row.replies.get().created_at
        assert row.edited_at is None or row.edited_at <= answer_at


def test_a_question_about_what_is_being_withdrawn(agus: User, rina: User) -> None:
    for _ in range(ROUNDS):
        change = a_change(agus)
        place = place_of(change)

        def withdraw(pk: int = change.pk) -> object:
            return withdraw_change(change_id=pk, by=agus)

        results = at_once(lambda place=place: asked(place, rina), withdraw)  # type: ignore[misc]
        assert results[1] == "done"
        assert list(inv_24()) == []


def test_to_follow_twice_at_once_is_once(agus: User, rina: User) -> None:
    place = place_of(a_change(agus))
    assert at_once(*[lambda: follow(place=place, by=rina)] * 4) == ["done"] * 4
    assert Follow.objects.filter(person=rina).count() == 1
