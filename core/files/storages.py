"""File storage: a file is there whole and safe on disk, or it is not there at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from prometheus_client import Gauge

# Fewer, larger pieces: each is a change of threads in the server.
PIECE = 1 << 20
INCOMING = "incoming"
# How much may be written before the disk is asked to begin with it.
FLUSH_EVERY = 8 << 20
incoming_files = Gauge(
    "ems_incoming_files",
    "Files that are being written and not yet kept or put away.",
    multiprocess_mode="livesum",
)


class Incoming:
    """A file that is being written: without a name, so that a killed process leaves nothing.

    Where the file system has no files without a name, it has one in ``folder``, which the sweep
    removes when it is old.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path: Path | None = None
        try:
            # Without a name the kernel removes it when the process dies (docs/decisions/0006-documents.md).
            number = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
        except OSError:
            number, name = tempfile.mkstemp(dir=folder)
            self.path = Path(name)
        self.file: IO[bytes] = os.fdopen(number, "w+b", buffering=0)
        self._written = 0
        incoming_files.inc()

    def write(self, data: bytes) -> int:
        """Append; raises OSError when the disk is full."""
        view = memoryview(data)
        while view:
            view = view[self.file.write(view) :]
        before, self._written = self._written, self._written + len(data)
        if before // FLUSH_EVERY != self._written // FLUSH_EVERY:
            # Begin to write now, so that the end need not wait for everything.
            os.posix_fadvise(
                self.file.fileno(), 0, self._written, os.POSIX_FADV_DONTNEED
            )
        return len(data)

    def keep(self, target: Path) -> None:
        """Give it its name, once all of it is on the disk; raises FileExistsError."""
        target.parent.mkdir(parents=True, exist_ok=True)
        number = self.file.fileno()
        os.fchmod(number, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        # The name comes after: a file that is seen has all of it.
        os.fsync(number)
        if self.path:
            os.link(self.path, target)
            self.path.unlink()
            self.path = None
        else:
            _name_it(number, target)
        # The name itself lies in the folder: without this a loss of power could lose it.
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Nothing of it stays, unless it was kept."""
        if not self.file.closed:
            incoming_files.dec()
        with contextlib.suppress(OSError):
            self.file.close()
        if self.path:
            self.path.unlink(missing_ok=True)
            self.path = None


def _name_it(number: int, target: Path) -> None:
    # Only linkat follows the link of /proc, and Python calls it only with a folder's number.
    root = os.open("/", os.O_RDONLY)
    try:
        os.link(
            f"/proc/self/fd/{number}", target, src_dir_fd=root, follow_symlinks=True
        )
    finally:
        os.close(root)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class FileStore(Protocol):
    """Methods of our storages beyond Django's storage API."""

    def incoming(self) -> Incoming:
        """A file to write to, where it can be kept without a copy."""

    def stream(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """A part of a file in pieces; raises FileNotFoundError before the first one."""

    def sweep_incoming(self, before: datetime) -> int:
        """Remove what killed uploads left behind; returns how many."""


def store_of_files() -> FileStore:
    """The default storage, as one of ours."""
    return cast("FileStore", default_storage)


class DurableStorage(FileSystemStorage):
    """Files on disk: written aside, synced, then named."""

    def incoming(self) -> Incoming:
        """On the same file system as the rest."""
        return Incoming(Path(self.path(INCOMING)))

    def _save(self, name: str, content: "File[Any]") -> str:
        draft = getattr(content, "incoming", None)
        if not isinstance(draft, Incoming):
            draft = self.incoming()
            try:
                for piece in content.chunks():
                    draft.write(piece.encode() if isinstance(piece, str) else piece)
                return self._keep(draft, name)
            finally:
                draft.discard()
        return self._keep(draft, name)

    def _keep(self, draft: Incoming, name: str) -> str:
        while True:
            try:
                draft.keep(Path(self.path(name)))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return str(name).replace("\\", "/")

    def stream(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Read from the disk, a piece at a time."""
        return FilePieces(self.open(name), start, length)

    def sweep_incoming(self, before: datetime) -> int:
        """Only where files without a name are impossible is anything ever there."""
        folder, removed = Path(self.path(INCOMING)), 0
        for path in folder.glob("*") if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
        return removed


class FilePieces(Iterator[bytes]):
    """A part of an open file in pieces; the response closes it, read or not."""

    def __init__(self, file: "File[Any]", start: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(start)

    def __next__(self) -> bytes:
        piece = self._file.read(min(self._left, PIECE)) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return bytes(piece)

    def close(self) -> None:
        self._file.close()


@contextlib.contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """A stored file as a path on this machine, for programs that need one.

    Raises FileNotFoundError.
    """
    if _is_local():
        path = Path(default_storage.path(name))
        if not path.is_file():
            raise FileNotFoundError(name)
        yield path
        return
    with tempfile.NamedTemporaryFile() as file:
        for piece in store_of_files().stream(name, 0, default_storage.size(name)):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def _is_local() -> bool:
    try:
        default_storage.path("x")
    except NotImplementedError:
        return False
    return True
