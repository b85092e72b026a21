"""The inbox of somebody with 500 open among a million assignments, and what a decision costs.

    python -m benchmarks.approvals --database sqlite:////tmp/bench-approvals.sqlite3
    python -m benchmarks.approvals --database postgres://postgres@127.0.0.1/bench_approvals

The database is filled on the first run and kept for the next. Closed rounds are rows of the engine
only, without their records: nothing that is measured reads them. Times are medians in milliseconds
of one process, through Django's whole stack without a socket.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.changes import analyse, approve, get, people, set_up, timed

PEOPLE = 50
EACH = 5
CHUNK = 2_000


def main() -> None:
    """Fill, measure, print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--assignments", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=500)
    options = parser.parse_args()
    set_up(options.database)
    from django.db import connection

    fill(options.assignments, options.open)
    print(f"\n{connection.vendor}, {options.assignments:,} assignments\n")
    print("| what | median | 95 % | queries |\n|---|---|---|---|")
    for name, call in measurements().items():
        median, late, queries = timed(call)
        print(f"| {name} | {median:.1f} ms | {late:.1f} ms | {queries} |")


def measurements() -> dict[str, Callable[[], None]]:
    """What section "Time" of docs/benchmarks.md names."""
    from django.test import Client

    from core.accounts.models import User
    from core.approvals.queries.wire import inbox_rows

    rina = User.objects.get(username="rina")
    client = Client()
    client.force_login(rina)
    return {
        "inbox, as rows": lambda: _use(inbox_rows(rina.pk)),
        "inbox, API": lambda: get(client, "/api/inbox"),
        "inbox, page": lambda: get(client, "/inbox/"),
        "approve (service)": approve(),
    }


def _use(rows: list[Any]) -> None:
    assert rows


# --- Filling --------------------------------------------------------------------


def fill(count: int, waiting: int) -> None:
    """Bring the tables to ``count`` assignments, of which ``waiting`` are open and ask rina."""
    from core.approvals.models import Assignment

    people()
    have = Assignment.objects.count()
    if have >= count:
        return
    put_up_open(waiting)
    for first in range(have, count, CHUNK * EACH):
        add_closed(first // EACH, CHUNK)
        print(f"\r{first:,} of {count:,}", end="", file=sys.stderr)
    analyse()


def put_up_open(count: int) -> None:
    """Changes that wait for rina, each by the verb of the product."""
    from core.accounts.models import User
    from engineering.queries.upstream_names import UpstreamNames
    from engineering.services import raise_change

    agus = User.objects.get(username="agus")
    for place in range(count):
        fields = {"engineering": f"Ganti busbar {place}"}
        raise_change(by=agus, fields=fields, facts=UpstreamNames())


def add_closed(first: int, count: int) -> None:
    """Rounds that are over, each with a step that asked five people."""
    from django.utils import timezone

    from core.approvals.models import Assignment, Round, RoundStep

    now = timezone.now()
    rounds = Round.objects.bulk_create(
        Round(
            record_type="engineering.ChangeNotice",
            record_id=10_000_000 + place,
            revision=1,
            digest="0" * 64,
            kind="ECN",
            state=Round.State.APPROVED,
            opened_at=now,
            closed_at=now,
        )
        for place in range(first, first + count)
    )
    steps = RoundStep.objects.bulk_create(
        RoundStep(round=row, order=0, mode="everyone", opened_at=now, closed_at=now)
        for row in rounds
    )
    asked = people_of_the_company()
    Assignment.objects.bulk_create(
        (
            Assignment(
                round_id=step.round_id,
                step=step,
                person_id=person,
                asked_at=now,
                closed_at=now,
                closed_because=Assignment.Closed.DECIDED,
            )
            for place, step in enumerate(steps)
            for person in five(asked, place)
        ),
        batch_size=5_000,
    )


def five(asked: list[int], place: int) -> Iterator[int]:
    """Others for each round, rina among them in every tenth."""
    return (asked[(place * EACH + n) % len(asked)] for n in range(EACH))


def people_of_the_company() -> list[int]:
    """User ids of fifty people."""
    from core.accounts.models import User

    for place in range(PEOPLE - User.objects.count()):
        User.objects.get_or_create(
            username=f"person-{place}",
            defaults={"ext_id": 5000 + place, "name": f"Person {place}"},
        )
    return list(User.objects.order_by("pk").values_list("pk", flat=True))


if __name__ == "__main__":
    main()
