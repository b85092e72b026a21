"""What is left of a story: acknowledged and lost, done twice, slow, and out of turn."""

import json
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.machines.company import PEOPLE, SANDBOX, UPSTREAMS, Company, room

Row = dict[str, Any]
Chapter = tuple[str, float, float]
SLOWER = 1.5
NOTED_LATE = 1.0  # seconds between the claim of a job and its note, on a busy machine
ON_WORKER = "worker-2"


def counted(machines: Company, trace: Path, chapters: list[Chapter]) -> Row:
    """One object; ``clean`` when each thing that was acknowledged is there, and once."""
    calls = rows_of(machines.scratch / "calls.jsonl")
    said = [row["text"] for row in calls if row["kind"] == "said"]
    kept = Counter(kept_words(machines))
    approved = Counter(row["bom"] for row in calls if row["kind"] == "approved")
    effects = Counter(row["key"] for row in snapshots(machines)["effects"])
    whole = sum(count == 2 for count in approved.values())
    found: Row = {
        "chapters": [chapter_row(each, chapters[0], calls) for each in chapters],
        "calls": sum(row["kind"] != "said" for row in calls),
        "words_said": len(said),
        "words_lost": sum(not kept[text] for text in said),
        "words_twice": sum(count > 1 for count in kept.values()),
        "given_up": sum(not row["status"] for row in calls),
        "boms_approved": whole,
        "snapshots": len(effects),
        "snapshots_twice": sum(count > 1 for count in effects.values()),
        "owed": int(
            asked(
                machines,
                "SELECT count(*) FROM ledger_delivery WHERE state <> 'delivered'",
            )[0]
        ),
        "messages_heard": sum(row["kind"] == "message" for row in calls),
        "ticks": len(rows_of(trace)),
        "ticks_by": sorted({row["machine"] for row in rows_of(trace)}),
        "ticks_early": early(rows_of(trace)),
        "invariants": manage(machines, "ems_invariants"),
        "history": manage(machines, "ledger_verify"),
    }
    bad = (
        "words_lost",
        "words_twice",
        "given_up",
        "snapshots_twice",
        "owed",
        "invariants",
        "history",
    )
    slow = [row for row in found["chapters"] if row["ratio"] > SLOWER]
    found["clean"] = (
        not (any(found[name] for name in bad) or found["ticks_early"] or slow)
        and len(effects) == whole
    )
    return found


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def chapter_row(chapter: Chapter, calm: Chapter, calls: list[Row]) -> Row:
    """How the pages were in one chapter, beside the calm one."""
    slow, usual = p95(pages_in(chapter, calls)), p95(pages_in(calm, calls))
    return {
        "name": chapter[0],
        "pages": len(pages_in(chapter, calls)),
        "p95_ms": round(slow * 1000, 1),
        "ratio": round(slow / usual, 2) if usual else 0.0,
        "asked_again": sum(row["tries"] - 1 for row in calls if is_in(chapter, row)),
    }


def pages_in(chapter: Chapter, calls: list[Row]) -> list[Row]:
    return [row for row in calls if row["kind"] == "page" and is_in(chapter, row)]


def is_in(chapter: Chapter, row: Row) -> bool:
    _name, began, ended = chapter
    return began <= float(row["at"]) < ended


def p95(rows: list[Row]) -> float:
    times = sorted(row["seconds"] for row in rows)
    return float(times[int(len(times) * 0.95)]) if times else 0.0


def early(ticks: list[Row]) -> list[str]:
    """Jobs that ran again before their period was over."""
    found = []
    for job in {row["job"] for row in ticks}:
        runs = sorted(
            (row for row in ticks if row["job"] == job),
            key=lambda row: float(row["at"]),
        )
        if any(
            later["at"] - row["at"] < row["every"] - NOTED_LATE
            for row, later in pairwise(runs)
        ):
            found.append(job)
    return sorted(found)


def kept_words(machines: Company) -> list[str]:
    return asked(machines, "SELECT text FROM talk_comment")


def asked(machines: Company, question: str) -> list[str]:
    """A question to the database, on its own machine, as its superuser."""
    secret = machines.given["db"].environment["POSTGRES_PASSWORD"]
    words = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "ems", "-Atc", question]
    return told(machines, "db", words, {"PGPASSWORD": secret}).splitlines()


def snapshots(machines: Company) -> Row:
    """What PPIC received and did."""
    address = f"http://{UPSTREAMS}:{SANDBOX['ppic']}/snapshots"
    words = [
        "python",
        "-c",
        f"import urllib.request as u; print(u.urlopen('{address}').read().decode())",
    ]
    found: Row = json.loads(told(machines, PEOPLE, words, {}))
    return found


def manage(machines: Company, command: str) -> str:
    """Nothing when the command is content, else what it said."""
    environment = dict(machines.given["worker"].environment)
    done = ran(machines, ON_WORKER, ["python", "manage.py", command], environment)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-500:]


def told(machines: Company, name: str, words: list[str], env: dict[str, str]) -> str:
    done = ran(machines, name, words, env)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def ran(
    machines: Company, name: str, words: list[str], env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        machines.machines[name].words(words),
        env=room() | env,
        capture_output=True,
        text=True,
        check=False,
    )
