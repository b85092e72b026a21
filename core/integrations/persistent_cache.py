"""Stores of the last good answers, for a restart: a directory, Redis, or both.

Kept are the raw JSON bytes that were once accepted, never a pickle: what comes back is
parsed and checked again like an answer from the wire.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """body: JSON bytes as the upstream sent them; fetched_at: seconds since 1970."""

    body: bytes = field(repr=False)
    fetched_at: float


class CacheStore(Protocol):
    """A second level behind the memory of a process. It may forget, never fail."""

    def load(self, key: str) -> Stored | None:
        """The last saved value of the key, or None."""

    def saved_at(self, key: str) -> float | None:
        """Time at which the value was fetched, without reading all of it."""

    def save(self, key: str, stored: Stored, keep: float) -> None:
        """Keep it for so many seconds, if possible."""

    def close(self) -> None:
        """Give back what it holds open."""


class NoStore:
    """Remembers nothing."""

    def load(self, key: str) -> Stored | None:  # noqa: ARG002
        return None

    def saved_at(self, key: str) -> float | None:  # noqa: ARG002
        return None

    def save(self, key: str, stored: Stored, keep: float) -> None: ...

    def close(self) -> None: ...


HEAD = 200


def pack(stored: Stored) -> bytes:
    """One line with time and checksum, then the body."""
    head = {
        "fetched_at": stored.fetched_at,
        "sha256": hashlib.sha256(stored.body).hexdigest(),
    }
    return orjson.dumps(head) + b"\n" + stored.body


def unpack(blob: bytes) -> Stored | None:
    """The opposite; None when the bytes are torn or not ours."""
    line, _, body = blob.partition(b"\n")
    try:
        head = orjson.loads(line)
        fetched_at = float(head["fetched_at"])
        is_whole = head["sha256"] == hashlib.sha256(body).hexdigest()
    except (KeyError, TypeError, ValueError):
        return None
    return Stored(body, fetched_at) if is_whole else None


def time_of(blob: bytes) -> float | None:
    """Time at which a packed answer was fetched, from its first bytes; None when they are not ours."""
    try:
        return float(orjson.loads(blob.partition(b"\n")[0])["fetched_at"])
    except (KeyError, TypeError, ValueError):
        return None


class DirectoryStore:
    """A file per key, replaced in one step, so that a reader never sees half of it."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def _file(self, key: str) -> Path:
        return self._path / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def load(self, key: str) -> Stored | None:
        """The value in the file of that key, or None."""
        try:
            return unpack(self._file(key).read_bytes())
        except OSError:
            return None

    def saved_at(self, key: str) -> float | None:
        """By the first line of the file."""
        try:
            with self._file(key).open("rb") as file:
                return time_of(file.read(HEAD))
        except OSError:
            return None

    def save(self, key: str, stored: Stored, keep: float) -> None:  # noqa: ARG002
        """Write beside, flush to disk, rename; a full disk is only logged."""
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(self._file(key), pack(stored))
        except OSError as fault:
            logger.warning("cannot keep an upstream's answer: %s", fault.strerror)

    def close(self) -> None:
        """Nothing is held open."""

    def _replace(self, target: Path, blob: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._path, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(blob)
                file.flush()
                # Before the rename, or a loss of power could leave the name on an empty file.
                os.fsync(file.fileno())
            Path(name).replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


class RedisStore:
    """Shared by all machines. While Redis fails it is left alone, and nothing else is.

    url: redis://host:port/db; rest: seconds without another try after a failure.
    """

    PREFIX = "ems:upstream:"

    def __init__(self, url: str, rest: float = 30.0) -> None:
        import redis  # noqa: PLC0415 - six megabytes, for those who have one

        self._faults: tuple[type[Exception], ...] = (redis.RedisError, OSError)
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=0.5
        )
        self._rest = rest
        self._rest_until = 0.0

    def close(self) -> None:
        self._client.close()

    def _ask(self, command: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() < self._rest_until:
            return None
        try:
            return getattr(self._client, command)(*args, **options)
        except self._faults as fault:
            self._rest_until = time.monotonic() + self._rest
            # Only the kind: the text may name the address with its password.
            logger.warning("Redis does not answer: %s", type(fault).__name__)
            return None

    def load(self, key: str) -> Stored | None:
        """The value in Redis under the key, or None."""
        blob = self._ask("get", self.PREFIX + key)
        return unpack(blob) if isinstance(blob, bytes) else None

    def saved_at(self, key: str) -> float | None:
        """By the first bytes."""
        blob = self._ask("getrange", self.PREFIX + key, 0, HEAD - 1)
        return time_of(blob) if isinstance(blob, bytes) else None

    def save(self, key: str, stored: Stored, keep: float) -> None:
        """Set it, to vanish after ``keep`` seconds."""
        self._ask("set", self.PREFIX + key, pack(stored), ex=max(1, int(keep)))


class Stores:
    """Several as one: saved in each, and the newest of what they hold is believed."""

    def __init__(self, stores: Sequence[CacheStore]) -> None:
        self._stores = tuple(stores)

    def load(self, key: str) -> Stored | None:
        """The newest copy of all levels."""
        found = [stored for each in self._stores if (stored := each.load(key))]
        return max(found, key=lambda stored: stored.fetched_at, default=None)

    def saved_at(self, key: str) -> float | None:
        times = [at for each in self._stores if (at := each.saved_at(key)) is not None]
        return max(times, default=None)

    def save(self, key: str, stored: Stored, keep: float) -> None:
        for each in self._stores:
            each.save(key, stored, keep)

    def close(self) -> None:
        for each in self._stores:
            each.close()
