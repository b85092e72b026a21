"""A fresh copy of the project in a directory of its own, and real processes in it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher.places import BASE

SKIPPED = shutil.ignore_patterns(
    ".*", "var", "__pycache__", "tests", "staticfiles", "docs", "node_modules"
)
PATIENCE = 60.0
OURS = {".env.example"}
Env = Mapping[str, str] | None


def copy_project(target: Path) -> Path:
    """Copy what a clone has, without what a run has made."""
    shutil.copytree(BASE, target, ignore=SKIPPED)
    for name in OURS:
        shutil.copy(BASE / name, target / name)
    return target


def free_port() -> int:
    """Return a port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def is_running(pid: int) -> bool:
    """Whether that process lives; a zombie does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Return it and all below it, itself first."""
    found = [pid]
    for each in found:
        tasks = Path(f"/proc/{each}/task").glob("*/children")
        found += [int(word) for task in tasks for word in task.read_text().split()]
    return found


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it became so in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


@dataclass
class Run:
    """One ``manage.py …``, with everything it says."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)
    ear: threading.Thread | None = None

    def listen(self) -> None:
        """Read on in a thread, so that the process never waits for us."""
        self.ear = threading.Thread(target=self._listen, daemon=True)
        self.ear.start()

    def _listen(self) -> None:
        with self.process.stdout or open(os.devnull) as lines:  # noqa: PTH123 - a typed nothing
            self.said.extend(lines)

    def hear_out(self) -> None:
        """Wait until it has said all."""
        if self.ear:
            self.ear.join(PATIENCE)

    @property
    def text(self) -> str:
        """All that was said so far."""
        return "".join(self.said)

    def wait_for(self, words: str) -> None:
        """Wait until it says that."""
        found = wait_until(
            lambda: words in self.text or self.process.poll() is not None
        )
        assert found, self.text
        assert words in self.text, self.text

    def get(self, path: str) -> tuple[int, str]:
        client = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            client.request("GET", path)
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()

    def family(self) -> list[int]:
        """Return every process that belongs to it, by id."""
        return children_of(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@dataclass
class Desk:
    """A directory with the project, and what runs in it."""

    place: Path
    runs: list[Run] = field(default_factory=list)

    def start(self, *words: str, port: int | None = None, env: Env = None) -> Run:
        """Start a command; ``run`` gets a free port."""
        number = port or free_port()
        command = [sys.executable, "manage.py", *words]
        if words[0] == "run":
            command += ["--port", str(number)]
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=self.place,
            env=self.environment(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        run = Run(process, number)
        run.listen()
        self.runs.append(run)
        return run

    def finish(
        self, *words: str, port: int | None = None, env: Env = None
    ) -> tuple[int, str]:
        """Run a command to its end; returns exit code and words."""
        run = self.start(*words, port=port, env=env)
        code = run.process.wait(PATIENCE)
        run.hear_out()
        return code, run.text

    def environment(self, env: Env = None) -> dict[str, str]:
        """Return only what a bare machine has, and the given."""
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ
        }
        return kept | {"PYTHONUNBUFFERED": "1"} | dict(env or {})

    def clear(self) -> None:
        """End whatever a failed test has left."""
        for run in self.runs:
            if run.process.poll() is None:
                run.process.terminate()
                run.process.wait(PATIENCE)
            run.hear_out()
        self.runs.clear()
