"""What a row of many costs: what is the same for all of them is asked once, and not once for each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from activities.models import Task
from activities.tests.conftest import a_task, an_activity, signed, the_task
from core.accounts.models import User
from core.approvals.services import note_opening
from ems.tests.test_page_queries import Counter
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
FEW, MORE = 3, 8


def statements(client: Client, verb: str, picks: list[str]) -> int:
    """Those of one press, without the marks of each row's own transaction and PostgreSQL's word to
    open pages, for which SQLite has none."""
    cache.clear()
    counter = Counter()
    with connection.execute_wrapper(counter):
        client.post("/lists/rows/", {"verb": verb, "pick": picks})
    marks = ("SAVEPOINT", "RELEASE", "SELECT pg_notify")
    return sum(not sql.startswith(marks) for sql in counter.statements)


def a_row(client: Client, verb: str, make: Callable[[], str]) -> float:
    """The statements that one row more costs."""
    few = statements(client, verb, [make() for _ in range(FEW)])
    many = statements(client, verb, [make() for _ in range(MORE)])
    return (many - few) / (MORE - FEW)


def test_a_signature_of_many_costs_twelve_statements(
    agus: User, hendi: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    """Two locks, who may, the task, its event, the sums, the activity, and who hears of it."""

    def pick() -> str:
        task = signed(the_task(an_activity(agus, a_task("SLD", agus))), agus)
        return f"task:{task.pk}:spv"

    assert a_row(as_person(hendi), "sign", pick) <= 12
    assert not Task.objects.filter(completed_date_spv=None).exists()


def test_an_approval_of_many_costs_sixteen_statements(
    agus: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    def pick() -> str:
        change = a_change(agus)
        note_opening(record=change, by=rina)
        return f"change:{change.pk}"

    assert a_row(as_person(rina), "approve", pick) <= 16
    assert not ChangeNotice.objects.filter(status=0).exists()
