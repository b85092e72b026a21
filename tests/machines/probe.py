"""A worker whose jobs leave a trace: ``python -m tests.machines.probe FILE SABOTAGE manage.py work``.

One line for each run of a repeated job, before it runs. With the sabotage ``ticks`` no worker asks
whether another has claimed the job.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def main() -> None:
    """Work as ``manage.py work`` does."""
    trace, sabotage = Path(sys.argv[1]), sys.argv[2]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
    import django

    django.setup()
    from core.ledger import tasks
    from ems.jobs import JOBS
    from ems.worker import work

    for name, (call, every) in JOBS.items():
        JOBS[name] = (noted(trace, name, every, call), every)
    if sabotage == "ticks":
        tasks._run_if_due = unclaimed
    work()


def unclaimed(name: str, call: Callable[[], object], every: float) -> bool:
    """Run a job as if it were always due here."""
    call()
    return True


def noted(
    trace: Path, name: str, every: float, call: Callable[[], object]
) -> Callable[[], object]:
    """The job, with a line in the trace each time that it runs."""

    def run() -> object:
        row = {
            "job": name,
            "at": time.time(),
            "every": every,
            "machine": os.environ["EMS_MACHINE"],
        }
        # One write of less than a page at the end of a file is whole, also beside another's.
        with trace.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        return call()

    return run


if __name__ == "__main__":
    main()
