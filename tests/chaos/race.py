"""Many processes decide, edit, invite and remove on the same BOMs at the same instant.

    python -m tests.chaos.race --database sqlite:////tmp/race.sqlite3 --boms 500 --processes 6
    python -m tests.chaos.race --database postgres://… --boms 1000 --http

With ``--http`` looking and deciding go through gunicorn and the API, as an integrator's do. Per BOM 2-5 PICs: approve, approve again, now and then reject, a change of the content, an outsider,
a PIC who is removed. At the end: ``ems_invariants``, decisions that were acknowledged and are not
there, errors that nobody expected, and the time a decision took. ``--sabotage`` must turn it red.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.chaos.kill9 import breach, close_pools, make_people, put_up, set_up, shown
from tests.chaos.web import Server, Told, over_http

SABOTAGE = ("none", "no_lock", "no_unique", "no_revision")
OUTSIDER = 999
THINKS = 0.001  # seconds between looking and deciding
Op = tuple[str, Callable[[], object]]


def main() -> None:
    """Run, print one JSON object."""
    options = read_options()
    set_up(options.database)
    found = run(options)
    print(json.dumps(found))
    sys.exit(0 if found["clean"] else 1)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--boms", type=int, default=500)
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=SABOTAGE, default="none")
    parser.add_argument("--http", action="store_true", help="decide over HTTP")
    return parser.parse_args()


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Open all BOMs, let the processes at them, count."""
    from tests.chaos.sabotage import SPOILERS

    people = [*make_people(), *bosses()]
    for place in range(options.boms):
        put_up(20_000 + place, pics_of(place, people))
    if options.sabotage != "none":
        SPOILERS[options.sabotage]()
    server = Server(options.database, people) if options.http else None
    try:
        start = time.time() + 0.5
        pipes = [
            one_process(n, options, people, start) for n in range(options.processes)
        ]
        results = [json.loads(read_all(pipe)) for pipe in pipes]
    finally:
        if server:
            server.stop()
    return counted(results, time.time() - start, options)


def bosses() -> list[Any]:
    """An SPV who is never a PIC, and an outsider."""
    from core.accounts.models import User, UserRole

    UserRole.objects.get_or_create(user_id=950, role="spv")
    return [
        User.objects.get_or_create(
            username=name, defaults={"ext_id": ext_id, "name": name}
        )[0]
        for name, ext_id in (("boss", 950), ("outsider", OUTSIDER))
    ]


def pics_of(place: int, people: list[Any]) -> list[Any]:
    """Two to four of the PICs."""
    return people[: 2 + place % 3]


def one_process(
    number: int, options: argparse.Namespace, people: list[Any], start: float
) -> int:
    """Fork one worker; what it found comes through the pipe."""
    from django.db import connections

    connections.close_all()
    close_pools()
    read_end, write_end = os.pipe()
    if os.fork():
        os.close(write_end)
        return read_end
    os.close(read_end)
    try:
        found = work(number, options, people, start)
        with os.fdopen(write_end, "w") as pipe:
            pipe.write(json.dumps(found))
    finally:
        os._exit(0)


def read_all(pipe: int) -> str:
    """Everything that a worker said."""
    with os.fdopen(pipe) as told:
        return told.read()


def work(
    number: int, options: argparse.Namespace, people: list[Any], start: float
) -> dict[str, Any]:
    """Operations on every BOM, those of one BOM at the same moment in all processes."""
    dice = random.Random(options.seed * 1000 + number)
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    acknowledged: list[tuple[int, int, int]] = []
    time.sleep(max(0, start - time.time()))
    for place in range(options.boms):
        bom_id = 20_000 + place
        for name, call in operations(bom_id, place, people, dice):
            begun = time.perf_counter()
            outcome = attempt(call, acknowledged)
            if name == "decide":
                times.append(time.perf_counter() - begun - THINKS)
            outcomes[outcome] += 1
    return {
        "outcomes": outcomes,
        "times": times,
        "decided": Server.decided,
        "acknowledged": acknowledged,
    }


