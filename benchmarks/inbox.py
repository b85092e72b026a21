"""Many rows of the inbox at once: fifty approvals, fifty signatures.

    python -m benchmarks.inbox --database sqlite:////tmp/inbox.sqlite3
    python -m benchmarks.inbox --database postgres://postgres@127.0.0.1/inbox

The time of one request, in one process through Django's whole stack without a socket: each row is a
transaction of its own with its event. The database is emptied of what waits by the measurement itself.
"""

import argparse
import time
from typing import Any

from benchmarks.changes import people, set_up

ROWS, GOAL = 50, 3.0


def main() -> None:
    """Fill, measure, print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    options = parser.parse_args()
    set_up(options.database)
    people()
    from django.db import connection

    print(f"\n{connection.vendor}\n\n| verb | rows | time |\n|---|---|---|")
    for verb, picks in (("approve", opened_changes()), ("sign", tasks())):
        print(f"| {verb} | {len(picks)} | {bulk(verb, picks):.2f} s |")
    print(f"\ngoal {GOAL} s")


def bulk(verb: str, picks: list[str]) -> float:
    """Seconds of one press of the button; every row must have been done."""
    from django.test import Client

    from core.accounts.models import User

    client: Any = Client()
    client.force_login(User.objects.get(username="rina"))
    start = time.perf_counter()
    answer = client.post("/lists/rows/", {"verb": verb, "pick": picks, "back": "/"})
    taken = time.perf_counter() - start
    outcomes = client.session["bulk"]["outcomes"]
    done = sum(each["is_done"] for each in outcomes)
    assert (answer.status_code, done) == (302, len(picks)), outcomes[:1]
    return taken


def opened_changes() -> list[str]:
    """Changes that wait for the manager, who has opened each."""
    from core.accounts.models import User
    from core.approvals.services import note_opening
    from engineering.services import raise_change

    raiser, rina = (User.objects.get(username=name) for name in ("agus", "rina"))
    picks = []
    for place in range(ROWS):
        fields = {"kind": 0, "engineering": f"Ganti MCCB {place}"}
        change = raise_change(by=raiser, fields=fields)
        note_opening(record=change, by=rina)
        picks.append(f"change:{change.pk}")
    return picks


def tasks() -> list[str]:
    """Tasks of one activity each, of which the manager may sign the first stage."""
    from activities.services import plan_activity
    from core.accounts.models import User

    planner = User.objects.get(username="agus")
    picks = []
    for place in range(ROWS):
        activity = plan_activity(
            by=planner,
            fields={"kind": 2, "description": f"Gambar {place}"},
            tasks=[{"description": "SLD", "people": [planner.ext_id]}],
        )
        task = activity.tasks.get()
        picks.append(f"task:{task.pk}:pic")
    return picks


if __name__ == "__main__":
    main()
