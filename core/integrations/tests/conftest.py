"""A sandbox of upstreams, clocks that are set by hand, and clients that are closed."""

import importlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from core.integrations.errors import UpstreamError
from core.integrations.http import Client
from core.integrations.limits import BreakerRule, Freshness, UpstreamLimits
from core.integrations.persistent_cache import Stored

# By name: the import rule says that nobody below leans on the sandbox; tests may start it.
Sandbox: Any = importlib.import_module("sandbox.server").Sandbox

# Whatever a parser refuses with; which of its kinds does not matter to anybody.
REFUSAL = ValueError
NEVER_OPENS = BreakerRule(failures=1_000, window=10, open_seconds=15)
QUICK = UpstreamLimits(
    connect=0.3,
    read=0.3,
    total=0.5,
    retries=0,
    concurrency=8,
    breaker=NEVER_OPENS,
    body_cap=1024 * 1024,
    queue=0.1,
    backoff=0.01,
)
TIMES = Freshness(fresh=10, revalidate=20, stale_if_error=100)


@dataclass
class Clock:
    """Seconds that pass when told to."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds


class MemoryStore:
    """A second level that tests can look into."""

    def __init__(self) -> None:
        self.kept: dict[str, Stored] = {}

    def load(self, key: str) -> Stored | None:
        """What was saved."""
        return self.kept.get(key)

    def saved_at(self, key: str) -> float | None:
        """When it was fetched."""
        return self.kept[key].fetched_at if key in self.kept else None

    def save(self, key: str, stored: Stored, keep: float) -> None:  # noqa: ARG002
        self.kept[key] = stored

    def close(self) -> None:
        """Nothing to do."""


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for a condition, and fail when it does not come true."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "the condition never came true"
        threading.Event().wait(0.002)


def in_threads(count: int, work: Callable[[], Any]) -> list[Any]:
    """What the work gives in so many threads that begin together."""
    barrier, results = threading.Barrier(count), []

    def run() -> None:
        barrier.wait()
        results.append(work())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def failure(work: Callable[[], Any]) -> UpstreamError:
    """The error that the work ends in."""
    with pytest.raises(UpstreamError) as caught:
        work()
    return caught.value


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Any]:
    with Sandbox() as box:
        yield box


@pytest.fixture
def box(_sandbox: Any) -> Iterator[Any]:
    """The upstreams, as after a fresh start."""
    _sandbox.reset()
    yield _sandbox
    _sandbox.reset()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


MakeClient = Callable[..., Client]


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """A client with quick limits; any of them can be changed by name."""
    made: list[Client] = []

    def make(url: str, *, clock: Clock | None = None, **changes: Any) -> Client:
        limits = replace(QUICK, **changes)
        made.append(Client("PPIC", url, limits, clock=clock or time.monotonic))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def evil() -> Iterator[socket.socket]:
    """A listener that nobody may ever connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # noqa: FBT003
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()
