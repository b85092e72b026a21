"""Children are started, noticed, and never left behind."""

import os
import signal
import subprocess
import sys

import pytest

from launcher import processes, serving
from launcher.processes import Stopped, Supervisor
from launcher.refusals import Refusal

pytestmark = pytest.mark.once


SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True);"
    "time.sleep(60)",
]


def test_a_child_that_ends_is_noticed() -> None:
    mine = Supervisor(grace=2.0)
    child = mine.start("clock", [sys.executable, "-c", "raise SystemExit(7)"])
    child.wait()
    assert mine.dead() == ("clock", 7)
    with pytest.raises(Refusal, match=r"clock ended by itself \(exit code 7\)"):
        serving.refuse_if_dead(mine)
    mine.stop()
    assert mine.dead() is None


def test_a_deaf_child_is_killed() -> None:
    mine = Supervisor(grace=0.2)
    child = mine.start("deaf", DEAF, is_read=True)
    assert child.stdout
    child.stdout.readline()
    mine.stop()
    assert child.returncode == -signal.SIGKILL
    child.stdout.close()


def test_a_restart_ends_the_old_one_first() -> None:
    mine = Supervisor(grace=2.0)
    old = mine.start("clock", SLEEP)
    mine.restart("clock", lambda: mine.start("clock", SLEEP), 2.0)
    assert old.returncode == -signal.SIGTERM
    assert mine.children["clock"].poll() is None
    mine.stop()


def test_the_first_signal_asks_and_the_second_kills() -> None:
    mine = Supervisor(grace=2.0)
    before = {number: signal.getsignal(number) for number in processes.ASKED}
    try:
        mine.listen()
        with pytest.raises(Stopped):
            os.kill(os.getpid(), signal.SIGTERM)
        child = mine.start("clock", SLEEP)
        os.kill(os.getpid(), signal.SIGTERM)
        assert child.wait(5) == -signal.SIGKILL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    mine.stop()


def test_a_child_watches_its_parent_where_the_kernel_does_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: sent.append(number))
    processes._watch(os.getppid() + 1)
    assert sent == [signal.SIGTERM]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert processes._tied_to(1) is None
    monkeypatch.delenv(processes.PARENT, raising=False)
    processes.end_with_parent()


def test_an_orphan_ends() -> None:
    script = (
        "from launcher.processes import end_with_parent; end_with_parent();"
        "import time; time.sleep(30)"
    )
    env = {**os.environ, processes.PARENT: "1"}
    child = subprocess.run([sys.executable, "-c", script], env=env, check=False)  # noqa: S603
    assert child.returncode == -signal.SIGTERM
