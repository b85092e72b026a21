"""The story: people work, machines die, and afterwards everything is counted."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.machines.company import PEOPLE, Company, company
from tests.machines.counts import counted

SABOTAGE = ("none", "keys", "ticks")
CALM = "calm"
SETTLES = 15.0  # seconds until what is owed has been sent
Fault = Callable[[Company], None]


def main() -> None:
    """Run, print one JSON object, end with 0 when each thing happened once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="of each chapter")
    parser.add_argument("--sabotage", choices=SABOTAGE, default="none")
    parser.add_argument("--folder", help="where logs and lists stay; else they go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ems-machines-") as passing:
        folder = Path(options.folder or passing)
        folder.mkdir(exist_ok=True)
        found = run(folder, options.seconds, options.sabotage)
    print(json.dumps(found))
    sys.exit(0 if found["clean"] else 1)


def run(scratch: Path, seconds: float, sabotage: str) -> dict[str, Any]:
    """All chapters, then the counts."""
    trace = scratch / "ticks.jsonl"
    trace.touch()
    probe = (sys.executable, "-m", "tests.machines.probe", str(trace), sabotage)
    began = time.time()
    with company(scratch, workers_as=probe) as all_machines:
        ready = time.time() - began
        crowd = start_crowd(all_machines, seconds * len(CHAPTERS), sabotage)
        chapters = [told(all_machines, name, seconds) for name in CHAPTERS]
        crowd.wait()
        time.sleep(SETTLES)
        found = counted(all_machines, trace, chapters)
    return {"ready_seconds": round(ready, 1)} | found


def start_crowd(
    machines: Company, seconds: float, sabotage: str
) -> subprocess.Popen[bytes]:
    """People at work; returns when they have logged in."""
    words = [
        sys.executable,
        "-m",
        "tests.machines.crowd",
        str(machines.scratch),
        str(seconds),
        sabotage,
    ]
    machines.run(PEOPLE, words, {})
    process = machines.running.pop(PEOPLE)
    while not (machines.scratch / "ready").exists():
        if process.poll() is not None:
            raise RuntimeError(machines.last_words(PEOPLE))
        time.sleep(0.1)
    return process


def told(machines: Company, name: str, seconds: float) -> tuple[str, float, float]:
    """One chapter: the fault, the time that it lasts, and how it is mended; name, begin and end."""
    break_it, mend_it = CHAPTERS[name]
    began = time.time()
    break_it(machines)
    time.sleep(seconds * 2 / 3)
    mend_it(machines)
    time.sleep(max(0.0, began + seconds - time.time()))
    return name, began, time.time()


def nothing(_machines: Company) -> None:
    """The machines are well."""


def killed(name: str) -> Fault:
    return lambda machines: machines.kill(name)


def started(name: str) -> Fault:
    return lambda machines: machines.start_one(
        name, machines.given[name.partition("-")[0]]
    )


def cut(name: str) -> Fault:
    return lambda machines: machines.machines[name].cut("back")


def healed(name: str) -> Fault:
    return lambda machines: machines.machines[name].heal("back")


CHAPTERS: dict[str, tuple[Fault, Fault]] = {
    CALM: (nothing, nothing),
    "a web server is killed": (killed("web-1"), started("web-1")),
    "a worker is killed": (killed("worker-1"), started("worker-1")),
    "a web server is cut off from the database": (cut("web-2"), healed("web-2")),
    "a worker is cut off from the database": (cut("worker-2"), healed("worker-2")),
    "Redis is gone": (killed("redis"), started("redis")),
}


if __name__ == "__main__":
    main()
