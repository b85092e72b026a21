"""What an ordinary Django project would answer on the same rows, and what ours does, in one run.

    python -m benchmarks.changes --database postgres://postgres@127.0.0.1/bench   (fills it)
    python -m benchmarks.floors  --database postgres://postgres@127.0.0.1/bench

The floors are bare Django, rows of the driver as they come, a plain ``ModelViewSet`` with nested lines and decisions, and a plain
``ModelAdmin``, behind the same middleware, settings and database, called in turn with ours, so that a
busy machine slows both. With ``--http`` gunicorn serves both with two workers to eight clients.
"""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.changes import set_up

RUNS, WARM, CLIENTS = 40, 3, 8
ANSWERS = {200, 302}
OURS = "/engineeringDetailProblems?limit=50"
FLOOR = "/floor/changes/?limit=50"
# Each floor and ours beside it.
PAIRS = {
    "API page of 50 / plain viewset": (OURS, FLOOR),
    "API page of 50 / the driver's rows and orjson": (OURS, "/floor/raw/"),
    "API page in the middle / plain viewset": (
        f"{OURS}&offset=50000",
        f"{FLOOR}&offset=50000",
    ),
    "list page / plain admin list": (
        "/changes/",
        "/floor/admin/engineering/changenotice/",
    ),
    "search of one word / plain admin search": (
        "/changes/?q=nomor+777",
        "/floor/admin/engineering/changenotice/?q=nomor+777",
    ),
    "login page / empty view": ("/accounts/login/", "/floor/empty/"),
}


def main() -> None:
    """Measure, print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--http", action="store_true")
    options = parser.parse_args()
    set_up(options.database)
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.plain"
    print("| what | ours | floor | ours to floor |\n|---|---|---|---|")
    for name, ours, floor in in_process():
        print(f"| {name} | {ours:.1f} ms | {floor:.1f} ms | {ours / floor:.2f} |")
    if options.http:
        ours, floor = over_http(options.database)
        print(
            f"| API page of 50, 8 clients, 2 workers | {ours:.0f}/s | {floor:.0f}/s "
            f"| {ours / floor:.2f} |"
        )


def in_process() -> Iterator[tuple[str, float, float]]:
    """Medians in ms of each pair, called turn by turn."""
    client = manager()
    for name, pair in PAIRS.items():
        times: dict[str, list[float]] = {path: [] for path in pair}
        for turn in range(RUNS + WARM):
            for path in pair:
                begin = time.perf_counter()
                answer = client.get(path)
                spent = time.perf_counter() - begin
                assert answer.status_code in ANSWERS, (path, answer.status_code)
                if turn >= WARM:
                    times[path].append(spent * 1000)
        ours, floor = (statistics.median(times[path]) for path in pair)
        yield name, ours, floor


def manager() -> Any:
    """A client who is logged in and may look at Django's admin."""
    from django.conf import settings
    from django.test import Client

    from core.accounts.models import User

    user = User.objects.get(username="rina")
    settings.EMS_ADMINS = [user.username]  # read at each use
    client = Client()
    client.force_login(user)
    return client


# --- Over HTTP ------------------------------------------------------------------


def over_http(database: str) -> tuple[float, float]:
    """Requests a second of ours and of the plain viewset; the best of three turns each."""
    from django.conf import settings

    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={manager().cookies[name].value}"
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
    server = serve(database, port)
    try:
        await_answer(port)
        turns = [
            (load(port, OURS, cookie), load(port, FLOOR, cookie)) for _ in range(3)
        ]
    finally:
        server.terminate()
        server.wait(30)
    return max(ours for ours, _ in turns), max(floor for _, floor in turns)


def serve(database: str, port: int) -> subprocess.Popen[bytes]:
    """The web server, two workers, with the plain addresses beside ours."""
    env = os.environ | {
        "DATABASE_URL": database,
        "WEB_CONCURRENCY": "2",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "benchmarks.plain_settings",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    return subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "ems.asgi:application"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def await_answer(port: int) -> None:
    """Until the server answers, at most 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server does not answer.")


def load(port: int, path: str, cookie: str, seconds: float = 8.0) -> float:
    """Requests a second of eight clients, each with one kept connection."""
    counts = [0] * CLIENTS
    end = time.monotonic() + seconds

    def ask(place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            assert answer.status in ANSWERS, (path, answer.status)
            counts[place] += 1
        line.close()

    run_together([partial(ask, place) for place in range(CLIENTS)])
    return sum(counts) / seconds


def run_together(calls: list[Callable[[], None]]) -> None:
    """All at once, until the last has ended."""
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
