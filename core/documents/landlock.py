"""File access of a child process: Linux's Landlock (5.13 and later), which needs no privilege.

Plain Python without Django: the children use it. For this process and those that
it starts, a file that is not named is not there: neither ``.env``, nor the database, nor ``/proc/…/environ`` of a neighbour.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446
VERSION = 1  # a flag of CREATE that asks which version the kernel speaks
BENEATH = 1
NO_NEW_PRIVILEGES = 38
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE
# Rights of each version of the kernel's interface: the first has 13, later ones add some.
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
TRUNCATE = 1 << 14
# Signals and abstract sockets of others (from version 6).
SCOPES, SCOPED_FROM = 3, 6
READ = READ_FILE | READ_DIR
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt", "/etc/fonts", "/etc/ld.so.cache")
SYSTEM_FILES = (
    "/etc/localtime",
    "/etc/mime.types",
    "/dev/urandom",
    "/sys/devices/system/cpu",
)
NOWHERE = "/dev/null"


def restrict_files(
    *, readable: Iterable[Path], writable: Path | None, has_programs: bool
) -> bool:
    """Hide every other file; returns whether the kernel sees to it.

    readable: files and folders beside the system's own. writable: one folder. has_programs: whether
    what lies in the system's folders may also be started.
    """
    version = _version()
    if version < 1:
        return False
    every = (1 << RIGHTS.get(version, max(RIGHTS.values()))) - 1
    ruleset = _create(every, version)
    if ruleset < 0:
        return False
    try:
        start = EXECUTE if has_programs else 0
        for place in _python():
            _allow(ruleset, place, READ)
        for place in map(Path, SYSTEM):
            _allow(ruleset, place, READ | start)
        for place in (*map(Path, SYSTEM_FILES), *readable):
            _allow(ruleset, place, READ)
        _allow(ruleset, Path(NOWHERE), READ_FILE | WRITE_FILE)
        if writable:
            _allow(ruleset, writable, every & ~EXECUTE)
        _libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(_call(RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def is_there() -> bool:
    """Whether the kernel knows it."""
    return _version() > 0


def _python() -> list[Path]:
    """Folders of the interpreter and its packages; our own folder is not among them."""
    here = Path(__file__).resolve().parents[2]
    places = [Path(sys.prefix), Path(sys.base_prefix), *map(Path, sys.path)]
    # The folder of the project holds ``.env`` and the database: of it only the code.
    found = [place.resolve() for place in places if str(place)]
    ours = [here / "core", here / "aianalyzer"]
    return [place for place in found if place not in {here, *here.parents}] + ours


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *given: object) -> int:
    return int(_libc().syscall(number, *given))


def _version() -> int:
    """Of the kernel's interface; -1 where there is none."""
    if sys.platform != "linux":
        return -1
    return _call(CREATE, None, ctypes.c_size_t(0), VERSION)


def _create(every: int, version: int) -> int:
    attributes = struct.pack("=Q", every)
    if version >= SCOPED_FROM:
        attributes += struct.pack("=QQ", 0, SCOPES)
    return _call(
        CREATE,
        ctypes.create_string_buffer(attributes),
        ctypes.c_size_t(len(attributes)),
        0,
    )


def _allow(ruleset: int, place: Path, rights: int) -> None:
    """Let this file, or all beneath this folder, be used so; what is not there needs no leave."""
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        held = rights if place.is_dir() else rights & (OF_FILES | TRUNCATE)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", held, handle))
        _call(ADD, ruleset, BENEATH, rule, 0)
    finally:
        os.close(handle)
