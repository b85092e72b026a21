"""The parts of ``manage.py run``, one by one."""

import importlib
import io
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management.base import OutputWrapper

from ems.management.commands.build import Command as Build
from ems.management.commands.run import Command as RunCommand
from launcher import health, launch, processes, serving, start
from launcher.launch import Launch
from launcher.options import parse_run
from launcher.processes import Stopped, Supervisor
from launcher.refusals import Refusal

pytestmark = pytest.mark.once
Answers = dict[str, tuple[int, str]]


@pytest.fixture
def served() -> Iterator[Callable[[Answers], int]]:
    """Make a server that answers so; gives its port."""
    servers: list[ThreadingHTTPServer] = []

    def make(answers: Answers) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, target = answers[self.path]
                self.send_response(status)
                self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return int(server.server_address[1])

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def launched(port: int, mode: str = "dev") -> Launch:
    with socket.socket() as closed:
        return Launch(parse_run(["backend", mode, "--port", str(port)]), closed)


@pytest.fixture
def quiet_supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    """A supervisor of this test alone."""
    mine = Supervisor(grace=2.0)
    for module in (processes, serving, launch, start):
        monkeypatch.setattr(module, "supervisor", mine)
    return mine


def test_redirects_are_followed_to_the_page(served: Callable[[Answers], int]) -> None:
    port = served({"/": (302, "/login/"), "/login/": (200, "")})
    assert serving.visit(port, "127.0.0.1") == 200


def test_a_redirect_to_https_is_an_answer(served: Callable[[Answers], int]) -> None:
    port = served({"/": (301, "https://ems.example.com/")})
    assert serving.visit(port, "127.0.0.1") == 301
    port = served({"/": (302, "/")})
    assert serving.visit(port, "127.0.0.1") == 302


def test_nobody_there_is_no_answer_yet() -> None:
    assert serving.visit(9, "127.0.0.1") is None


@pytest.mark.usefixtures("quiet_supervisor")
def test_a_broken_page_is_no_start(
    served: Callable[[Answers], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.wait_until_served(launched(served({"/": (200, "")})))
    with pytest.raises(Refusal, match="answers 500"):
        serving.wait_until_served(launched(served({"/": (500, "")})))
    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    with pytest.raises(Refusal, match="not served within"):
        serving.wait_until_served(launched(9))


def test_the_health_check_asks_healthz(
    served: Callable[[Answers], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PORT", served({"/healthz": (200, "")}))
    assert health.main() == 0
    monkeypatch.setattr(health, "PORT", served({"/healthz": (503, "")}))
    assert health.main() == 1
    monkeypatch.setattr(health, "PORT", 9)
    assert health.main() == 1


def test_run_starts_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = importlib.import_module(RunCommand.__module__)
    steps: list[str] = []

    def step(name: str) -> Callable[..., None]:
        return lambda *_, **__: steps.append(name)

    for owner, name in (
        (module.static_files, "check_writable"),
        (module.database, "make_ready"),
        (module.static_files, "collect_if_outdated"),
        (module.serving, "start_web"),
        (module.serving, "start_worker"),
        (module.serving, "wait_until_served"),
    ):
        monkeypatch.setattr(owner, name, step(name))

    def watch_until_stopped(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr(module.serving, "watch_until_stopped", watch_until_stopped)
    out = io.StringIO()
    ready = launched(8000, "prod-local")
    ready.is_demo = True
    launch.ready.append(ready)
    RunCommand(stdout=out).handle()
    assert steps == [
        "check_writable",
        "make_ready",
        "collect_if_outdated",
        "start_web",
        "start_worker",
        "wait_until_served",
    ]
    assert "panel-2026" in out.getvalue()
    assert "Stopping" in out.getvalue()
    with pytest.raises(Refusal, match="Start it as"):
        RunCommand().handle()


def test_a_desk_image_is_not_built() -> None:
    with pytest.raises(Refusal, match="dev needs no image"):
        Build().handle(part="backend", mode="dev")


@pytest.mark.parametrize(
    ("codes", "words"), [([1], "No container"), ([0, 1], "not built")]
)
def test_an_image_that_is_not_built_is_said(
    codes: list[int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(codes)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/docker")
    monkeypatch.setattr(
        "subprocess.run", lambda *_, **__: SimpleNamespace(returncode=next(left))
    )
    with pytest.raises(Refusal, match=words):
        Build().handle(part="backend", mode="prod")


def test_an_image_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    done = SimpleNamespace(returncode=0)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/docker")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: done)
    out = io.StringIO()
    Build(stdout=out).handle(part="backend", mode="prod")
    assert "Built ems:prod" in out.getvalue()


# --- What is started ------------------------------------------------------------


class Recorder:
    """A supervisor that only notes what it was asked for."""

    def __init__(self) -> None:
        self.started: list[tuple[str, list[str]]] = []
        self.grace = 1.0
        self.end: tuple[str, int] | None = None

    def start(self, name: str, command: list[str], **_: Any) -> None:
        self.started.append((name, command))

    def restart(self, name: str, start: Callable[[], None], _grace: float) -> None:
        self.started.append((f"end of {name}", []))
        start()

    def dead(self) -> tuple[str, int] | None:
        return self.end


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    found = Recorder()
    monkeypatch.setattr(serving, "supervisor", found)
    monkeypatch.setattr(serving, "GLANCE", 0.0)
    return found


def test_the_web_server_gets_the_open_door(recorder: Recorder) -> None:
    serving.start_web(launched(8000))
    serving.start_worker()
    (web, command), (worker, work) = recorder.started
    assert (web, worker) == ("web server", "worker")
    assert "fd://-1" in command
    assert command[-1] == "ems.asgi:application"
    assert work[-1] == "work"


def test_it_stays_until_one_of_them_ends(recorder: Recorder) -> None:
    recorder.end = ("worker", 3)
    with pytest.raises(Refusal, match=r"worker ended by itself \(exit code 3\)"):
        serving.watch_until_stopped(launched(8000), OutputWrapper(io.StringIO()))


def test_changed_python_starts_both_anew(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OneChange:
        def __init__(self, _base: object) -> None:
            self.turns = iter([False, True])

        def has_changed(self) -> bool:
            found = next(self.turns, None)
            if found is None:
                raise Stopped
            return found

    monkeypatch.setattr(serving, "Watch", OneChange)
    said = io.StringIO()
    with socket.socket() as closed, pytest.raises(Stopped):
        serving.watch_until_stopped(
            Launch(parse_run(["frontend", "dev"]), closed), OutputWrapper(said)
        )
    assert [name for name, _command in recorder.started] == [
        "end of web server",
        "web server",
        "end of worker",
        "worker",
    ]
    assert recorder.started[1][1][-1] == "ems.server.live_reload:application"
    assert "starting anew" in said.getvalue()


def test_the_work_command_works(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = importlib.import_module("ems.management.commands.work")
    done: list[str] = []
    monkeypatch.setattr(module, "end_with_parent", lambda: done.append("tied"))
    monkeypatch.setattr(module, "work", lambda: done.append("worked"))
    module.Command().handle()
    assert done == ["tied", "worked"]


def test_the_commands_know_their_words() -> None:
    for command in (RunCommand(), Build()):
        words = command.create_parser("manage.py", "x").parse_args(["backend", "prod"])
        assert (words.part, words.mode) == ("backend", "prod")
