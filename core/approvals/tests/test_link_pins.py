"""The PIN of a link: wrong ones, none, a locked one; four eyes and substitutes; how long a link is kept."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.accounts.models import LoginFailures, Pin, User
from core.approvals.models import Decision, DecisionLink
from core.approvals.services import forget_links, make_links, substitute
from core.approvals.services.links import KEPT
from core.approvals.tests.conftest import (
    WRONG,
    a_link,
    address,
    look,
    press,
    refused,
    with_pin,
)
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]


def test_without_a_pin_the_page_says_how_to_set_one(agus: User, rina: User) -> None:
    link = a_link(a_change(agus), rina)
    page = look(link).content.decode()
    assert "Log in and set a PIN" in page
    assert "next=%2Faccounts%2Fpin%2F" in page
    assert 'name="pin"' not in page
    assert press(link).status_code == 400
    link.refresh_from_db()
    assert link.failures == 0


def test_five_wrong_pins_lock_the_link_and_tell_the_person(
    link: DecisionLink, rina: User
) -> None:
    for left in (4, 3, 2, 1):
        answer = Client().post(
            address(link) + "?language=en", {"status": "1", "pin": WRONG}
        )
        assert answer.status_code == 400
        assert f"{left} tr" in answer.content.decode()
    refused(press(link, pin=WRONG), 423)
    refused(press(link), 423)
    refused(look(link), 423, "locked after five wrong tries")
    notice = Notification.objects.get(kind="link.locked")
    assert notice.recipient == rina
    assert Event.objects.filter(kind="link.locked", record_id=rina.pk).count() == 1
    assert not Decision.objects.exists()


def test_the_wrong_tries_of_one_link_do_not_lock_another(
    link: DecisionLink, agus: User, rina: User
) -> None:
    for _ in range(2):
        press(link, pin=WRONG)
    other = a_link(a_change(agus), rina)
    assert press(other).status_code == 200
    link.refresh_from_db()
    assert (link.failures, link.locked_at) == (2, None)
    assert press(link).status_code == 200


def test_a_locked_pin_is_named_and_costs_the_link_nothing(link: DecisionLink) -> None:
    Pin.objects.update(locked_at=timezone.now(), failures=5)
    assert "Your PIN is locked" in look(link).content.decode()
    assert press(link).status_code == 403
    link.refresh_from_db()
    assert link.failures == 0


def test_many_wrong_tries_from_one_address_wait(
    link: DecisionLink, settings: Any
) -> None:
    settings.LOGIN_FAILURES = {**settings.LOGIN_FAILURES, "address": 3}
    for _ in range(3):
        press("/decide/1-abc/")
    answer = press(link)
    refused(answer, 429)
    assert int(answer["Retry-After"]) > 0
    assert look(link).status_code == 429
    assert not Decision.objects.exists()


def test_the_login_is_not_slowed_by_it(link: DecisionLink) -> None:
    press(link, pin=WRONG)
    assert LoginFailures.objects.count() == 1
    assert press(link).status_code == 200
    assert LoginFailures.objects.get().judging == 0


# --- Four eyes and substitutes -----------------------------------------------------------


def test_four_eyes_still_apply(
    agus: User, rina: User, ratna: User, settings: Any
) -> None:
    """Rina was asked and then wrote part of it by another way; somebody else can decide."""
    settings.AUTHOR_MAY_DECIDE = "never"
    link = a_link(change := a_change(agus), with_pin(rina))
    ChangeNotice.objects.filter(pk=change.pk).update(requester=rina)
    refused(look(link), 403)
    assert press(link).status_code == 403
    assert not Decision.objects.exists()


def days(person: User, stand_in: User) -> Any:
    today = timezone.localdate()
    return substitute(
        person=person,
        by=person,
        stand_in=stand_in,
        first_day=today,
        last_day=today + timedelta(days=1),
    )


def test_a_substitutes_link_acts_on_behalf(agus: User, rina: User, hendi: User) -> None:
    days(rina, with_pin(hendi))
    change = a_change(agus)
    link = a_link(change, hendi)
    assert (link.person, link.assignment.person) == (hendi, rina)
    assert "You decide on behalf of Rina" in look(link).content.decode()
    page = press(link).content.decode()
    decision = Decision.objects.get()
    assert (decision.approver, decision.on_behalf_of) == (hendi, rina)
    assert "Rina" in page


def test_a_substitutes_link_ends_with_their_days(
    agus: User, rina: User, hendi: User
) -> None:
    days(rina, with_pin(hendi))
    link = a_link(a_change(agus), hendi)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        refused(look(link), 403, "do not stand in")
        assert press(link).status_code == 403
    assert not Decision.objects.exists()


def test_links_are_for_those_who_may_decide(
    agus: User, rina: User, hendi: User
) -> None:
    change = a_change(agus)
    label, people = change._meta.label, [agus.pk, rina.pk, hendi.pk]
    assert set(make_links(label, change.pk, people)) == {rina.pk}
    assert make_links(label, 999, people) == {}


def test_old_links_are_forgotten_a_month_after_they_expired(
    link: DecisionLink,
) -> None:
    for minutes, count in ((-1, 0), (1, 1)):
        later = link.expires_at + KEPT + timedelta(minutes=minutes)
        with time_machine.travel(later, tick=False):
            assert forget_links() == count
