"""Kill -9 at named points and at random on "last PIC approves -> snapshot delivered".

    python -m tests.chaos.kill9 --database sqlite:////tmp/kill.sqlite3 --kills 1000 --seed 1

Each round opens a BOM, forks a process that approves as the PICs and pays the debt, kills it, lets
a second process recover, and at the end counts: acknowledged approvals that are lost, snapshots
that never came, effects per key at the receiver, and ``ems_invariants``. ``--sabotage`` breaks one
thing on purpose; the counts must then not be clean. PPIC is the sandbox in a process of its own.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.chaos import kill_points
from tests.chaos.kill_points import die_at

POINTS = ("K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K10", "K11")
SABOTAGE = ("none", "on_commit", "key_ignored")
OK = 0
LONGEST = 0.25  # seconds; a round that is not killed takes about 0.1


Run = Callable[[argparse.Namespace, "Ppic"], dict[str, Any]]


def main(rounds: Run, words: str | None, sabotage: Sequence[str]) -> None:
    """Run the rounds, print one JSON object, end with 0 when nothing was lost or doubled."""
    options = read_options(words, sabotage)
    set_up(options.database)
    ppic = start_ppic(options)
    try:
        found = rounds(options, ppic)
    finally:
        ppic.stop()
    print(json.dumps(found))
    sys.exit(0 if found["clean"] else 1)


def read_options(words: str | None, sabotage: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--database", required=True)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=sabotage, default="none")
    parser.add_argument(
        "--points", action="store_true", help="named points only, in turn"
    )
    return parser.parse_args()


def set_up(database: str) -> None:
    """Django with that database, migrated, quick leases and retries."""
    os.environ |= {
        "DATABASE_URL": database,
        "SECRET_KEY": "chaos-only-0123456789-0123456789-0123",
        "DEBUG": "false",
        "SECURE_SSL": "false",
        "LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": "ems.settings",
        "UPSTREAM_CACHE_DIR": "/tmp/ems-chaos-upstream",
        # Checkpoints of another history must not be found here.
        "MEDIA_ROOT": tempfile.mkdtemp(prefix="ems-chaos-"),
        "PPIC_URL": "http://127.0.0.1:1",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Ppic:
    """The sandbox's PPIC in a process of its own, spoken to over HTTP."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def effects(self) -> Counter[str]:
        """How often each key had an effect."""
        from core.integrations.http import Client
        from core.integrations.upstreams import PPIC

        body = Client("chaos", self.url, PPIC).get("/snapshots")
        return Counter(row["key"] for row in json.loads(body)["effects"])

    def work_orders(self) -> list[dict[str, Any]]:
        """Each effect of a work order: key, subject, method, body."""
        from core.integrations.http import Client
        from core.integrations.upstreams import PPIC

        # Tens of megabytes after a long run: more than an upstream is given.
        patient = replace(PPIC, read=90, total=90, body_cap=2**28)
        body = Client("chaos", self.url, patient).get("/__sandbox__/work-orders")
        found: list[dict[str, Any]] = json.loads(body)["effects"]
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def start_ppic(options: argparse.Namespace) -> Ppic:
    """A PPIC that answers 503 to one call in ten and loses one answer in seven."""
    arguments = [str(options.seed), options.sabotage]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.receiver", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    from django.conf import settings

    settings.PPIC_URL = url
    return Ppic(process, url)


# --- Rounds ---------------------------------------------------------------------


def run(options: argparse.Namespace, ppic: Ppic) -> dict[str, Any]:
    """All rounds, then the counts."""
    dice = random.Random(options.seed)
    quick_relay()
    spoil(options.sabotage)
    people = make_people()
    acknowledged: list[int] = []
    killed = 0
    for place in range(options.kills):
        bom_id = 10_000 + place
        killed += one_round(bom_id, people, dice, options, acknowledged)
    settle()
    return counted(ppic, acknowledged, options.kills, killed)


def one_round(
    bom_id: int,
    people: list[Any],
    dice: random.Random,
    options: argparse.Namespace,
    acknowledged: list[int],
) -> int:
    """Open, approve and deliver in a child that dies; then again, in one that lives."""
    pics = people[: dice.randint(2, 4)]
    put_up(bom_id, pics)
    point = dice.choice(POINTS) if options.points or dice.random() < 0.4 else ""
    code, told = child(
        lambda say: flow(bom_id, pics, say), point, dice.random() * LONGEST
    )
    acknowledged += [bom_id] * told.count("approved")
    again, more = child(lambda say: flow(bom_id, pics, say), "", 30)
    acknowledged += [bom_id] * more.count("approved")
    assert again == OK, "the recovery did not come through"
    return int(code != OK)


