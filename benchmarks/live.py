"""Many open pages: how long after a commit each hears of it, and what a stream costs.

    python -m benchmarks.live --database sqlite:////tmp/live.sqlite3 --streams 500
    python -m benchmarks.live --database postgres://postgres@127.0.0.1/live --streams 500

One gunicorn worker as in production; the streams and the events come from this process. The memory is
the growth of the worker's resident size, divided by the streams. At the end all streams are dropped and
opened again at once with ``Last-Event-ID``.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.changes import set_up

A_PERSON = 8
WARM = 3.0


def main() -> None:
    """Measure, print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--events", type=int, default=40)
    options = parser.parse_args()
    set_up(options.database)
    cookies = sessions(-(-options.streams // A_PERSON))
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
    server = serve(options.database, port)
    try:
        found = asyncio.run(measured(options, port, cookies, server))
    finally:
        server.terminate()
        server.wait(30)
    print(f"\n{options.streams} streams, {options.events} events\n")
    print("| what | measured |\n|---|---|")
    for name, value in found.items():
        print(f"| {name} | {value} |")


def serve(database: str, port: int) -> subprocess.Popen[bytes]:
    """The web server, one worker."""
    env = os.environ | {"DATABASE_URL": database, "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    return subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "ems.asgi:application"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def sessions(people: int) -> list[str]:
    """A logged-in browser for each of so many people."""
    from django.conf import settings
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )

    from core.accounts.models import User
    from core.accounts.sessions import SessionStore

    cookies = []
    for number in range(people):
        user, _made = User.objects.get_or_create(
            username=f"listener{number}", defaults={"ext_id": 50_000 + number}
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


class Stream:
    """One open page; ``heard`` maps an event's id to when it arrived."""

    def __init__(self, port: int, cookie: str, since: int = 0) -> None:
        self.port, self.cookie, self.since = port, cookie, since
        self.heard: dict[int, float] = {}
        self.is_open = asyncio.Event()

    async def run(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        last = f"Last-Event-ID: {self.since}\r\n" if self.since else ""
        head = f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n{last}\r\n"
        writer.write(head.encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"retry:"):
                    self.is_open.set()
                if line.startswith(b"id:"):
                    self.heard[int(line[3:])] = time.perf_counter()
        finally:
            writer.close()


async def measured(
    options: Any, port: int, cookies: list[str], server: Any
) -> dict[str, str]:
    """Open all, let things happen, drop all, open all again."""
    await until_up(port)
    first = Stream(port, cookies[0])
    warm = asyncio.create_task(first.run())
    await first.is_open.wait()
    await asyncio.sleep(WARM)
    before = worker_memory(server.pid)
    streams = [Stream(port, cookies[n // A_PERSON]) for n in range(1, options.streams)]
    tasks = [asyncio.create_task(each.run()) for each in streams]
    await asyncio.gather(*(each.is_open.wait() for each in streams))
    await asyncio.sleep(WARM)
    cost = (worker_memory(server.pid) - before) / len(streams)
    late, lost = await happen([first, *streams], options.events)
    last = max(max(each.heard) for each in streams)
    for task in (*tasks, warm):
        task.cancel()
    await asyncio.gather(*tasks, warm, return_exceptions=True)
    again = await reopened(options, port, cookies, last)
    late.sort()
    return {
        "event to page, median": f"{statistics.median(late) * 1000:.0f} ms",
        "event to page, 95 %": f"{late[int(len(late) * 0.95)] * 1000:.0f} ms",
        "event to page, slowest": f"{late[-1] * 1000:.0f} ms",
        "events that a page did not hear of": str(lost),
        "memory a stream": f"{cost / 1024:.1f} kB",
        "all dropped and open again, with what they missed": again,
    }


async def until_up(port: int) -> None:
    """Wait for the server."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    message = "the server did not come up"
    raise RuntimeError(message)


async def happen(streams: list[Stream], count: int) -> tuple[list[float], int]:
    """Commit events, a quarter of a second apart; how late each page heard, and how often not."""
    late: list[float] = []
    lost = 0
    for _ in range(count):
        pk = await asyncio.to_thread(an_event)
        at = time.perf_counter()
        await asyncio.sleep(0.25)
        end = time.perf_counter() + 5
        while time.perf_counter() < end and not all(heard(s, pk) for s in streams):
            await asyncio.sleep(0.05)
        for stream in streams:
            moment = heard(stream, pk)
            if moment is None:
                lost += 1
            else:
                late.append(max(0.0, moment - at))
    return late, lost


def heard(stream: Stream, pk: int) -> float | None:
    """When a page heard of an event: hints that piled up come as one with the last id."""
    return next((at for key, at in stream.heard.items() if key >= pk), None)


def an_event() -> int:
    """Something that open pages want to know."""
    from django.db import connection, transaction

    from core.accounts.models import User
    from core.ledger.services import record
    from engineering.models import DashboardMetrics

    try:
        with transaction.atomic():
            user = User.objects.order_by("pk")[0]
            about = DashboardMetrics(pk=0)
            return record(about, "figures.typed", by=user, after={"x": 1}).pk
    finally:
        connection.close()


async def reopened(options: Any, port: int, cookies: list[str], last: int) -> str:
    """While nobody listened something happened; all come back at once."""
    missed = await asyncio.to_thread(an_event)
    start = time.perf_counter()
    streams = [
        Stream(port, cookies[n // A_PERSON], since=last) for n in range(options.streams)
    ]
    tasks = [asyncio.create_task(each.run()) for each in streams]
    end = time.perf_counter() + 30
    while time.perf_counter() < end and not all(heard(s, missed) for s in streams):
        await asyncio.sleep(0.02)
    known = sum(heard(each, missed) is not None for each in streams)
    seconds = time.perf_counter() - start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return f"{known} of {len(streams)} in {seconds:.1f} s"


def worker_memory(master: int) -> float:
    """Resident bytes of the one worker."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    line = next(text for text in status.splitlines() if text.startswith("VmRSS"))
    return float(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
