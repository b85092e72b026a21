"""A parked delivery is sent again by who may, unless something newer was accepted meanwhile."""

from typing import Any

import pytest

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Delivery
from core.ledger.queries import events_about, parked_since
from core.ledger.services import deliveries, resend, resend_parked
from core.ledger.tests.test_delivery_rules import promise
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("roles", "is_admin", "code"),
    [
        ("", False, "forbidden"),
        ("pic", False, "forbidden"),
        ("spv", False, "done"),
        ("manager", False, "done"),
        ("", True, "done"),
    ],
)
def test_who_sends_again(rina: User, roles: str, *, is_admin: bool, code: str) -> None:
    row = promise(rina, "one")
    Delivery.objects.update(state="parked", attempts=13)
    by = make_person(60, "Somebody", *roles.split(), is_superuser=is_admin)
    try:
        resend(delivery=row, by=by)
        found = "done"
    except DomainError as error:
        found = error.code
    row.refresh_from_db()
    assert found == code
    assert (row.state, row.attempts) == (
        ("pending", 0) if code == "done" else ("parked", 13)
    )
    assert events_about(row).count() == int(code == "done")


@pytest.mark.parametrize("state", ["pending", "delivered"])
def test_only_what_is_parked_is_sent_again(rina: User, state: str) -> None:
    row = promise(rina, "one")
    Delivery.objects.update(state=state)
    with pytest.raises(DomainError) as caught:
        resend(delivery=row, by=rina)
    assert caught.value.code == "illegal_transition"


OVERTAKEN: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "something newer was accepted": ({}, {}, True),
    "it is not accepted yet": ({}, {"state": "pending"}, False),
    "it is about another record": ({}, {"about": True}, False),
    "it went elsewhere": ({}, {"upstream": "mail"}, False),
    "a message": ({"upstream": "mail"}, {"upstream": "mail"}, False),
    "a message by telephone": (
        {"upstream": "whatsapp"},
        {"upstream": "whatsapp"},
        False,
    ),
}


@pytest.mark.parametrize("case", OVERTAKEN)
def test_what_is_overtaken_stays_parked(rina: User, agus: User, case: str) -> None:
    old, new, is_overtaken = OVERTAKEN[case]
    first = promise(rina, "one", upstream=old.get("upstream", "ppic"))
    Delivery.objects.update(state="parked")
    about = agus if new.get("about") else rina
    second = promise(rina, "two", about=about, upstream=new.get("upstream", "ppic"))
    state = new.get("state", "delivered")
    Delivery.objects.filter(pk=second.pk).update(state=state)
    assert Delivery.objects.filter(pk=first.pk).overtaken().exists() is is_overtaken
    assert parked_since(rina) == ([] if is_overtaken else [first])


def test_all_that_is_parked_about_a_record_is_sent_again_in_order(
    rina: User, agus: User
) -> None:
    for key in ("one", "two"):
        promise(rina, key)
    promise(rina, "other", about=agus)
    Delivery.objects.update(state="parked")
    assert resend_parked(about=rina, by=rina) == 2
    assert sorted(Delivery.objects.owed().values_list("key", flat=True)) == [
        "one",
        "two",
    ]
    assert [row.key for row in deliveries._next_due(9)] == ["one"]
    with pytest.raises(DomainError) as caught:
        resend_parked(about=rina, by=rina)
    assert caught.value.code == "illegal_transition"
    with pytest.raises(DomainError) as caught:
        resend_parked(about=agus, by=make_person(60, "Tono", "pic"))
    assert caught.value.code == "forbidden"
