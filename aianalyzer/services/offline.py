"""The offline analyzer in a process of its own, with limits of time and memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from aianalyzer.policies.answer_lines import MAX_LINE, AnswerLine, read_line
from aianalyzer.policies.offline_process import OUT_OF_MEMORY
from aianalyzer.services.run_state import Failure

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
MEMORY = 512 << 20
PASSED_ON = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR")
LONGEST = MAX_LINE * 12  # a character may be twelve bytes of JSON


def offline_lines(
    pages: Mapping[int, str], *, seconds: int = SECONDS, memory: int = MEMORY
) -> Iterator[AnswerLine]:
    """Facts, summary and questions about a document, as they are found.

    seconds: of time and of work, each; memory: bytes of address space. Raises Failure ``limits``
    when the child was ended, ``internal`` when it broke.
    """
    asked = {"pages": list(pages.items()), "seconds": seconds, "memory": memory}
    with _child(json.dumps(asked).encode(), seconds) as child:
        assert child.stdout is not None  # noqa: S101 - a pipe, for mypy
        while raw := child.stdout.readline(LONGEST):
            line = read_line(raw.decode("utf-8", "replace"))
            if line:
                yield line
        code = child.wait()
    if code:
        raise Failure("limits" if code < 0 or code == OUT_OF_MEMORY else "internal")


@contextmanager
def _child(asked: bytes, seconds: int) -> Iterator[subprocess.Popen[bytes]]:
    """A child at work, and none afterwards."""
    with tempfile.TemporaryFile() as given:
        given.write(asked)
        given.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-m", "aianalyzer.policies.offline_process"],
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ}
            | {"PYTHONIOENCODING": "utf-8"},
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # A session of its own, so that its whole group can be ended.
            start_new_session=True,
        )
    clock = threading.Timer(seconds + 1, _kill, [child])
    clock.daemon = True
    clock.start()
    try:
        yield child
    finally:
        clock.cancel()
        _kill(child)
        child.stdout.close()  # type: ignore[union-attr]  # it is a pipe


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
