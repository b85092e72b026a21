"""The web server and the worker: started, waited for, watched."""

import http.client
import sys
import time
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import OutputWrapper

from launcher.file_watcher import Watch
from launcher.launch import Launch
from launcher.places import BASE
from launcher.processes import GLANCE, Supervisor, supervisor
from launcher.refusals import Refusal

APPLICATION = "ems.asgi:application"
LIVE_APPLICATION = "ems.server.live_reload:application"
PATIENCE = 60.0
MOST_REDIRECTS = 3
WEB, WORKER = "web server", "worker"


def start_web(ready: Launch) -> None:
    """Start gunicorn on the socket that is open already."""
    handle = ready.door.fileno()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        str(BASE / "gunicorn.conf.py"),
    ]
    command += ["--bind", f"fd://{handle}", "--chdir", str(BASE)]
    command.append(LIVE_APPLICATION if ready.options.is_live else APPLICATION)
    supervisor.start(WEB, command, pass_fds=[handle])


def start_worker() -> None:
    supervisor.start(WORKER, [sys.executable, str(BASE / "manage.py"), "work"])


def wait_until_served(ready: Launch) -> None:
    """Return when a person would see the login page; refuse when that takes too long."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        refuse_if_dead(supervisor)
        status = visit(ready.options.port, _host_to_visit(ready))
        if status is not None and status < HTTPStatus.BAD_REQUEST:
            return
        if status is not None:
            raise Refusal(f"The login page answers {status}; the lines above say why.")
    raise Refusal(f"The login page was not served within {PATIENCE:.0f} seconds.")


def refuse_if_dead(given: Supervisor) -> None:
    """Refuse to go on without one of those that belong together."""
    if found := given.dead():
        name, code = found
        raise Refusal(
            f"The {name} ended by itself (exit code {code}); stopped the rest."
        )


def _host_to_visit(ready: Launch) -> str:
    host = ready.options.host
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host.strip("[]")  # noqa: S104


def visit(port: int, host: str) -> int | None:
    """Status of the page that a newcomer ends on; None when nobody answers yet."""
    path = "/"
    for _turn in range(MOST_REDIRECTS):
        try:
            status, target = _ask(host, port, path)
        except (OSError, http.client.HTTPException):
            time.sleep(GLANCE / 4)
            return None
        is_elsewhere = urlsplit(target).netloc not in {"", _host_header()}
        if status // 100 != 3 or is_elsewhere:
            return status
        path = target
    return status


def _ask(host: str, port: int, path: str) -> tuple[int, str]:
    client = http.client.HTTPConnection(host, port, timeout=1.0)
    try:
        client.request("GET", path, headers={"Host": _host_header()})
        answer = client.getresponse()
        return answer.status, answer.getheader("Location", "")
    finally:
        client.close()


def _host_header() -> str:
    """A host that is allowed; ``.example`` stands for all below it."""
    return str(settings.ALLOWED_HOSTS[0]).lstrip(".")


def watch_until_stopped(ready: Launch, out: OutputWrapper) -> None:
    """Watch until somebody says stop; with live reload also the files."""
    watch = Watch(BASE) if ready.options.is_live else None
    while True:
        time.sleep(GLANCE)
        if watch and watch.has_changed():
            out.write("Python files changed; starting anew.")
            _restart(ready)
        elif watch is None:
            refuse_if_dead(supervisor)


def _restart(ready: Launch) -> None:
    supervisor.restart(WEB, lambda: start_web(ready), supervisor.grace)
    if ready.options.has_worker:
        supervisor.restart(WORKER, start_worker, supervisor.grace)
