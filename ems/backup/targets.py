"""Where backups lie: a folder of another disk, or a bucket."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Protocol

BUCKET = "s3://"
PIECE = 1 << 20


class Target(Protocol):
    """A place of named, whole files; every failure is an OSError."""

    def size(self, name: str) -> int | None:
        """The bytes of a file; None when it is not there."""

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write a file; it is there whole or not at all."""

    def open(self, name: str) -> IO[bytes]:
        """A file, from its beginning; raises FileNotFoundError."""

    def folders(self) -> list[str]:
        """Names at the top that hold something, sorted."""

    def remove(self, folder: str) -> None:
        """Remove a name at the top with all that it holds."""


def target_of(address: str) -> Target:
    """The target of ``/path``, or of ``s3://bucket/prefix`` with the keys of the store."""
    if address.startswith(BUCKET):
        # The client of buckets is large, and most targets are folders.
        from ems.backup.bucket import BucketTarget  # noqa: PLC0415

        return BucketTarget(address.removeprefix(BUCKET))
    return FolderTarget(Path(address))


class FolderTarget:
    """Files under a folder: written beside, synced, then named."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def size(self, name: str) -> int | None:
        path = self.root / name
        return path.stat().st_size if path.is_file() else None

    def put(self, name: str, content: IO[bytes]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        number, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
        try:
            with os.fdopen(number, "wb") as file:
                shutil.copyfileobj(content, file, PIECE)
                file.flush()
                os.fsync(number)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")

    def folders(self) -> list[str]:
        if not self.root.is_dir():
            return []
        return sorted(each.name for each in self.root.iterdir() if each.is_dir())

    def remove(self, folder: str) -> None:
        shutil.rmtree(self.root / folder)