def flow(bom_id: int, pics: list[Any], say: Any) -> None:
    """Every PIC approves; the last one's debt is paid."""
    from bom.services import decide_bom
    from core.ledger.services import deliver_due

    revision, digest = shown(bom_id)
    for place, person in enumerate(pics):
        decide_bom(
            ext_bom_id=bom_id, by=person, status=1, revision=revision, digest=digest
        )
        if place == len(pics) - 1:
            die_at("K5")
            say("approved")
            die_at("K6")
    deliver_due()


def child(work: Any, point: str, seconds: float) -> tuple[int, list[str]]:
    """Fork; die at ``point``, or after ``seconds``; the exit code and what was said in time."""
    from django.db import connections

    connections.close_all()
    close_pools()
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        be_child(work, point, write_end)
    os.close(write_end)
    code = wait_or_kill(pid, seconds if not point else 30)
    with os.fdopen(read_end) as told:
        return code, told.read().split()


def close_pools() -> None:
    """A pool's threads do not live in a fork."""
    from django.db import connection

    close = getattr(connection, "close_pool", None)
    if close:
        close()


def be_child(work: Any, point: str, write_end: int) -> None:
    """In the child: do it, and leave without Python's goodbyes."""
    kill_points.install(point)
    code = 1
    try:
        work(lambda word: os.write(write_end, f"{word} ".encode()))
        code = OK
    finally:
        os._exit(code)


def wait_or_kill(pid: int, seconds: float) -> int:
    """Wait so long, then kill -9."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.001)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


# --- The stage --------------------------------------------------------------------


def quick_relay() -> None:
    """Leases of 0.2 s and retries at once, so that a thousand rounds take minutes."""
    from datetime import timedelta

    from core.ledger.services import deliveries

    relay: Any = deliveries
    relay.LEASE = relay.PAUSE = timedelta(seconds=0.2)
    relay.next_try = lambda attempts: timedelta(seconds=0.01)


def make_people() -> list[Any]:
    """Four PICs."""
    from core.accounts.models import User

    return [
        User.objects.get_or_create(
            username=f"pic{n}", defaults={"ext_id": 900 + n, "name": f"Pic {n}"}
        )[0]
        for n in range(4)
    ]


def put_up(bom_id: int, pics: list[Any], qty: int = 1) -> None:
    """A BOM of two lines is up for approval."""
    from bom.services.opening import content_of, put_up_content

    raw = {
        "name": f"BOM {bom_id}",
        "children": [
            {"extItemId": 1001, "qty": qty},
            {"extItemId": bom_id, "qty": 2.5},
        ],
    }
    put_up_content(
        content=content_of(bom_id, raw),
        source="webhook",
        pic_ids=frozenset(person.ext_id for person in pics),
    )


def shown(bom_id: int) -> tuple[int, str]:
    """Revision and digest as a page would show them."""
    from bom.models import BomApproval

    row = BomApproval.objects.get(ext_bom_leveled_id=bom_id)
    return row.revision, row.digest


def settle() -> None:
    """Let the worker pay what is still owed, for at most 30 seconds."""
    from core.ledger.models import Delivery
    from core.ledger.services import deliver_due

    end = time.monotonic() + 30
    while Delivery.objects.owed().exists() and time.monotonic() < end:
        deliver_due()
        time.sleep(0.02)


def counted(
    ppic: Ppic, acknowledged: list[int], rounds: int, killed: int
) -> dict[str, Any]:
    """What came of it."""
    from bom.models import BomApproval
    from bom.services.decisions import snapshot_key

    rows = list(BomApproval.objects.all())
    approved = {row.ext_bom_leveled_id for row in rows if row.status == 1}
    effects = ppic.effects()
    keys = {snapshot_key(row) for row in rows if row.status == 1}
    found: dict[str, Any] = {
        "rounds": rounds,
        "killed": killed,
        "lost_approvals": len(set(acknowledged) - approved),
        "lost_snapshots": len(keys - effects.keys()),
        "double_effects": sum(count > 1 for count in effects.values()),
        "unasked_effects": len(effects.keys() - keys),
        "invariants": breach(),
    }
    bad = ("lost_approvals", "lost_snapshots", "double_effects", "unasked_effects")
    found["clean"] = not found["invariants"] and not any(found[name] for name in bad)
    return found


def breach() -> str:
    """The first invariant that does not hold, or nothing."""
    from io import StringIO

    from django.core.management import CommandError, call_command

    try:
        call_command("ems_invariants", stdout=StringIO())
    except CommandError as error:
        return str(error)
    return ""


def spoil(kind: str) -> None:
    """Break one thing on purpose (sabotage)."""
    from tests.chaos.sabotage import SPOILERS

    if kind in SPOILERS:
        SPOILERS[kind]()


if __name__ == "__main__":
    main(run, __doc__, SABOTAGE)
