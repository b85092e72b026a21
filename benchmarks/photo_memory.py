"""What a photo as documented JSON costs the web server's memory, over HTTP.

    python -m benchmarks.photo_memory --megabytes 28

gunicorn and ``ems.asgi`` with one process, as ``run backend prod`` starts it. A small photo first, so
that what is loaded by it does not count; then the large one, again and again. A photo costs the most
that the process held (VmHWM, set back before each) beyond what it held before the first one, so that
what an earlier one has left behind counts as well.
"""

import argparse
import base64
import http.client
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.documents import OK, TOKEN, prepare, resident, served

PNG = b"\x89PNG\r\n\x1a\n"
TRIES = 5
# To the end of what the server puts away after its answer.
REST = 0.5
MOST = 3.0
MIB = 1 << 20


def main() -> None:
    """Measure, print one Markdown table; end with 1 when it costs more than three times its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=28)
    parser.add_argument("--tries", type=int, default=TRIES)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="photo-bench-", dir="/var/tmp"))
    try:
        worst = measure(folder, options.megabytes * 1_000_000, options.tries)
    finally:
        shutil.rmtree(folder)
    raise SystemExit(worst > MOST)


def measure(folder: Path, size: int, tries: int) -> float:
    """The most that one photo cost, as a multiple of its size."""
    environment = prepare(folder)
    path = f"/engineeringDetailProblems/{a_change()}/photo"
    print(
        "| photo | spelling | before | at most | costs | of its size | after | time |"
    )
    print("|---|---|---|---|---|---|---|---|")
    worst = 0.0
    with served("ems.asgi:application", environment) as (port, process):
        send(port, path, body(100_000, "plain"))
        before = resident(process)
        for spelling in ("plain", "escaped slashes"):
            payload = body(size, spelling)
            for _try in range(tries):
                most, seconds = cost(process, port, path, payload)
                share = (most - before) * MIB / size
                worst = max(worst, share)
                print(
                    f"| {size // 1_000_000} MB | {spelling} | {before} MiB | {most} MiB"
                    f" | {most - before} MiB | {share:.2f} | {resident(process)} MiB"
                    f" | {seconds:.2f} s |"
                )
    return worst


def a_change() -> int:
    """One to which its author may attach a file."""
    from benchmarks.changes import add
    from engineering.models import ChangeNotice

    add(0, 10)
    return ChangeNotice.objects.filter(status=0).earliest("pk").pk


def body(size: int, spelling: str) -> bytes:
    """What a client sends."""
    text = base64.b64encode(PNG + os.urandom(size - len(PNG))).decode()
    sent = json.dumps({"fileName": "a.png", "photo": text})
    return (sent.replace("/", "\\/") if "escaped" in spelling else sent).encode()


def cost(process: int, port: int, path: str, payload: bytes) -> tuple[int, float]:
    """MiB at most, and how long it took."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
    seconds = send(port, path, payload)
    time.sleep(REST)
    return resident(process, "VmHWM"), seconds


def send(port: int, path: str, payload: bytes) -> float:
    """Seconds to the answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begun = time.perf_counter()
    line.request(
        "POST",
        path,
        payload,
        {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    answer = line.getresponse()
    told = answer.read()
    assert answer.status == OK, told[:500]
    line.close()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
