"""The list "waiting for me": by when each thing is to be decided."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import RoundStep
from engineering.services import decide_change
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def inbox(client: Client) -> str:
    client.cookies["django_language"] = "en"
    return client.get("/inbox/").content.decode()


def test_a_row_says_by_when_and_whether_it_is_late(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    a_change(agus)
    put_up(700, rina, agus)
    due = datetime(2099, 3, 7, 3, 30, tzinfo=UTC)
    assert RoundStep.objects.update(due_at=due) == 2
    page = inbox(as_person(rina))
    assert page.count("due 07 Mar 2099 10:30") == 2
    assert "Late" not in page
    RoundStep.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert inbox(as_person(rina)).count("Late") == 2


def test_a_decision_leads_on_to_what_is_due_soonest(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    first, second, third = (a_change(agus) for _ in range(3))
    approval = put_up(700, rina, agus)
    client = as_person(rina)
    client.cookies["django_language"] = "en"
    for place, change in enumerate((first, third, second), 1):
        at(change.pk, place)
    RoundStep.objects.filter(round__kind="BOM").update(due_at=None)
    for record, following, words in (
        (first, third, "3 more wait for your decision"),
        (third, second, "2 more wait for your decision"),
        (second, None, "One more waits for your decision"),
    ):
        page = f"/changes/{record.pk}/"
        client.get(page)
        shown = {"revision": 1, "digest": record.digest, "status": 1}
        answer = client.post(f"{page}decide/", shown, follow=True)
        text = answer.content.decode()
        assert words in text
        url = f"/changes/{following.pk}/" if following else "/bom/700/"
        assert f'<a href="{url}">Next:' in text
        assert "more" not in client.get(page).context.get("next_waiting", "")
    shown = {"revision": 1, "digest": approval.digest, "status": 1}
    last = client.post("/bom/700/decide/", shown, follow=True)
    assert "Next:" not in last.content.decode()


def at(change_id: int, hours: int) -> None:
    """Due in so many hours."""
    rows = RoundStep.objects.filter(
        round__record_type="engineering.ChangeNotice", round__record_id=change_id
    )
    rows.update(due_at=timezone.now() + timedelta(hours=hours))


def test_without_a_time_nothing_is_said(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    RoundStep.objects.update(due_at=None)
    page = inbox(as_person(rina))
    assert change.number in page
    assert "due " not in page
    decide_change(change_id=change.pk, by=rina, status=1)
    assert change.number not in inbox(as_person(rina))
