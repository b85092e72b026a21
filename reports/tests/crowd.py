"""A crowd of activities, tasks and changes around one month, for the tests of the reports."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from activities.models import Activity, InCharge, Task
from core.text.months import start_of
from engineering.models import ChangeNotice, Configuration
from reports.catalogue import BY_SLUG
from reports.period import Period, ReportPeriod
from reports.shapes import Table
from tests.people import Cast

PERIOD = Period(date(2026, 7, 1), date(2026, 7, 31))
NOW = datetime(2026, 7, 20, 5, tzinfo=UTC)


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(params=[1, 2, 3])
def crowd(request: pytest.FixtureRequest, cast: Cast, noon: None) -> random.Random:
    """Activities, tasks and changes of every sort around the period."""
    dice = random.Random(request.param)  # noqa: S311
    Configuration.objects.create(name="CCNThreshold", value=4_000_000)
    for _ in range(40):
        an_activity(dice)
    for number in range(60):
        a_random_change(dice, number, cast)
    return dice


def moment(dice: random.Random) -> datetime:
    """Any minute from June to August, often near the month's edges in Jakarta."""
    edge = dice.choice([start_of(2026, 7), start_of(2026, 8), NOW])
    near = timedelta(minutes=dice.randint(-90, 90))
    far = timedelta(days=dice.randint(-30, 30), minutes=dice.randint(0, 1440))
    return edge + dice.choice([near, far])


def an_activity(dice: random.Random) -> None:
    """Some tasks; a few are removed, undated or without hours."""
    activity = Activity.objects.create(
        kind=dice.choice([0, 1, 2]), deleted_at=NOW if dice.random() < 0.1 else None
    )
    tasks = [a_task(dice, activity) for _ in range(dice.randint(0, 5))]
    live = [task for task in tasks if task.deleted_at is None]
    starts = [task.starts_at for task in live if task.starts_at]
    ends = [task.ends_at for task in live if task.ends_at]
    Activity.objects.filter(pk=activity.pk).update(
        from_cache=min(starts, default=None),
        to_cache=max(ends, default=None),
        task_count=len(live),
        done_count=sum(task.completed_date_manager is not None for task in live),
    )


def a_task(dice: random.Random, activity: Activity) -> Task:
    """Signed to some stage, shared by up to three people."""
    start = moment(dice)
    signed = [moment(dice) for _ in range(dice.choice([0, 0, 1, 2, 3, 3]))]
    stages = ("completed_date_pic", "completed_date_spv", "completed_date_manager")
    task = Task.objects.create(
        activity=activity,
        description=f"SLD {dice.random()}",
        starts_at=start if dice.random() < 0.9 else None,
        ends_at=start + timedelta(days=dice.randint(0, 9))
        if dice.random() < 0.9
        else None,
        hours=dice.choice([None, Decimal("0.50"), Decimal(8), Decimal("7.25")]),
        hours_spent=dice.choice([None, None, Decimal("1.25"), Decimal(9)]),
        late_reason=dice.choice([None, 1, 2, 3, 4, 5]),
        deleted_at=NOW if dice.random() < 0.1 else None,
        **dict(zip(stages, signed, strict=False)),
    )
    for person in dice.sample([3, 7, 12, 15, 28], dice.randint(0, 3)):
        InCharge.objects.create(
            task=task,
            ext_user_id=person,
            deleted_at=NOW if dice.random() < 0.2 else None,
        )
    return task


def a_random_change(dice: random.Random, number: int, cast: Cast) -> None:
    """Decided or not, dear or cheap, on any day around the period."""
    status = dice.choice([0, 1, 1, 2])
    plus, minus = dice.randint(0, 9_000_000), dice.choice([0, 1_000_000])
    change = ChangeNotice.objects.create(
        number=f"X-{number}",
        kind=dice.choice([0, 1, 2, 3]),
        date=date(2026, 7, 1) + timedelta(days=dice.randint(-5, 36)),
        **dict.fromkeys(("customer", "customer_plain"), dice.choice(["", "a", "a b"])),
        status=status,
        increase=plus,
        decrease=minus,
        net=plus - minus,
        digest="0" * 64,
        requester=cast.agus,
        created_by=cast.agus,
        approval_date=NOW if status else None,
        deleted_at=NOW if dice.random() < 0.1 else None,
    )
    made = NOW - timedelta(hours=dice.randint(1, 99))
    ChangeNotice.objects.filter(pk=change.pk).update(created_at=made)


def table_of(slug: str, place: int = 0, **asked: Any) -> Table:
    """A table of a report over the period."""
    return BY_SLUG[slug].build(ReportPeriod(PERIOD, **asked)).tables[place]
