"""Lists, search, writes and streams with many ECNs of five items each.

    python -m benchmarks.changes --database sqlite:////tmp/bench.sqlite3 --rows 100000
    python -m benchmarks.changes --database postgres://postgres@127.0.0.1/bench --rows 100000

The database is filled on the first run and kept for the next. Times are medians in
milliseconds of one process, through Django's whole stack without a socket.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

RUNS = 30
OK = 200
CHUNK = 2000
WORDS = ("MCCB", "relay", "busbar", "kabel", "metering", "kapasitor", "ATS", "panel")


def main() -> None:
    """Fill, measure, print one Markdown table."""
    options = read_options()
    set_up(options.database)
    from django.db import connection

    fill(options.rows)
    rows = list(measurements(options.rows))
    print(f"\n{connection.vendor}, {options.rows:,} ECNs\n")
    print("| what | median | 95 % | queries |\n|---|---|---|---|")
    for name, median, late, queries in rows:
        print(f"| {name} | {median:.1f} ms | {late:.1f} ms | {queries} |")
    print(f"\nwhole list streamed: {streamed(options.database)}")


def read_options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--stream", action="store_true", help="only stream the list; print memory"
    )
    return parser.parse_args()


def set_up(database: str) -> None:
    """Django with that database, migrated; no upstream, so that nothing else is measured."""
    os.environ |= {
        "DATABASE_URL": database,
        "SECRET_KEY": "benchmarks-only-0123456789-0123456789",
        "DEBUG": "false",
        "SECURE_SSL": "false",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "ems.settings",
        "UPSTREAM_CACHE_DIR": "/tmp/ems-bench-upstream",
    }
    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # As the web server does (ems/asgi.py): what is loaded stays, and is not walked again.
    gc.freeze()
    gc.set_threshold(50_000, 1_000, 1_000)
    from django.test.client import ClientHandler

    from ems.performance import with_large_stack

    handler: Any = ClientHandler
    handler.__call__ = with_large_stack(ClientHandler.__call__)


# --- Filling --------------------------------------------------------------------


def fill(count: int) -> None:
    """Bring the table to ``count`` changes, and the statistics up to date."""
    from engineering.models import ChangeNotice

    people()
    have = ChangeNotice.objects.count()
    for first in range(have, count, CHUNK):
        add(first, min(CHUNK, count - first))
        print(f"\r{first:,} of {count:,}", end="", file=sys.stderr)
    if have < count:
        analyse()


def analyse() -> None:
    """Bring the database's statistics up to date, as its own upkeep would within minutes."""
    from django.db import connection

    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")


def people() -> None:
    """A manager and an engineer."""
    from core.accounts.models import User, UserRole

    for ext_id, name, role in ((3, "rina", "manager"), (12, "agus", "pic")):
        User.objects.get_or_create(
            username=name, defaults={"ext_id": ext_id, "name": name}
        )
        UserRole.objects.get_or_create(user_id=ext_id, role=role)


def add(first: int, count: int) -> None:
    """A chunk of changes with five lines each; most are decided."""
    from django.db import transaction

    from core.accounts.models import User
    from core.approvals.models import Status
    from engineering.models import ChangeItem, ChangeNotice
    from engineering.services.approval import put_up

    agus = User.objects.get(username="agus")
    changes = [_a_change(place, agus) for place in range(first, first + count)]
    ChangeNotice.objects.bulk_create(changes)
    ChangeItem.objects.bulk_create(
        [
            ChangeItem(
                change=change, ext_item_id=1000 + n, qty=n + 1, snapshot_price=1000 * n
            )
            for change in changes
            for n in range(5)
        ],
        batch_size=2000,
    )
    with transaction.atomic():
        for change in changes:
            if change.status == Status.PENDING:
                put_up(change, (), agus)


def _a_change(place: int, by: Any) -> Any:
    """The change of a number, not yet saved."""
    from datetime import date, timedelta

    from engineering.models import ChangeNotice

    return ChangeNotice(
        number=f"ECN-B-{place:07d}",
        kind=place % 4,
        date=date(2026, 11, 22) - timedelta(days=place % 2000),
        po_number=f"PO-2026-{place % 500:03d}",
        customer=f"PT Customer {place % 100}",
        project_name=f"Proyek {place % 300}",
        engineering=f"Ganti {WORDS[place % 8]} nomor {place}",
        detail_problem="Arus beban naik setelah penambahan chiller.",
        ext_purchase_order_id=place % 500,
        ext_user_id=12,
        requester=by,
        requester_name="agus",
        status=0 if place % 50 == 0 else 1,
        increase=place % 9_000_000,
        net=place % 9_000_000,
        digest="0" * 64,
        search_text=f"ecn-b-{place:07d} po-2026-{place % 500:03d} pt customer {place % 100} "
        f"ganti {WORDS[place % 8].lower()} nomor {place} lv{place % 9999:04d}",
        customer_plain=f"pt customer {place % 100}",
        created_by=by,
    )


