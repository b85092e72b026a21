"""``python -m sandbox`` starts, says where, and ends when told or orphaned."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "sandbox"]
PATIENCE = 10.0
# Starts the sandbox, hands its output on, and leaves when its own input ends.
FOSTER_PARENT = "import subprocess, sys; subprocess.Popen(sys.argv[1:]); input()"


@contextmanager
def _started(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - the commands are this file's own
        command,
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _urls(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    urls: dict[str, str] = json.loads(process.stdout.readline())
    return urls


def _status(url: str, path: str) -> int:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_says_where_it_listens(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with _started(*COMMAND, "--state-file", str(state)) as process:
        urls = _urls(process)
        assert list(urls) == ["auth", "crm", "ppic", "meeting", "ai"]
        assert json.loads(state.read_text(encoding="utf-8")) == urls
        assert _status(urls["ppic"], "/ext-items") == 200
        assert _status(urls["auth"], "/users/view") == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    state = tmp_path / "state.json"
    with _started(*COMMAND, "--state-file", str(state)) as process:
        urls = _urls(process)
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, errors) == (0, "")
    assert not state.exists()
    with pytest.raises(ConnectionRefusedError):
        _status(urls["crm"], "/")


def test_it_ends_although_a_call_is_stuck() -> None:
    with _started(*COMMAND) as process:
        address = _urls(process)["crm"].removeprefix("http://")
        connection = HTTPConnection(address, timeout=PATIENCE)
        fault = json.dumps({"path": "/", "kind": "half_open"})
        connection.request("POST", "/__sandbox__/faults", fault)
        connection.getresponse().read()
        connection.request("GET", "/api/external/customers")
        process.terminate()
        assert process.wait(PATIENCE) == 0
        connection.close()


def test_it_ends_when_its_parent_dies() -> None:
    with _started(sys.executable, "-c", FOSTER_PARENT, *COMMAND) as parent:
        urls = _urls(parent)
        assert _status(urls["crm"], "/") == 404
        os.kill(parent.pid, signal.SIGKILL)
        # The sandbox holds the pipe's last end: its end of file is its death.
        output, _ = parent.communicate(timeout=PATIENCE)
        assert output == ""
    with pytest.raises(ConnectionRefusedError):
        _status(urls["crm"], "/")


def test_a_port_can_be_chosen_and_a_taken_one_is_named() -> None:
    with _started(*COMMAND) as first:
        port = _urls(first)["ppic"].rpartition(":")[2]
        with _started(*COMMAND, "--ppic-port", port) as second:
            _, errors = second.communicate(timeout=PATIENCE)
            assert second.returncode == 1
            assert "cannot listen" in errors
        first.terminate()
        first.wait(PATIENCE)
    with _started(*COMMAND, "--ppic-port", port) as third:
        assert _urls(third)["ppic"].endswith(f":{port}")
