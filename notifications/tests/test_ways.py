"""The ways that a person chooses, each with its address or refused by its field."""

from typing import Any

import pytest

from core.accounts.models import User
from core.errors import DomainError
from notifications.models import NoticeAddress, NoticeGroup, NoticeSetting
from notifications.queries import group_of, stored_wishes, wishes_of
from notifications.queries.texts import TEXTS
from notifications.services import reach_newcomer, save_wishes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_has_a_group_that_a_person_may_choose_for(kind: str) -> None:
    assert group_of(kind) in NoticeGroup.values


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phone": "123"}, "phone"),
        ({"phone": "08-12abc34567"}, "phone"),
        ({"phone": "+" + "1" * 16}, "phone"),
        ({"ways": {"tasks": frozenset({"email"})}}, "email"),
        ({"ways": {"tasks": frozenset({"whatsapp"})}}, "phone"),
        ({"digest": True}, "email"),
    ],
)
def test_a_wish_that_cannot_be_met_names_its_field(
    rina: User, given: dict[str, Any], field: str
) -> None:
    data: dict[str, Any] = {"email": "", "phone": "", "digest": False, "ways": {}}
    with pytest.raises(DomainError) as caught:
        save_wishes(by=rina, **(data | given))
    assert list(caught.value.errors) == [field]
    assert not NoticeAddress.objects.exists()


def test_what_is_chosen_is_kept_and_the_rest_is_off(rina: User) -> None:
    ways = {"tasks": frozenset({"bell", "whatsapp"})}
    save_wishes(by=rina, email="", phone="(0812) 345-6789", digest=False, ways=ways)
    wish = wishes_of([rina.pk], NoticeGroup.TASKS)[rina.pk]
    assert (wish.bell, wish.email, wish.phone) == (True, "", "08123456789")
    other = wishes_of([rina.pk], NoticeGroup.BOMS)[rina.pk]
    assert (other.bell, other.email, other.phone) == (False, "", "")
    assert stored_wishes(rina)["phone"] == "08123456789"


def test_who_chose_nothing_has_the_bell(rina: User, agus: User) -> None:
    found = wishes_of([rina.pk, agus.pk], NoticeGroup.TASKS)
    assert {(w.bell, w.email, w.phone) for w in found.values()} == {(True, "", "")}


@pytest.mark.parametrize(
    ("phone", "is_reached"),
    [("+62 812-3456-789", True), ("0812", False), ("", False), ("abc", False)],
)
def test_a_newcomer_is_reached_by_a_number_that_is_one(
    budi: User, phone: str, *, is_reached: bool
) -> None:
    reach_newcomer(user=budi, phone=phone)
    wish = wishes_of([budi.pk], NoticeGroup.TASKS)[budi.pk]
    assert bool(wish.phone) is is_reached
    assert NoticeSetting.objects.exists() is is_reached
