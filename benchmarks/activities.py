"""Planned work: lists, the API, notifications, the Excel report, the sign-off.

    python -m benchmarks.activities --database sqlite:////tmp/activities-bench.sqlite3
    python -m benchmarks.activities --database postgres:///ems --rows 100000

The database is filled on the first run and kept: per activity three tasks of two people each.
Times are of one process, through Django's whole stack without a socket; 20 runs in milliseconds. The whole list and the report run once, each in a process of its own, with
the most memory that it held.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.changes import set_up

CHUNK, RUNS = 2000, 20
TASKS = 3
PEOPLE = 20
OK = 200
LIST = "/api/dashboard/activities"


def main() -> None:
    """Fill, measure, print Markdown tables."""
    options = read_options()
    set_up(options.database)
    from django.db import connection

    fill(options.rows)
    if not options.once:
        measure(connection.vendor, options.rows)
    measure_once(options.database)


def measure(vendor: str, rows: int) -> None:
    print(f"\n{vendor}, {rows:,} activities\n")
    print(
        "| what | median | 95 % | of the processor | queries |\n|---|---|---|---|---|"
    )
    for name, call in calls().items():
        median, late, own, queries = timed(call)
        row = f"{median:.0f} ms | {late:.0f} ms | {own:.0f} ms | {queries}"
        print(f"| {name} | {row} |", flush=True)


def measure_once(database: str) -> None:
    print(
        "\n| once, in a process of its own | seconds | of the processor | most memory | size |\n|---|---|---|---|---|"
    )
    for name, path in (
        ("the whole list as JSON", LIST),
        ("the report of every task as Excel", f"{LIST}?excel=true"),
        (
            "the report of a third of them as Excel",
            f"{LIST}?excel=true&extInquiryId=1",
        ),
    ):
        print(f"| {name} | {apart(database, path)} |", flush=True)


def timed(call: Callable[[], object]) -> tuple[float, float, float, int]:
    """Median and 95 % by the clock, median of the own processor time, and the queries.

    The third is what a quiet machine would take, as long as the database runs in this process.
    """
    from django.core.cache import cache
    from django.db import connection

    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    call()
    cache.clear()
    with connection.execute_wrapper(count):
        call()
    found = sorted(_once(call) for _run in range(RUNS))
    own = statistics.median(cpu for _wall, cpu in found)
    walls = [wall for wall, _cpu in found]
    return statistics.median(walls), walls[int(RUNS * 0.95)], own, len(statements)


def _once(call: Callable[[], object]) -> tuple[float, float]:
    begun, used = time.perf_counter(), time.process_time()
    call()
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    return wall * 1000, cpu * 1000


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--once", action="store_true", help="only what takes long")
    return parser.parse_args()


def fill(count: int) -> None:
    """Bring the tables to ``count`` activities; one task in ten waits for somebody."""
    from activities.models import Activity
    from benchmarks.changes import people

    people()
    for first in range(Activity.objects.count(), count, CHUNK):
        add(first, min(CHUNK, count - first))


def add(first: int, count: int) -> None:
    """A chunk of activities with their tasks, people and open notices."""
    from django.utils import timezone

    from activities.models import Activity, InCharge, Task
    from core.accounts.models import User
    from notifications.models import Notification

    now, agus = timezone.now(), User.objects.get(username="agus")
    activities = Activity.objects.bulk_create(
        _activity(place, now) for place in range(first, first + count)
    )
    tasks = Task.objects.bulk_create(
        _task(activity, number, now)
        for activity in activities
        for number in range(TASKS)
    )
    InCharge.objects.bulk_create(
        InCharge(task=task, ext_user_id=12 if side else 100 + task.pk % PEOPLE)
        for task in tasks
        for side in (0, 1)
    )
    Notification.objects.bulk_create(
        Notification(
            recipient=agus,
            kind="task.to_do",
            task_id=task.pk,
            role="pic",
            title="Tugas baru",
            message="x",
            facts={"task": "x", "activity": "y", "by": "z"},
        )
        for task in tasks
        if task.completed_date_pic is None
    )


def _activity(place: int, now: Any) -> Any:
    from activities.models import Activity

    start = now - timedelta(days=place % 700 - 30)
    done = 0 if place % 10 == 0 else TASKS
    return Activity(
        description=f"Panel LVMDP Gudang {place}",
        customer=f"PT Nusa {place % 300}",
        kind=place % 3,
        ext_inquiry_id=place % 3,
        ext_engineering_detail_problem_id=place,
        from_cache=start,
        to_cache=start + timedelta(days=6),
        task_count=TASKS,
        pic_count=done,
        spv_count=done,
        done_count=done,
        hours=18,
        search_text=f"panel lvmdp gudang {place}",
    )


def _task(activity: Any, number: int, now: Any) -> Any:
    from activities.models import Task

    is_done = activity.done_count == TASKS
    moment, person = (now, 12) if is_done else (None, None)
    return Task(
        activity=activity,
        position=number,
        description=f"Gambar SLD {number}",
        starts_at=activity.from_cache,
        ends_at=activity.to_cache,
        hours=6,
        completed_date_pic=moment,
        completed_date_spv=moment,
        completed_date_manager=moment,
        completed_by_pic_id=person,
        completed_by_spv_id=person,
        completed_by_manager_id=person,
    )


def calls() -> dict[str, Callable[[], object]]:
    from django.test import Client

    from core.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="rina"))

    def page(path: str) -> Callable[[], object]:
        def call() -> object:
            answer = client.get(path)
            assert answer.status_code == OK, path
            return answer

        return call

    return {
        "API, a page of 100, first": page(f"{LIST}?limit=100"),
        "API, a page of 100, last": page(f"{LIST}?limit=100&offset=99900"),
        "API, a page of 100 of one person": page(f"{LIST}?limit=100&userId=105"),
        "API, a week, page of 100": page(
            f"{LIST}?limit=100&from=2026-11-01&to=2026-11-07"
        ),
        "notifications, active, page of 100": page(
            "/api/notifications/active?role=pic&limit=100"
        ),
        "tasks of one ECN": page("/api/tasks/byecnccnid/777"),
        "list page, first": page("/activities/"),
        "list page, search": page("/activities/?q=gudang+777"),
        "list page, waiting for me": page("/activities/?mine=waiting"),
        "totals part": page("/activities/totals/"),
        "calendar of a month": page("/activities/calendar/"),
        "Gantt of five weeks": page("/activities/gantt/"),
        "workload of a week": page("/activities/workload/"),
        "Dashboard MP": page("/activities/manpower/"),
        "sign a stage and take it back": sign_and_undo(),
    }


def sign_and_undo() -> Callable[[], object]:
    """The two verbs, with their events and notices, in two transactions."""
    from activities.models import Task
    from activities.services import reopen, sign_off
    from core.accounts.models import User

    rina = User.objects.get(username="rina")
    task = Task.objects.filter(completed_date_pic=None)[0]

    def call() -> object:
        sign_off(task_id=task.pk, stage="pic", by=rina)
        return reopen(task_id=task.pk, stage="pic", by=rina)

    return call


def apart(database: str, path: str) -> str:
    """Read one path to its end in a fresh process: seconds, memory, size."""
    queue: Any = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(
        target=_read, args=(database, path, queue)
    )
    process.start()
    seconds, cpu, megabytes, size = queue.get()
    process.join()
    return (
        f"{seconds:.1f} s | {cpu:.1f} s | {megabytes:.0f} MB | {size / 2**20:.1f} MiB"
    )


def _read(database: str, path: str, queue: Any) -> None:
    set_up(database)
    from django.test import Client

    from core.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="rina"))
    begun, size = time.perf_counter(), 0
    answer: Any = client.get(path)
    assert answer.status_code == OK
    for piece in answer.streaming_content:
        size += len(piece)
    seconds = time.perf_counter() - begun
    queue.put((seconds, time.process_time(), _most_memory(), size))


def _most_memory() -> float:
    """Megabytes; getrusage would count the parent's from before the start of this program."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if "VmHWM" in line) / 1024


if __name__ == "__main__":
    main()
