"""A child that reads reaches no network and starts no program, in Python and below it."""

import json
import platform
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.documents import landlock, sandboxing
from core.documents.model import DEFAULT
from tests import papers

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[3]
IS_HELD = sys.platform == "linux" and platform.machine() in sandboxing.ARCHITECTURES
BY_LIBC = (
    "import ctypes; libc = ctypes.CDLL(None, use_errno=True); n = libc.socket(2, 1, 0)"
)


class Listener:
    """A port of this machine that counts who comes."""

    def __init__(self) -> None:
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _address = self._socket.accept()
            except OSError:
                return
            self.count += 1
            caller.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def run(code: str, given: str = "") -> str:
    """What a Python of its own prints."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def reading(tmp_path: Path, work: str, *, before: str = "", folder: str = "") -> str:
    """What the real child says when its reader of text does this work."""
    (tmp_path / "a").write_bytes(b"words")
    asked = {"path": str(tmp_path / "a"), "extension": "txt", "folder": folder}
    limits = {"seconds": 20, "memory_bytes": 512 << 20}
    code = f"""
import ctypes, os, socket, subprocess
from core.documents import reader_process, sandboxing
from core.documents.readers import plain
{before}
def read(path, extension, output):
    {work}
    output.put(1, 1, "it went through")
plain.read = read
reader_process.main()
"""
    return run(code, json.dumps(asked | {"limits": limits}) + "\n")


OUTWARD = [
    "socket.create_connection(('127.0.0.1', {port}), 5).close()",
    "socket.getaddrinfo('example.com', 80)",
    "socket.gethostbyname('example.com')",
    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', {port}))",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=5)",
    "subprocess.run(['/bin/sh', '-c', 'true'], check=True)",
    "os.system('true')",
    "os.execv('/bin/true', ['true'])",
]


@pytest.mark.parametrize("work", OUTWARD)
def test_a_reader_that_calls_out_is_refused(
    work: str, tmp_path: Path, listener: Listener
) -> None:
    said = json.loads(
        reading(tmp_path, work.format(port=listener.port)).splitlines()[-1]
    )
    assert said["is"] == "error"
    assert said["cause"] in {"PermissionError", "URLError"}
    assert listener.count == 0


def test_without_the_cage_it_would_get_through(
    tmp_path: Path, listener: Listener
) -> None:
    open_door = "sandboxing.forbid_network = lambda **_given: True"
    said = reading(tmp_path, OUTWARD[0].format(port=listener.port), before=open_door)
    assert json.loads(said.splitlines()[-1])["is"] == "end"
    assert listener.count == 1


@pytest.mark.skipif(
    not IS_HELD, reason="no filter for this architecture: see sandboxing.py"
)
@pytest.mark.parametrize(
    "work",
    [
        f"{BY_LIBC}; print(n, ctypes.get_errno())",
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True); n = libc.syscall(425, 8, 0);"
        " print(n, ctypes.get_errno())",
        "import subprocess, sys; subprocess.run([sys.executable, '-c',"
        f' "{BY_LIBC}; print(n, ctypes.get_errno())"])',
    ],
    ids=["libc", "io_uring", "a child of the child"],
)
def test_the_kernel_refuses_what_goes_round_python(work: str) -> None:
    fence = "from core.documents import sandboxing; assert sandboxing._ask_kernel()"
    assert run(f"{fence}; {work}").split() == ["-1", "13"]
    assert "-1 13" not in run(work.replace("425, 8, 0", "39"))


def test_where_the_kernel_cannot_the_interpreter_still_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "m68k")
    assert sandboxing._ask_kernel() is False
    with pytest.raises(PermissionError):
        sandboxing._refuse("socket.connect", ())
    with pytest.raises(PermissionError):
        sandboxing._refuse("subprocess.Popen", ("/bin/sh", ["sh"], None, None))
    sandboxing._refuse("subprocess.Popen", ("/usr/bin/tesseract", [], None, None))
    sandboxing._refuse("open", ("a", "r", 0))


def test_the_offline_analyzer_sits_in_the_same_cage(listener: Listener) -> None:
    code = f"""
import socket
from aianalyzer.policies import offline_process
def analysed(pages):
    socket.create_connection(('127.0.0.1', {listener.port}), 5).close()
    yield
offline_process.analysed = analysed
offline_process.main()
"""
    said = run(
        code, json.dumps({"pages": [[1, "x"]], "seconds": 9, "memory": 512 << 20})
    )
    assert "PermissionError" in said
    assert listener.count == 0


def test_the_limits_are_what_they_were_decided_to_be() -> None:
    assert DEFAULT.memory_bytes == 512 << 20
    assert DEFAULT.seconds == 30
    code = """
