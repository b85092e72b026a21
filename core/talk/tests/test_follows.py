"""Who follows a record: by their part in it, by choice, because a comment named them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bom.services import remove_pic
from core.accounts.models import User
from core.talk.models import Follow
from core.talk.queries.followers import (
    chosen_followers,
    followed_by,
    followers_of,
    follows,
    is_concerned,
)
from core.talk.services import follow, unfollow
from core.talk.services.comments import Saying
from core.talk.subjects import Place, place_of
from core.talk.tests.conftest import asked, said
from core.talk.tests.refusals import refused
from engineering.models import ChangeNotice
from engineering.services import withdraw_change
from engineering.tests.conftest import a_change
from tests.factories import a_document, an_activity
from tests.people import make_person

pytestmark = pytest.mark.django_db


def names(place: Place) -> set[str]:
    """Names of those who follow a record."""
    return {row.name for row in followers_of(place.found())}


def test_who_has_a_part_follows(place: Place, hendi: User, budi: User) -> None:
    assert names(place) == {"Agus", "Rina"}  # asked for it; may decide


def test_each_kind_has_its_people(
    every_place: dict[str, Place], hendi: User, rina: User
) -> None:
    assert names(every_place["bom"]) == {"Agus", "Hendi"}
    assert names(every_place["task"]) == {"Agus"}
    assert names(every_place["activity"]) == {"Agus"}
    assert names(every_place["document"]) == {"Agus"}
    assert names(every_place["analysis"]) == {"Agus"}


def test_a_pic_who_was_removed_follows_no_more(
    bom_place: Place, agus: User, hendi: User, rina: User
) -> None:
    approval = bom_place.found()
    remove_pic(approval_id=approval.pk, by=rina, ext_user_id=12, reason="pindah")
    assert names(bom_place) == {"Hendi"}


def test_one_chooses_to_and_not_to(place: Place, budi: User, agus: User) -> None:
    for _ in range(2):
        follow(place=place, by=budi)
        unfollow(place=place, by=agus)
    assert names(place) == {"Budi", "Rina"}
    assert follows(place.found(), budi)
    assert not follows(place.found(), agus)
    assert Follow.objects.count() == 2
    unfollow(place=place, by=budi)
    follow(place=place, by=agus)
    assert not follows(place.found(), budi)
    assert follows(place.found(), agus)
    assert [row.person for row in followed_by(agus)] == [agus]
    assert followed_by(budi) == []


def test_who_left_follows_nothing(place: Place, budi: User, agus: User) -> None:
    follow(place=place, by=budi)
    User.objects.filter(pk__in=[budi.pk, agus.pk]).update(is_active=False)
    assert not names(place) & {"Budi", "Agus"}


def test_what_is_gone_is_not_followed(
    place: Place, change: ChangeNotice, agus: User, budi: User
) -> None:
    withdraw_change(change_id=change.pk, by=agus)
    for verb in (follow, unfollow):
        with refused("not_found"):
            verb(place=place, by=budi)


def test_whoever_writes_follows_unless_they_chose_not_to(
    place: Place, budi: User, hendi: User
) -> None:
    unfollow(place=place, by=hendi)
    said(place, budi)
    said(place, hendi)
    assert "Budi" in names(place)
    assert "Hendi" not in names(place)


def test_who_is_named_or_asked_follows_again(
    place: Place, rina: User, hendi: User, budi: User
) -> None:
    for person in (hendi, budi):
        unfollow(place=place, by=person)
    said(place, rina, "@Hendi")
    asked(place, rina, person=budi)
    assert {"Hendi", "Budi"} <= names(place)


def test_choice_and_part_are_told_apart(
    place: Place, agus: User, rina: User, budi: User
) -> None:
    follow(place=place, by=budi)
    assert [row.name for row in chosen_followers(place.found())] == ["Budi"]
    assert is_concerned(place.found(), agus)
    assert not is_concerned(place.found(), rina)


def test_people_in_charge_follow_their_task_only(agus: User, hendi: User) -> None:
    activity = an_activity(hendi)
    task = activity.tasks.order_by("pk")[0]
    task.in_charges.update(ext_user_id=999)
    assert names(place_of(task)) == {"Hendi"}
    assert names(place_of(activity)) == {"Hendi", "Agus"}


def test_a_document_is_followed_by_who_ever_uploaded_it(agus: User, budi: User) -> None:
    document = a_document(budi)
    assert names(place_of(document)) == {"Budi"}


class FollowersHold(TestCase):
    """Whatever is done in whatever order: the last word of each person counts, once."""

    @settings(max_examples=25)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["follow", "unfollow", "say", "name", "ask"]),
                st.integers(0, 2),
            ),
            max_size=12,
        )
    )
    def test_the_last_word_counts(self, acts: list[tuple[str, int]]) -> None:
        people = [make_person(101 + n, f"Orang {n}") for n in range(3)]
        by = make_person(99, "Penulis")
        place = place_of(a_change(by))
        expected: dict[int, bool] = {}
        for verb, place_of_person in acts:
            person = people[place_of_person]
            if verb == "follow":
                follow(place=place, by=person)
                expected[person.pk] = True
            elif verb == "unfollow":
                unfollow(place=place, by=person)
                expected[person.pk] = False
            elif verb == "say":
                said(place, person)
                expected.setdefault(person.pk, True)
            elif verb == "name":
                said(place, by, more=Saying(tell=[person.pk]))
                expected[person.pk] = True
            else:
                asked(place, by, person=person)
                expected[person.pk] = True
        found = {row.pk for row in followers_of(place.found())} - {by.pk}
        assert found == {pk for pk, is_on in expected.items() if is_on}
        assert Follow.objects.count() == len(expected) + (
            Follow.objects.filter(person=by).count()
        )
