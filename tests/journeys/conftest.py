"""The portal as it runs for people: its own database, server process, and stand-ins."""

import fcntl
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
MILLISECONDS = 15_000
DATABASE = "journeys.sqlite3"


@dataclass(frozen=True)
class Portal:
    """A running portal and the stand-ins behind it."""

    url: str
    box: Any
    env: dict[str, str]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(box: Any, folder: Path, port: int) -> dict[str, str]:
    """What the server process is told."""
    launch = __import__("launcher.launch", fromlist=["UPSTREAMS"])
    upstreams = {name: box.urls[part] for name, part in launch.UPSTREAMS.items()}
    return {
        **os.environ,
        **upstreams,
        "SECRET_KEY": "journeys-only-0123456789-0123456789-0123",
        "DEBUG": "true",
        "SECURE_SSL": "false",
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "MEDIA_ROOT": str(folder / "media"),
        "UPSTREAM_CACHE_DIR": str(folder / "upstream"),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "EMS_ADMINS": "admin",
        "AI_BASE_URL": f"{box.urls['ai']}/v1",
        "AI_MODELS": "m1",
        "AI_CLASS_INTERNAL": "openai,estimator",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "ems.settings",
    }


@pytest.fixture(scope="session")
def portal(
    _running_sandbox: Any, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Fill in the demo company, serve; end with the session."""
    port = free_port()
    folder = tmp_path_factory.mktemp("portal") / "demo"
    env = environment(_running_sandbox, folder, port)
    shutil.copytree(demo_company(_running_sandbox, migrated, tmp_path_factory), folder)
    address = f"127.0.0.1:{port}"
    serve = [
        sys.executable,
        "-m",
        "gunicorn",
        "-k",
        "asgi",
        "-w",
        "1",
        "-b",
        address,
        "ems.asgi:application",
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603
        try:
            wait_until_served(address)
            yield Portal(f"http://{address}", _running_sandbox, env)
        finally:
            server.terminate()
            server.wait(20)


def demo_company(
    box: Any, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A filled database with its files, made once for all processes of this run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "demo-company"
    with (shared / "demo-company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = tmp_path_factory.mktemp("draft")
            shutil.copy(migrated, draft / DATABASE)
            subprocess.run(
                [sys.executable, "-m", "django", "seed_demo", "-v0"],
                cwd=ROOT,
                env=environment(box, draft, 0),
                check=True,
                capture_output=True,
            )
            draft.rename(folder)
    return folder


def wait_until_served(address: str) -> None:
    """Ask until the server answers."""
    end = time.monotonic() + PATIENCE
    while not is_served(address):
        assert time.monotonic() < end, f"{address} is not served"
        time.sleep(0.05)


def is_served(address: str) -> bool:
    """Whether the server answers now."""
    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Visitor:
    """Somebody at a browser; notes every complaint of the page."""

    def __init__(self, portal: Portal, context: Any) -> None:
        self.portal = portal
        self.page = context.new_page()
        self.page.set_default_timeout(MILLISECONDS)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        is_expected = (
            "status of 4" in message.text
        )  # a refused form is answered with 4xx
        if message.type == "error" and not is_expected:
            where = message.location.get("url", "")
            self.complaints.append(f"{where}: {message.text}")

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        self.page.goto(self.portal.url + path)

    def log_in(self, name: str, password: str = "panel-2026") -> "Visitor":  # noqa: S107
        """Through the login page."""
        self.go("/accounts/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self


@pytest.fixture
def visit(portal: Portal, chromium: Any) -> Iterator[Callable[..., Visitor]]:
    """Open browsers; at the end none of their pages may have complained."""
    contexts: list[Any] = []
    visitors: list[Visitor] = []

    def opened(name: str = "", **options: Any) -> Visitor:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, **options
        )
        context.add_cookies(
            [{"name": "django_language", "value": "en", "url": portal.url}]
        )
        contexts.append(context)
        visitors.append(Visitor(portal, context))
        return visitors[-1].log_in(name) if name else visitors[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [each for visitor in visitors for each in visitor.complaints] == []
