"""/metrics with several processes: what all of them have counted."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from launcher.places import BASE
from launcher.tests.project_copy import free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.once]
COUNT = 'django_http_requests_total_by_method_total{method="GET"}'


@dataclass
class Server:
    """gunicorn with two workers; place: where they write their figures."""

    port: int
    place: Path

    def get(self, path: str) -> tuple[int, str]:
        """Ask it, on a connection of its own."""
        client = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            client.request("GET", path, headers={"Authorization": "Bearer scrape-me"})
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()

    def answers(self) -> bool:
        """Whether anybody is there."""
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def requests(self) -> float:
        """How many have been counted, this one included."""
        status, text = self.get("/metrics")
        assert status == 200
        line = next(line for line in text.splitlines() if line.startswith(COUNT))
        return float(line.split()[-1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One that was told where to write, and finds old figures there."""
    found = Server(free_port(), tmp_path / "figures")
    found.place.mkdir()
    (found.place / "counter_1.db").write_bytes(b"of a server that is no more")
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{found.port}", "ems.asgi:application"]
    env = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFG",
        "DATABASE_URL": f"sqlite:///{tmp_path}/ems.sqlite3",
        "SECURE_SSL": "false",
        "WEB_CONCURRENCY": "2",
        "METRICS_TOKEN": "scrape-me",
        "PROMETHEUS_MULTIPROC_DIR": str(found.place),
    }
    process = subprocess.Popen(command, cwd=BASE, env=env)  # noqa: S603 - our own
    yield found
    process.terminate()
    process.wait(30)


def test_figures_are_those_of_all_processes(server: Server) -> None:
    def both_have_counted() -> bool:
        return server.answers() and len(list(server.place.glob("counter_*.db"))) > 1

    assert wait_until(both_have_counted)
    before = server.requests()
    for _each in range(20):
        assert server.get("/healthz")[0] == 200
    found = [server.requests() for _each in range(4)]
    assert found == [before + 20 + n for n in (1, 2, 3, 4)]
    assert "ems_incoming_files 0.0" in server.get("/metrics")[1]
