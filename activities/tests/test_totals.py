"""Sums that are kept on an activity, and the totals over a list of them, counted by hand."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from activities.models import Activity, Task
from activities.queries.invariants import CHECKS
from activities.queries.listing import activity_totals, progress_label
from activities.services import edit_task, remove_activity, remove_task, reopen
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User

pytestmark = pytest.mark.django_db


def counts(activity: Activity) -> tuple[int, int, int, int]:
    """Tasks, and how many each stage has signed."""
    row = Activity.objects.get(pk=activity.pk)
    return row.task_count, row.pic_count, row.spv_count, row.done_count


@pytest.mark.parametrize(
    ("levels", "expected", "progress", "words"),
    [
        ([], (0, 0, 0, 0), "empty", "Without tasks"),
        ([0], (1, 0, 0, 0), "open", "Waiting for PIC"),
        ([1], (1, 1, 0, 0), "pic", "Waiting for SPV"),
        ([2], (1, 1, 1, 0), "spv", "Waiting for the manager"),
        ([3], (1, 1, 1, 1), "manager", "Complete"),
        ([0, 3], (2, 1, 1, 1), "open", "Waiting for PIC"),
        ([1, 3], (2, 2, 1, 1), "pic", "Waiting for SPV"),
        ([2, 3], (2, 2, 2, 1), "spv", "Waiting for the manager"),
        ([1, 2, 3], (3, 3, 2, 1), "pic", "Waiting for SPV"),
        ([3, 3, 3], (3, 3, 3, 3), "manager", "Complete"),
    ],
)
def test_an_activity_is_as_far_as_its_last_task(
    rina: User,
    levels: list[int],
    expected: tuple[int, int, int, int],
    progress: str,
    words: str,
) -> None:
    activity = an_activity(rina, *[a_task(str(level)) for level in levels])
    for task, level in zip(activity.tasks.all(), levels, strict=True):
        signed(task, *[rina] * level)
    row = Activity.objects.get()
    assert (counts(activity), row.progress) == (expected, progress)
    with translation.override("en"):
        assert progress_label(row) == words


def test_an_undo_and_a_removal_are_counted_back(rina: User) -> None:
    activity = an_activity(rina, a_task("A"), a_task("B"))
    first, second = activity.tasks.all()
    for task in (first, second):
        signed(task, rina, rina, rina)
    reopen(task_id=first.pk, stage="manager", by=rina)
    assert counts(activity) == (2, 2, 2, 1)
    remove_task(task_id=first.pk, by=rina)
    assert counts(activity) == (1, 1, 1, 1)
    assert Activity.objects.get().progress == "manager"


@pytest.mark.parametrize(
    ("hours", "total"),
    [([], 0), ([None], 0), ([0, None, 2], 2), (["1.25", "0.5"], Decimal("1.75"))],
)
def test_hours_are_the_sum_of_live_tasks(
    agus: User, hours: list[Any], total: Decimal
) -> None:
    rows = [{"description": "x", "hours": each} for each in hours]
    activity = an_activity(agus, *rows, a_task("dihapus", hours=50))
    last = activity.tasks.last()
    assert last is not None
    remove_task(task_id=last.pk, by=agus)
    assert Activity.objects.get().hours == total


DATES: dict[str, tuple[list[tuple[Any, Any]], tuple[Any, Any]]] = {
    "only starts": ([("2026-03-05", None), ("2026-03-02", None)], ("2026-03-02", None)),
    "only ends": ([(None, "2026-03-05"), (None, "2026-03-09")], (None, "2026-03-09")),
    "mixed": (
        [("2026-03-04", None), (None, "2026-03-09")],
        ("2026-03-04", "2026-03-09"),
    ),
    "within": (
        [("2026-03-01", "2026-03-31"), ("2026-03-10", "2026-03-11")],
        ("2026-03-01", "2026-03-31"),
    ),
    "overlapping": (
        [("2026-03-05", "2026-03-20"), ("2026-03-01", "2026-03-10")],
        ("2026-03-01", "2026-03-20"),
    ),
}


@pytest.mark.parametrize("case", DATES)
def test_the_span_is_the_first_start_and_the_last_end(agus: User, case: str) -> None:
    tasks, (first, last) = DATES[case]
    rows = [
        {
            "description": "x",
            "starts_at": start and at(start),
            "ends_at": end and at(end),
        }
        for start, end in tasks
    ]
    activity = an_activity(agus, *rows)
    assert activity.from_cache == (first and at(first))
    assert activity.to_cache == (last and at(last))


def test_a_date_that_moves_in_moves_the_span_in(agus: User) -> None:
    activity = an_activity(
        agus,
        a_task("A", starts_at=at("2026-03-01"), ends_at=at("2026-03-20")),
        a_task("B", starts_at=at("2026-03-05"), ends_at=at("2026-03-08")),
    )
    given: dict[str, Any] = {"task_id": the_task(activity).pk, "by": agus}
    dates = {"starts_at": at("2026-03-06"), "ends_at": at("2026-03-07")}
    edit_task(**given, fields=dates, facts=NOTHING_KNOWN)
    row = Activity.objects.get()
    assert (row.from_cache, row.to_cache) == (at("2026-03-05"), at("2026-03-08"))
    edit_task(**given, fields=dict.fromkeys(dates), facts=NOTHING_KNOWN)
    row = Activity.objects.get()
    assert (row.from_cache, row.to_cache) == (at("2026-03-05"), at("2026-03-08"))


def test_search_text_holds_header_and_live_tasks(agus: User) -> None:
    activity = an_activity(agus, a_task("Gambar SLD"), a_task("Uji FAT"), pic="Ibu Sri")
    remove_task(task_id=the_task(activity).pk, by=agus)
    text = Activity.objects.get().search_text
    found = [
        w for w in ("lvmdp", "pt contoh", "ibu sri", "uji fat", "sld") if w in text
    ]
    assert found == ["lvmdp", "pt contoh", "ibu sri", "uji fat"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("hours", 1),
        ("task_count", 9),
        ("pic_count", 2),
        ("spv_count", 2),
        ("done_count", 2),
        ("from_cache", None),
        ("to_cache", at("2030-01-01")),
    ],
)
def test_a_sum_that_is_not_that_of_its_tasks_is_named(
    agus: User, column: str, value: Any
) -> None:
    activity = an_activity(agus, a_task("A", agus))
    an_activity(agus, a_task("B", agus))
    assert list(CHECKS["SPANS"]()) == []
    Activity.objects.filter(pk=activity.pk).update(**{column: value})
    sentence = f"activity {activity.pk}: {column} is not that of its tasks"
    assert list(CHECKS["SPANS"]()) == [sentence]


# --- Totals of a list -------------------------------------------------------------------


@pytest.fixture
def list_of_four(agus: User, rina: User) -> list[Activity]:
    """Complete (2 h), half done (3 + 4.5 h), open (5 h), empty."""
    rows = [
        an_activity(agus, a_task("A", agus, hours=2)),
        an_activity(agus, a_task("B", agus, hours=3), a_task("C", hours="4.5")),
        an_activity(agus, a_task("D", agus, hours=5)),
        an_activity(agus, kind=2),
    ]
    for activity in rows[:2]:
        signed(the_task(activity), rina, rina, rina)
    return rows


def totals_of(**chosen: Any) -> tuple[Any, ...]:
    """Count, complete ones, tasks, tasks done, hours."""
    found = activity_totals(Activity.objects.alive().filter(**chosen))
    return found.count, found.complete, found.tasks, found.tasks_done, found.hours


def test_totals_count_the_whole_list(list_of_four: list[Activity]) -> None:
    assert totals_of() == (4, 1, 4, 2, Decimal("14.5"))
    assert totals_of(kind=2) == (1, 0, 0, 0, 0)
    assert totals_of(kind=1) == (0, 0, 0, 0, 0)


def test_totals_are_new_after_each_change(
    list_of_four: list[Activity], rina: User
) -> None:
    """They are remembered, but never beyond the next event."""
    assert totals_of()[1] == 1
    signed(the_task(list_of_four[2]), rina, rina, rina)
    assert totals_of() == (4, 2, 4, 3, Decimal("14.5"))
    remove_activity(activity_id=list_of_four[0].pk, by=rina)
    assert totals_of() == (3, 1, 3, 2, Decimal("12.5"))


def test_a_list_without_changes_is_summed_once(
    list_of_four: list[Activity], django_assert_num_queries: Any
) -> None:
    totals_of()
    with django_assert_num_queries(1):  # the newest event
        assert totals_of()[0] == 4
    assert Task.objects.count() == 4
