"""What happens before Django: the door, the sandbox, the sentences."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ems.logs import logging_config
from launcher import launch, processes, serving, start
from launcher.options import RunOptions, parse_run
from launcher.places import BASE
from launcher.processes import Stopped, Supervisor
from launcher.refusals import Refusal, in_one_sentence

pytestmark = pytest.mark.once


@pytest.fixture
def quiet_supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    """A supervisor of this test alone."""
    mine = Supervisor(grace=2.0)
    for module in (processes, serving, launch, start):
        monkeypatch.setattr(module, "supervisor", mine)
    return mine


def test_the_door_is_held_open_and_a_taken_one_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(launch, "DYING", 0.5)
    door = launch.open_socket("127.0.0.1", 0)
    port = door.getsockname()[1]
    with pytest.raises(Refusal, match=f"Port {port} of 127"):
        launch.open_socket("127.0.0.1", port)
    door.close()
    assert capsys.readouterr().err.count("is in use; waiting") == 1


def test_what_no_waiting_helps_is_refused_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Refusal, match="cannot be used"):
        launch.open_socket("192.0.2.1", 8000)  # an address of nobody's
    assert "waiting" not in capsys.readouterr().err


# A parent that starts a child as ``run`` does, and a child that has the port and lets go of it only
# a second after it was told to end.
HOLDER = """
import os, signal, time
def end(*_): time.sleep(1); os._exit(0)
signal.signal(signal.SIGTERM, end)
print(os.getpid(), flush=True)
time.sleep(60)
"""
PARENT = f"""
import socket, sys, time
from launcher.processes import supervisor
door = socket.create_server(("127.0.0.1", 0))
command = [sys.executable, "-c", {HOLDER!r}]
child = supervisor.start("holder", command, pass_fds=[door.fileno()], is_read=True)
print(door.getsockname()[1], child.stdout.readline(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("is_whole_group", [False, True])
def test_the_port_of_a_killed_run_is_waited_for(*, is_whole_group: bool) -> None:
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=BASE
    ) as parent:
        assert parent.stdout
        port, child = map(int, parent.stdout.readline().split())
        parent.kill()
        if is_whole_group:
            os.kill(child, signal.SIGKILL)
    door = launch.open_socket("127.0.0.1", port)
    assert door.getsockname()[1] == port
    door.close()


@pytest.mark.usefixtures("quiet_supervisor")
def test_the_sandbox_stands_in_for_what_has_no_address(
    quiet_supervisor: Supervisor,
) -> None:
    env = {"PPIC_URL": "http://127.0.0.1:9"}
    assert launch.point_at_sandbox(env)
    assert env["PPIC_URL"] == "http://127.0.0.1:9"
    assert env["AUTH_SERVER_URL"].startswith("http://127.0.0.1:")
    pipe = quiet_supervisor.children["sandbox"].stdout
    quiet_supervisor.stop()
    assert pipe
    pipe.close()
    assert not launch.point_at_sandbox(dict.fromkeys(launch.UPSTREAMS, "http://x"))


def test_a_sandbox_that_does_not_start_is_said(
    quiet_supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Refusal, match="did not start"):
        launch.point_at_sandbox({})
    pipe = quiet_supervisor.children["sandbox"].stdout
    assert pipe
    pipe.close()
    quiet_supervisor.stop()


def test_preparing_a_desk_leaves_a_launch(
    quiet_supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(launch, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setattr(Supervisor, "listen", lambda _self: None)
    monkeypatch.setattr(launch, "point_at_sandbox", lambda _env: True)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    launch.prepare(RunOptions("dev", "127.0.0.1", 0, has_worker=True, is_live=False))
    found = launch.ready.pop()
    found.door.close()
    assert found.is_demo
    assert "SECRET_KEY=" in (tmp_path / ".env").read_text()
    assert quiet_supervisor.grace == 5
    with pytest.raises(Refusal, match="only this machine"):
        launch.prepare(parse_run(["backend", "dev", "--host", "10.0.0.1"]))


def test_help_builds_and_checks_need_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    look = ["makemigrations", "--check", "--dry-run"]
    for words in (
        ["run", "--help"],
        ["build", "frontend", "prod"],
        [],
        ["check"],
        look,
    ):
        monkeypatch.setattr(os, "environ", {"SECRET_KEY": ""})
        start.prepare(words)
        assert len(os.environ["SECRET_KEY"]) > 32
    assert "DEBUG" not in os.environ
    monkeypatch.setattr(os, "environ", {})
    start.prepare(["test"])
    assert os.environ["SECRET_KEY"]
    start.prepare(["migrate"])


@pytest.mark.usefixtures("quiet_supervisor")
def test_a_refusal_is_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(start, "execute_from_command_line", ran.append)
    assert start.main(["manage.py", "check"]) == 0
    assert ran == [["manage.py", "check"]]
    assert start.main(["manage.py", "run", "frontend", "prod"]) == 2
    assert (
        capsys.readouterr().err
        == "`run frontend` knows only dev; use `run backend prod`.\n"
    )


def test_whoever_stops_it_while_it_waits_sees_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_words: list[str]) -> None:
        raise Stopped

    monkeypatch.setattr(start, "prepare", stopped)
    assert start.main(["manage.py", "run", "backend", "dev"]) == 0
    assert "Stopping" in capsys.readouterr().out


def test_at_a_desk_a_task_is_not_worth_a_line() -> None:
    for level, is_readable, expected in (
        ("INFO", True, "WARNING"),
        ("DEBUG", True, None),
        ("INFO", False, None),
    ):
        loggers = logging_config(level, is_readable=is_readable)["loggers"]
        assert loggers.get("django_tasks_db", {}).get("level") == expected


def test_an_error_without_a_file_is_not_ours_to_explain() -> None:
    with pytest.raises(BlockingIOError), in_one_sentence():
        raise BlockingIOError
    with (
        pytest.raises(Refusal, match=r"^/x cannot be written: no\.$"),
        in_one_sentence(),
    ):
        raise PermissionError(13, "no", "/x")


def test_words_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Refusal, match="a port is 1 to 65535"):
        parse_run(["backend", "dev", "--port", "70000"])
    assert parse_run(["backend", "prod"]).host == "0.0.0.0"  # noqa: S104
    assert parse_run(["backend", "dev", "--host", "::1"]).address == "http://[::1]:8000"


def test_an_env_that_is_there_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=INFO\n")
    monkeypatch.setattr(launch, "ENV_FILE", file)
    launch.write_env_file()
    assert file.read_text() == "LOG_LEVEL=INFO\n"
    env = {"SECRET_KEY": ""}
    launch.fill(env, parse_run(["backend", "dev"]))
    assert len(env["SECRET_KEY"]) > 32
    assert env["DEBUG"] == "true"
