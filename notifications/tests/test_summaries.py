"""The daily e-mail says what waits; the weekly one of managers where it is stuck, a click from each list."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core.ledger.models import Delivery
from core.ledger.services import deliver_due
from core.talk.services import ask_question
from core.talk.subjects import place_of
from notifications.services import save_wishes, send_digests, send_weekly
from notifications.tests.conftest import MailServer
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 16, 5, tzinfo=ZoneInfo("Asia/Jakarta"))


def wants_mail(cast: Cast, *names: str) -> None:
    for name in names:
        by = cast.people[name]
        mail = f"{name}@example.com"
        save_wishes(by=by, email=mail, phone="", digest=True, ways={})


def test_the_daily_one_lists_approvals_and_questions(
    cast: Cast, post: MailServer
) -> None:
    with time_machine.travel(MONDAY + timedelta(days=1, hours=4), tick=False):
        wants_mail(cast, "rina", "agus")
        change = a_change(cast.agus, engineering="Ganti busbar Kertajati")
        ask_question(
            place=place_of(change),
            person=cast.agus,
            by=cast.rina,
            text="Berapa ampere?",
        )
        assert send_digests() == 2
        deliver_due()
    by_person = {letter.to[0]: letter.text for letter in post.letters}
    assert f"- {change.number}: Ganti busbar Kertajati" in by_person["rina@example.com"]
    assert "Berapa ampere?" in by_person["agus@example.com"]
    assert "/inbox/" in by_person["rina@example.com"]


def test_the_weekly_one_names_step_person_and_time_and_leads_to_the_rows(
    cast: Cast, post: MailServer
) -> None:
    wants_mail(cast, "rina", "agus")
    with time_machine.travel(MONDAY - timedelta(days=5), tick=False):
        a_change(cast.agus)
        a_change(cast.agus)
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False):
        assert send_weekly() == 1
        send_weekly()
        assert Delivery.objects.filter(path="rina@example.com").count() == 1
        deliver_due()
    letter = next(each for each in post.letters if each.to == ["rina@example.com"])
    line = next(row for row in letter.text.splitlines() if cast.rina.name in row)
    assert "2 " in line
    assert "5 " in line
    (address,) = re.findall(r"/changes/\?\S+decider=3", letter.text)
    page = cast.browser("rina").get(address)
    assert len(page.context["rows"]) == 2


@pytest.mark.parametrize("days", [1, 2, 6])
def test_on_other_days_and_with_nothing_that_waits_there_is_none(
    cast: Cast, post: MailServer, days: int
) -> None:
    wants_mail(cast, "rina")
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False):
        assert send_weekly() == 0
        a_change(cast.agus)
    with time_machine.travel(MONDAY + timedelta(days=days, hours=4), tick=False):
        assert send_weekly() == 0