# --- Measuring ------------------------------------------------------------------


def measurements(count: int) -> Any:
    """Every figure of the issue."""
    from django.test import Client

    from core.accounts.models import User

    page, api, stranger = Client(), Client(), Client()
    for client in (page, api):
        client.force_login(User.objects.get(username="rina"))
    last = count - 50
    paths = {
        "list page, first": (page, "/changes/"),
        "list page, last": (page, f"/changes/?page={-(-count // 50)}"),
        "list page, totals part": (page, "/changes/totals/"),
        "list page, search of one word": (page, "/changes/?q=nomor+777"),
        "list page, search of a part number": (page, "/changes/?q=lv0042"),
        "list page, search that finds most": (page, "/changes/?q=ganti"),
        "list page, waiting for decision": (page, "/changes/?status=0"),
        "list page, by net cost": (page, "/changes/?sort=-net"),
        "API page of 50, first": (api, "/engineeringDetailProblems?limit=50"),
        "API page of 50, last": (
            api,
            f"/engineeringDetailProblems?limit=50&offset={last}",
        ),
        "API detail": (api, "/engineeringDetailProblems/17"),
        "home page": (page, "/"),
        "login page": (stranger, "/accounts/login/"),
    }
    for name, (client, path) in paths.items():
        yield (name, *timed(lambda: get(client, path)))  # noqa: B023
    yield ("approve (service)", *timed(approve()))
    yield ("create by API", *timed(lambda: create(api)))


def get(client: Any, path: str) -> None:
    """A GET that must succeed."""
    response = client.get(path)
    assert response.status_code == OK, (path, response.status_code)
    if response.streaming:
        b"".join(response.streaming_content)


def create(client: Any) -> None:
    """A POST of an ECN with five lines."""
    body = {
        "typeEcnCcn": 0,
        "engineering": "Ganti MCCB",
        "detailProblem": "Arus naik",
        "items": [
            {"extItemId": 1000 + n, "qty": 1, "snapshotPrice": 1000} for n in range(5)
        ],
    }
    response = client.post("/engineeringDetailProblems", body, "application/json")
    assert response.status_code == OK, response.content


def approve() -> Callable[[], None]:
    """A decision on a fresh change each time; raising it is not timed."""
    from core.accounts.models import User
    from engineering.queries.upstream_names import UpstreamNames
    from engineering.services import decide_change, raise_change

    agus, rina = (User.objects.get(username=name) for name in ("agus", "rina"))
    fresh = iter(
        [
            raise_change(by=agus, fields={"engineering": "x"}, facts=UpstreamNames()).pk
            for _ in range(2 * RUNS + 10)
        ]
    )

    def decide() -> None:
        decide_change(change_id=next(fresh), by=rina, status=1)

    return decide


def timed(call: Callable[[], None]) -> tuple[float, float, int]:
    """Median and 95th percentile in ms, and the number of queries."""
    from django.db import connection

    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    for _ in range(3):
        call()
    with connection.execute_wrapper(count):
        call()
    times = sorted(one(call) for _ in range(RUNS))
    return statistics.median(times), times[int(RUNS * 0.95)], len(queries)


def one(call: Callable[[], None]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def streamed(database: str) -> str:
    """Stream the whole API list in a process of its own: its peak memory, size and time."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.changes",
        "--database",
        database,
        "--stream",
    ]
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


def stream(database: str) -> None:
    """The child of ``streamed``."""
    from pathlib import Path

    set_up(database)
    from django.test import Client

    from core.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="rina"))
    start = time.perf_counter()
    response: Any = client.get("/engineeringDetailProblems")
    size = sum(len(piece) for piece in response.streaming_content)
    # Not getrusage: its peak begins with that of the process that started this one.
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    seconds = time.perf_counter() - start
    print(f"{size / 2**20:.0f} MB in {seconds:.1f} s, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    given = read_options()
    if given.stream:
        stream(given.database)
    else:
        main()
