"""The list of BOM approvals, the difference of two BOMs, and the proof of a long history.

    python -m benchmarks.bom --database sqlite:////tmp/bom-bench.sqlite3 --rows 50000 --events 100000
    python -m tests.chaos.race  --database ... --boms 1000 --processes 6   (contended decisions)
    python -m tests.chaos.kill9 --database ... --kills 1000                (kill -9)

The database is filled on the first run and kept. Times are of one process, through Django's whole
stack without a socket; median and 95 % of 30 runs in milliseconds.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.changes import set_up

RUNS = 30
CHUNK = 2000
OK = 200


def main() -> None:
    """Fill, measure, print one Markdown table."""
    options = read_options()
    set_up(options.database)
    from django.db import connection

    fill(options.rows)
    fill_events(options.events)
    print(f"\n{connection.vendor}, {options.rows:,} approvals\n")
    print("| what | median | 95 % | queries |\n|---|---|---|---|")
    for name, call in calls().items():
        median, late, queries = measured(call)
        print(f"| {name} | {median:.1f} ms | {late:.1f} ms | {queries} |")
    print(f"\n{verified()}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=100_000)
    return parser.parse_args()


def fill(count: int) -> None:
    """Bring the table to ``count`` approvals of two PICs each; one in fifty is pending."""
    from django.db import transaction
    from django.utils import timezone

    from benchmarks.changes import analyse, people
    from bom.models import BomApproval, BomApprovalPic
    from bom.services.pics import put_up
    from core.approvals.models import Status

    people()
    have = BomApproval.objects.count()
    for first in range(have, count, CHUNK):
        rows = BomApproval.objects.bulk_create(
            BomApproval(
                ext_bom_leveled_id=1_000_000 + place,
                name=f"BOM LVMDP Gudang {place}",
                digest="0" * 64,
                status=0 if place % 50 == 0 else 1,
                opened_at=timezone.now(),
            )
            for place in range(first, min(first + CHUNK, count))
        )
        BomApprovalPic.objects.bulk_create(
            BomApprovalPic(approval=row, ext_user_id=person)
            for row in rows
            for person in (3, 12)
        )
        with transaction.atomic():
            for row in rows:
                if row.status == Status.PENDING:
                    put_up(row, (3, 12), None)
    if have < count:
        analyse()


def fill_events(count: int) -> None:
    """Bring the history to ``count`` events, in chains of ten."""
    from django.utils import timezone

    from core.ledger.models import Event
    from core.ledger.queries import HASHED, hash_of

    for first in range(Event.objects.count(), count, CHUNK):
        events, last = [], None
        for place in range(first, first + CHUNK):
            is_first = place % 10 == 0 or last is None
            event = Event(
                record_type="bench.Record",
                record_id=place // 10,
                seq=place % 10 + 1,
                kind="bench.done",
                actor_name="Rina",
                at=timezone.now(),
                after={"status": place},
                previous_hash="" if is_first or last is None else last.hash,
            )
            event.hash = hash_of({name: getattr(event, name) for name in HASHED})
            events.append(event)
            last = event
        Event.objects.bulk_create(events)


def calls() -> dict[str, Callable[[], object]]:
    from django.test import Client

    from bom.policies import difference, normalised
    from core.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="rina"))

    def page(path: str) -> Callable[[], object]:
        def call() -> object:
            answer = client.get(path)
            assert answer.status_code == OK, path
            return answer

        return call

    before, after = ({"children": lines(shift)} for shift in (0, 7))
    old, new = normalised(before), normalised(after)
    return {
        "list page, first": page("/bom/"),
        "list page, last": page("/bom/?page=1000"),
        "list page, waiting for me": page("/bom/?mine=waiting"),
        "list page, search": page("/bom/?q=gudang+777"),
        "totals part": page("/bom/totals/"),
        "API, a page of 50": page("/bomapprovals?limit=50"),
        "normal form of 5,000 lines": lambda: normalised(before),
        "difference of two 5,000-line BOMs": lambda: difference(old, new),
    }


def lines(shift: int) -> list[dict[str, Any]]:
    """5,000 lines, some of them different in the other BOM."""
    return [
        {"extItemId": 1000 + n, "qty": n % 40 + (shift if n % 9 == 0 else 0)}
        for n in range(shift * 20, 5000 + shift * 20)
    ]


def measured(call: Callable[[], object]) -> tuple[float, float, int]:
    """Median and 95 % in milliseconds, and the statements of one warm call."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call()
    times = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    with CaptureQueriesContext(connection) as caught:
        call()
    return statistics.median(times), sorted(times)[int(RUNS * 0.95)], len(caught)


def verified() -> str:
    """How long every chain takes to verify."""
    from core.ledger.models import Event
    from core.ledger.queries import first_breach

    begun = time.perf_counter()
    breach = first_breach(Event.objects.filter(record_type="bench.Record"))
    seconds = time.perf_counter() - begun
    count = Event.objects.filter(record_type="bench.Record").count()
    assert breach is None, breach
    return f"{count:,} events verified in {seconds:.1f} s"


if __name__ == "__main__":
    main()