def operations(
    bom_id: int, place: int, people: list[Any], dice: random.Random
) -> list[Op]:
    """What this process does to one BOM, in its own order."""
    pics, boss, outsider = pics_of(place, people), people[-2], people[-1]
    ops: list[Op] = [decision(bom_id, person, 1) for person in pics]
    ops.append(decision(bom_id, dice.choice(pics), 1))
    if dice.random() < 0.05:
        ops.append(decision(bom_id, dice.choice(pics), 2))
    if dice.random() < 0.15:
        qty = dice.randint(2, 9)
        ops.append(("edit", lambda: put_up(bom_id, [], qty)))
    if dice.random() < 0.2:
        ops.append(decision(bom_id, outsider, 1))
    if dice.random() < 0.1:
        ops.append(("remove", lambda: removal(bom_id, pics[-1], boss)))
    dice.shuffle(ops)
    return ops


def decision(bom_id: int, person: Any, status: int) -> Op:
    """A decision on what this process saw a moment ago."""
    from bom.services import decide_bom

    if Server.running:
        return ("decide", lambda: over_http(bom_id, person, status))

    def call() -> object:
        revision, digest = shown(bom_id)
        time.sleep(THINKS)
        found = decide_bom(
            ext_bom_id=bom_id,
            by=person,
            status=status,
            remark="x",
            revision=revision,
            digest=digest,
        ).decision
        if (found.revision, found.digest) != (revision, digest):
            raise SignedUnseenError
        return found

    return ("decide", call)


class SignedUnseenError(Exception):
    """A decision was taken on a content that was not the one shown."""


def removal(bom_id: int, person: Any, boss: Any) -> object:
    """The boss takes a PIC out."""
    from bom.models import BomApproval
    from bom.services import remove_pic

    row = BomApproval.objects.get(ext_bom_leveled_id=bom_id)
    return remove_pic(
        approval_id=row.pk, ext_user_id=person.ext_id, by=boss, reason="x"
    )


def attempt(
    call: Callable[[], object], acknowledged: list[tuple[int, int, int]]
) -> str:
    """Do it; 'done', the refusal, or the error."""
    from core.approvals.models import Decision
    from core.errors import DomainError

    try:
        found = call()
    except DomainError as error:
        return error.code
    except Exception as error:
        return f"error {type(error).__name__}"
    if isinstance(found, Told):
        acknowledged.append(found)
    elif isinstance(found, Decision):
        place = (found.record_id, found.revision, found.approver_id)
        acknowledged.append(place)
    return "done"


def at(times: list[float], share: float) -> float | None:
    """The time in milliseconds that this share of the sorted times (seconds) does not exceed."""
    return round(times[int(len(times) * share)] * 1000, 1) if times else None


def counted(
    results: list[dict[str, Any]], seconds: float, options: argparse.Namespace
) -> dict[str, Any]:
    """What came of it."""
    from core.approvals.models import Decision

    outcomes: Counter[str] = Counter()
    for each in results:
        outcomes.update(each["outcomes"])
    times, decided = (
        sorted(time for each in results for time in each[name])
        for name in ("times", "decided")
    )
    told = {tuple(place) for each in results for place in each["acknowledged"]}
    rows = Decision.objects.values_list("record_id", "revision", "approver_id")
    errors = sum(count for name, count in outcomes.items() if name.startswith("error"))
    found: dict[str, Any] = {
        "boms": options.boms,
        "processes": options.processes,
        "operations": outcomes.total(),
        "seconds": round(seconds, 1),
        # A look and the decision on what was seen; with --http also the decision alone.
        "p50_ms": at(times, 0.5),
        "p99_ms": at(times, 0.99),
        "decision_p50_ms": at(decided, 0.5),
        "decision_p99_ms": at(decided, 0.99),
        "outcomes": outcomes,
        "errors": errors,
        "lost": len(told - set(rows)),
        "invariants": breach(),
    }
    found["clean"] = not (errors or found["lost"] or found["invariants"])
    return found


if __name__ == "__main__":
    main()
