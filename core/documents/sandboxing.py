"""Limits of a child process that reads a stranger's file (docs/threats.md#t41, docs/threats.md#f46).

Plain Python without Django: the children use it. Two fences, one behind the other: the interpreter
refuses whatever would open a connection or start a program, and the kernel refuses the system calls
below it, also for tesseract and for a library that a document has taken over.
"""

import contextlib
import ctypes
import errno
import platform
import resource
import struct
import sys
from pathlib import PurePath
from typing import Any

PROGRAMS = {"tesseract"}
STARTING = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.")
# Of <linux/audit.h>, <asm/unistd.h>: the architecture; its calls ``socket``, ``ptrace``,
# ``process_vm_readv`` and ``process_vm_writev``, and those that start a program.
ARCHITECTURES = {
    "x86_64": (0xC000003E, (41, 101, 310, 311), (59, 322)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271), (221, 281)),
}
# The same number everywhere: ``io_uring_setup``, ``pidfd_getfd``.
BACK_DOORS = (425, 438)
X32 = 0x40000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
DUMPABLE = 4


def limit(*, memory: int, seconds: int, files: int = 64, file_size: int = 0) -> None:
    """Limit address space, time and files of this process and of those that it starts.

    memory and file_size: bytes; a ``file_size`` of 0 lets no file be written at all.
    """
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError):
            resource.setrlimit(what, (most, most))


def forbid_programs() -> None:
    """Start no process at all: for readers that need none. Root is not held by it."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def hide_memory() -> None:
    """No neighbour of the same user reads our memory, environment or files through ``/proc``.

    What we start is not held by it: a program that begins is as readable as any other.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DUMPABLE, 0, 0, 0, 0)


def forbid_network(*, has_programs: bool = True) -> bool:
    """No connection from here on, nor from what we start; returns whether the kernel sees to it.

    Neither may a neighbour's memory be read, nor without ``has_programs`` any program be started.
    Where the kernel cannot (another architecture or system), the interpreter's fence stands alone.
    """
    is_held = _ask_kernel(has_programs=has_programs)
    sys.addaudithook(_refuse)
    return is_held


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    is_start = event == "subprocess.Popen" and PurePath(given[0]).name not in PROGRAMS
    if is_start or event.startswith(("socket.", *STARTING)):
        raise PermissionError(errno.EACCES, event)


def _ask_kernel(*, has_programs: bool = True) -> bool:
    """Let the kernel refuse those calls, for ever and for all our children."""
    known = ARCHITECTURES.get(platform.machine())
    if known is None or sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    architecture, outward, starting = known
    calls = (*outward, *BACK_DOORS, *(() if has_programs else starting))
    code = _filter(architecture, calls)
    rules = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(rules))
    asked = ctypes.create_string_buffer(program)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(SECCOMP, FILTER, ctypes.byref(asked), 0, 0) == 0)


def _filter(architecture: int, refused: tuple[int, ...]) -> bytes:
    """A program of the kernel's filter: each step is what, jump if so, jump if not, value."""
    count = len(refused)
    steps = (
        (LOAD, 0, 0, 4),
        # Another architecture's numbers mean other calls.
        (EQUAL, 0, count + 3, architecture),
        (LOAD, 0, 0, 0),
        # The numbers of x32 are a second way to the same calls.
        (AT_LEAST, count + 1, 0, X32),
        *((EQUAL, count - at, 0, call) for at, call in enumerate(refused)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)
