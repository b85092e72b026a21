"""What survives a restart: whole, private, and without ever failing a reader."""

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from core.integrations.persistent_cache import (
    DirectoryStore,
    NoStore,
    RedisStore,
    Stored,
    Stores,
    pack,
    unpack,
)
from core.integrations.tests.conftest import MemoryStore, until

GOOD = Stored(b'[{"id": 1}]', 1_700_000_000.5)


def test_a_directory_gives_back_what_it_got(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "new" / "deep")
    assert store.load("PPIC items") is None
    store.save("PPIC items", GOOD, 60)
    assert DirectoryStore(tmp_path / "new" / "deep").load("PPIC items") == GOOD
    assert store.load("other") is None
    store.close()


def test_others_on_the_machine_can_not_read_it(tmp_path: Path) -> None:
    DirectoryStore(tmp_path / "cache").save("../../etc/passwd", GOOD, 60)
    (file,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


@pytest.mark.parametrize("cut", [0, 1, 20, 100, -1])
def test_a_torn_file_counts_as_none(cut: int, tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.save("x", GOOD, 60)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:cut])
    assert store.load("x") is None


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\n[]",
        b'{"fetched_at": "x", "sha256": ""}\n',
        b"\x80\x04.",
    ],
)
def test_what_is_not_ours_counts_as_none(blob: bytes) -> None:
    assert unpack(blob) is None
    assert unpack(pack(GOOD)) == GOOD


def test_a_full_disk_is_only_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    store = DirectoryStore(tmp_path)
    store.save("x", GOOD, 60)
    monkeypatch.setattr(os, "fsync", full)
    store.save("x", Stored(b"[]", 2.0), 60)
    monkeypatch.undo()
    assert "No space left" in caplog.text
    assert store.load("x") == GOOD
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own, where one is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = str(tmp_path_factory.mktemp("redis"))
    options = ["--port", str(port), "--save", "", "--dir", where]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:  # noqa: S603
        until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_redis_gives_back_what_it_got(redis_url: str) -> None:
    store = RedisStore(redis_url)
    assert store.load("x") is None
    store.save("x", GOOD, 60.7)
    other = RedisStore(redis_url)
    assert other.load("x") == GOOD
    assert 0 < other._client.ttl(RedisStore.PREFIX + "x") <= 60
    store.close()
    other.close()


def test_a_dead_redis_fails_nobody_and_is_left_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    store = RedisStore(f"redis://:s3cret@127.0.0.1:{port}/0")
    store.save("x", GOOD, 60)
    assert store.load("x") is None
    assert len(caplog.records) == 1
    assert "s3cret" not in caplog.text
    store.close()


class FakeRedis:
    """Answers as a redis-py client would."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer: Any = None

    def get(self, *args: Any) -> Any:
        """What the test put there."""
        self.calls.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def set(self, *args: Any, ex: int) -> None:
        """Remember how it was set."""
        self.calls.append((*args, ex))

    def close(self) -> None:
        """Nothing to do."""


def test_redis_is_asked_for_bytes_that_vanish() -> None:
    store, fake = RedisStore("redis://127.0.0.1:1/0", rest=0.0), FakeRedis()
    store._client = fake
    store.save("x", GOOD, 0.2)
    assert fake.calls == [("ems:upstream:x", pack(GOOD), 1)]
    fake.answer = pack(GOOD)
    assert store.load("x") == GOOD
    fake.answer = redis.ResponseError("WRONGTYPE")
    assert store.load("x") is None
    store.close()


def test_of_several_stores_the_newest_is_believed() -> None:
    one, other = MemoryStore(), MemoryStore()
    both = Stores([one, other, NoStore()])
    both.save("x", GOOD, 60)
    assert one.load("x") == other.load("x") == GOOD
    newer = Stored(b"[]", GOOD.fetched_at + 1)
    other.save("x", newer, 60)
    assert both.load("x") == newer
    assert both.load("y") is None
    both.close()


def test_the_time_is_known_without_the_body(tmp_path: Path) -> None:
    long = Stored(b"[" + b"1," * 100_000 + b"1]", GOOD.fetched_at)
    store = Stores([DirectoryStore(tmp_path), NoStore(), MemoryStore()])
    assert store.saved_at("x") is None
    store.save("x", long, 60)
    assert (
        store.saved_at("x") == DirectoryStore(tmp_path).saved_at("x") == 1_700_000_000.5
    )
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"torn")
    assert DirectoryStore(tmp_path).saved_at("x") is None


def test_redis_knows_the_time_without_the_body(redis_url: str) -> None:
    store = RedisStore(redis_url)
    assert store.saved_at("time") is None
    store.save("time", GOOD, 60)
    assert store.saved_at("time") == GOOD.fetched_at
    store.close()
