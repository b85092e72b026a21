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