import resource
from pathlib import Path
from core.documents import reader_process
from core.documents.model import DEFAULT
reader_process.confine(DEFAULT, "txt", Path("x"))
print(resource.getrlimit(resource.RLIMIT_AS)[1] >> 20, resource.getrlimit(resource.RLIMIT_NPROC)[1])
"""
    assert run(code).split() == ["512", "0"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pdf", papers.pdf(["Busbar tembaga 4000 A, IP 42\n" * 50] * 200)),
        ("png", papers.blank_png(7000, 7000)),
        ("xlsx", papers.workbook({"A": [[i, "kabel", 3.5] for i in range(60_000)]})),
        ("docx", papers.word(["Busbar tembaga 4000 A, IP 42\n" * 50] * 300)),
    ],
)
def test_large_honest_documents_fit_into_the_memory(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "b").mkdir()
    asked = {
        "path": str(tmp_path / "a"),
        "extension": name,
        "folder": str(tmp_path / "b"),
    }
    limits = {"seconds": 60, "memory_bytes": DEFAULT.memory_bytes}
    code = "from core.documents import reader_process; reader_process.main()"
    said = run(code, json.dumps(asked | {"limits": limits}) + "\n").splitlines()
    end = json.loads(said[-1])
    assert end["is"] == "end" or end["reason"] == "empty", end


# --- Files (Landlock) ----------------------------------------------------------------------

IS_HIDDEN = landlock._version() > 0
hidden = pytest.mark.skipif(not IS_HIDDEN, reason="no Landlock here: see landlock.py")
SECRETS = [
    "open('/proc/%d/environ' % os.getppid(), 'rb').read()",
    "open('/proc/self/environ', 'rb').read()",
    "open('{root}/README.md', 'rb').read()",
    "open('{root}/manage.py', 'rb').read()",
    "open('/etc/passwd', 'rb').read()",
    "open('{place}/neighbour', 'rb').read()",
    "open('{place}/neighbour', 'ab').write(b'x')",
    "open('{place}/a', 'ab').write(b'x')",
    "open('{place}/new', 'wb').write(b'x')",
    "open('/tmp/ems-new', 'wb').write(b'x')",
    "os.truncate('{place}/neighbour', 0)",
    "os.unlink('{place}/neighbour')",
    "os.rename('{place}/neighbour', '{place}/b')",
    "os.listdir('{place}')",
    "os.listdir('{root}')",
]


@hidden
@pytest.mark.parametrize("work", SECRETS)
def test_a_reader_sees_no_file_but_its_own(work: str, tmp_path: Path) -> None:
    (tmp_path / "neighbour").write_bytes(b"secret")
    done = work.format(root=ROOT, place=tmp_path)
    said = json.loads(reading(tmp_path, done).splitlines()[-1])
    assert said == {"is": "error", "reason": "broken", "cause": "PermissionError"}
    assert (tmp_path / "neighbour").read_bytes() == b"secret"


@hidden
def test_without_landlock_it_would_see_them(tmp_path: Path) -> None:
    (tmp_path / "neighbour").write_bytes(b"secret")
    done = f"open('{tmp_path}/neighbour', 'rb').read()"
    said = reading(
        tmp_path,
        done,
        before="reader_process.landlock.restrict_files = lambda **_g: False",
    )
    assert json.loads(said.splitlines()[-1])["is"] == "end"


@hidden
def test_a_reader_sees_its_document_and_may_write_beside_it(tmp_path: Path) -> None:
    work = "output.put(1, 2, open(path).read()); import tempfile; tempfile.TemporaryFile().write(b'x')"
    folder = tmp_path / "folder"
    folder.mkdir()
    said = reading(tmp_path, work, folder=str(folder)).splitlines()
    assert json.loads(said[0])["page"]["text"] == "words"
    assert json.loads(said[-1])["is"] == "end"


STARTS = {
    "x86_64": {
        "execve": 59,
        "ptrace": 101,
        "process_vm_readv": 310,
        "pidfd_getfd": 438,
    },
    "aarch64": {
        "execve": 221,
        "ptrace": 117,
        "process_vm_readv": 270,
        "pidfd_getfd": 438,
    },
}


@pytest.mark.skipif(
    not IS_HELD, reason="no filter for this architecture: see sandboxing.py"
)
@pytest.mark.parametrize(
    "name", ["execve", "ptrace", "process_vm_readv", "pidfd_getfd"]
)
def test_the_kernel_refuses_what_reaches_out(name: str, tmp_path: Path) -> None:
    number = STARTS[platform.machine()][name]
    work = (
        f"libc = ctypes.CDLL(None, use_errno=True); libc.syscall({number}, 0, 0, 0, 0); "
        "raise OSError(ctypes.get_errno(), 'so')"
    )
    said = json.loads(reading(tmp_path, work).splitlines()[-1])
    assert said["cause"] == "PermissionError"


def test_a_kernel_without_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "_call", lambda *_given: -1)
    assert (
        landlock.restrict_files(readable=(), writable=None, has_programs=False) is False
    )
    monkeypatch.setattr(sys, "platform", "darwin")
    assert landlock._version() == -1
    answers = [5, -1]
    monkeypatch.setattr(landlock, "_version", lambda: answers.pop(0))
    assert (
        landlock.restrict_files(readable=(), writable=None, has_programs=False) is False
    )


# --- Memory ----------------------------------------------------------------------------------

NEIGHBOUR = """
import ctypes, os, signal
from pathlib import Path
from aianalyzer.policies import offline_process as analyzer
from core.documents import reader_process, sandboxing
from core.documents.model import DEFAULT
if os.geteuid() == 0:  # whom no fence of a user holds
    os.setgid(65534)
    os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
ready, say = os.pipe()
pid = os.fork()
if not pid:
    {confine}
    os.write(say, b"1")
    signal.pause()
os.read(ready, 1)
for name in ("mem", "environ"):
    try:
        open(f"/proc/{{pid}}/{{name}}", "rb").close()
        print("open")
    except PermissionError:
        print("closed")
os.kill(pid, signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the fence is Linux's")
@pytest.mark.parametrize(
    ("confine", "told"),
    [
        ("reader_process.confine(DEFAULT, 'txt', Path('x'))", "closed"),
        ("reader_process.confine(DEFAULT, 'pdf', Path('x'))", "closed"),
        ("analyzer.confine(512 << 20, 30)", "closed"),
        ("pass", "open"),
    ],
)
def test_a_neighbour_reads_no_readers_memory(confine: str, told: str) -> None:
    assert run(NEIGHBOUR.format(confine=confine)).split() == [told, told]
