"""Two presses of one link at once, and many wrong PINs at once; on connections of their own."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from core.accounts.models import Pin, User
from core.approvals.models import Decision, DecisionLink
from core.approvals.queries.links import token_of
from core.approvals.services import decide_by_link, make_links
from core.ledger.models import Event
from engineering.tests.conftest import a_change
from engineering.tests.test_races import at_once, decide
from notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)
PIN, WRONG = "270391", "905172"
ROUNDS = 4


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def a_link(agus: User, rina: User) -> DecisionLink:
    change = a_change(agus)
    return make_links(change._meta.label, change.pk, [rina.pk])[rina.pk]


def pressed(link: DecisionLink, status: int, pin: str = PIN) -> Any:
    given: dict[str, Any] = {"status": status, "remark": "x", "address": "10.0.0.1"}
    return lambda: decide_by_link(token=token_of(link), pin=pin, **given)


def give_pin(rina: User) -> None:
    hashed = make_password(PIN)
    Pin.objects.update_or_create(
        user=rina,
        defaults={
            "hashed": hashed,
            "set_at": timezone.now(),
            "failures": 0,
            "locked_at": None,
        },
    )


def test_of_two_presses_one_decides(agus: User, rina: User) -> None:
    give_pin(rina)
    for done in range(1, ROUNDS + 1):
        link = a_link(agus, rina)
        assert sorted(at_once(pressed(link, 1), pressed(link, 2))) == ["done", "gone"]
        assert Decision.objects.count() == done


def test_a_press_of_the_link_and_one_of_the_page(agus: User, rina: User) -> None:
    give_pin(rina)
    for done in range(1, ROUNDS + 1):
        link = a_link(agus, rina)
        change = link.assignment.round
        found = at_once(
            pressed(link, 1),
            decide(
                type("Shown", (), {"pk": change.record_id, "revision": 1})(), rina, 1
            ),
        )
        # The second of the two reads that it is decided; the page's verb answers with the first one.
        assert set(found) <= {"done", "illegal_transition"}
        assert "done" in found
        assert Decision.objects.count() == done


def test_of_many_wrong_pins_at_once_the_person_hears_once(
    agus: User, rina: User
) -> None:
    give_pin(rina)
    link = a_link(agus, rina)
    found = at_once(*[pressed(link, 1, WRONG)] * 8)
    assert set(found) <= {"wrong_credentials", "locked", "pin_locked"}
    link.refresh_from_db()
    assert link.locked_at is not None
    assert Notification.objects.filter(kind="link.locked").count() == 1
    assert Event.objects.filter(kind="link.locked").count() == 1
    assert not Decision.objects.exists()
