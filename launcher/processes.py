"""Starts other processes, and leaves none behind, however we end."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
GLANCE = 0.2
PARENT = "EMS_PARENT"
# glibc keeps freed memory for each thread: some megabytes of each file that went through one.
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
ASKED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to end (Ctrl-C, SIGTERM, a closed terminal)."""


@dataclass(slots=True)
class Supervisor:
    """The children by name. grace: seconds to finish in, before they are killed."""

    grace: float = 30.0
    children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    is_stopping: bool = False

    def listen(self) -> None:
        """Let the signals that ask for an end raise ``Stopped``, once."""
        for number in ASKED:
            # nohup means: stay when the terminal goes.
            if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:
                signal.signal(number, self._end)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_stopping:
            self.kill()
            return
        self.is_stopping = True
        raise Stopped

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        is_read: bool = False,
    ) -> subprocess.Popen[str]:
        """Start a child in a group of its own, so that it and its children end together."""
        child = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env={**FEW_ARENAS, **os.environ, **(env or {}), PARENT: str(os.getpid())},
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if is_read else None,
            text=True,
            start_new_session=True,
            # Safe: we have no threads when we start something.
            preexec_fn=_tied_to(os.getpid()),  # noqa: PLW1509
        )
        self.children[name] = child
        return child

    def dead(self) -> tuple[str, int] | None:
        """Name and exit code of a child that has ended by itself."""
        for name, child in self.children.items():
            if (code := child.poll()) is not None:
                return name, code
        return None

    def restart(self, name: str, start: Callable[[], object], grace: float) -> None:
        """End one child and start it anew."""
        child = self.children.pop(name)
        _end_all([child], grace)
        start()

    def stop(self) -> None:
        """End every child and its children; those who dawdle are killed."""
        self.is_stopping = True
        _end_all(list(self.children.values()), self.grace)
        self.children.clear()

    def kill(self) -> None:
        """End them without asking: the second Ctrl-C."""
        for child in self.children.values():
            _signal(child, signal.SIGKILL)


supervisor = Supervisor()


def _end_all(children: list[subprocess.Popen[str]], grace: float) -> None:
    ends = time.monotonic() + grace
    for child in children:
        _signal(child, signal.SIGTERM)
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, ends - time.monotonic()))
        # Also when it has ended: a child of its own may be left in the group.
        _signal(child, signal.SIGKILL)
        child.wait()


def _signal(child: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _tied_to(parent: int) -> Callable[[], None] | None:
    """Prepare a child before it becomes the command: it asks to end with this process."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return tie


def end_with_parent() -> None:
    """In a child: end when the parent is gone, also where the kernel does not tell."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(GLANCE)
    os.kill(os.getpid(), signal.SIGTERM)
