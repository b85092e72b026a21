"""A file is there whole, or not at all: on disk, in a bucket, with the power cut off between."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.http import HttpRequest
from django.test import override_settings

from core.errors import DomainError
from core.files.downloads import Served, serve
from core.files.storages import DurableStorage, Incoming, local_copy
from core.files.uploaded import store
from tests.contract.paths import PDF

BODY = bytes(range(256)) * 9000  # more than two megabytes


@pytest.fixture
def disk(tmp_path: Path) -> DurableStorage:
    return DurableStorage(location=tmp_path / "media")


def everything(folder: Path) -> list[str]:
    """The files below a folder."""
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("is_nameless", [True, False])
def test_a_file_has_its_name_only_when_all_of_it_is_there(
    is_nameless: bool, disk: DurableStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_nameless:
        monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY | os.O_WRONLY)
    root, sync = Path(disk.path("")), os.fsync
    seen: list[list[str]] = []

    def watched(number: int) -> None:
        seen.append(everything(root / "a"))
        sync(number)

    monkeypatch.setattr(os, "fsync", watched)
    name = disk.save("a/b.bin", ContentFile(BODY))
    assert seen[0] == [], "it was synced before it was named"
    assert Path(disk.path(name)).read_bytes() == BODY
    assert everything(root) == ["b.bin"]
    assert Path(disk.path(name)).stat().st_mode & 0o777 == 0o640


def test_a_taken_name_is_never_overwritten(disk: DurableStorage) -> None:
    first = disk.save("a.bin", ContentFile(b"1"))
    draft = disk.incoming()
    draft.write(b"2")
    second = disk._keep(draft, "a.bin")
    draft.discard()
    assert first != second
    assert Path(disk.path(first)).read_bytes() == b"1"
    assert Path(disk.path(second)).read_bytes() == b"2"


def test_text_is_kept_too(disk: DurableStorage) -> None:
    name = disk.save("a.txt", ContentFile("größe"))
    assert Path(disk.path(name)).read_text() == "größe"


def test_a_part_is_read_and_closed(disk: DurableStorage) -> None:
    name = disk.save("a.bin", ContentFile(BODY))
    assert b"".join(disk.stream(name, 5, len(BODY) - 10)) == BODY[5:-5]
    pieces = disk.stream(name, 0, len(BODY))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    with pytest.raises(FileNotFoundError):
        disk.stream("none", 0, 1)


KILLED = """
import sys, time
sys.path.insert(0, {root!r})
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "ems.settings"
django.setup()
from pathlib import Path
from core.files.storages import Incoming
draft = Incoming(Path({place!r}))
draft.write(bytes(3 << 20))
print("written", flush=True)
time.sleep(60)
"""


def test_a_killed_upload_leaves_nothing(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[3])
    code = KILLED.format(root=root, place=str(tmp_path / "incoming"))
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        child.send_signal(signal.SIGKILL)
    assert everything(tmp_path) == []


def test_what_a_killed_upload_leaves_elsewhere_is_swept(disk: DurableStorage) -> None:
    folder = Path(disk.path("incoming"))
    folder.mkdir(parents=True)
    for name, hours in (("old", 9), ("young", 1)):
        (folder / name).write_bytes(b"x")
        stamp = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (stamp, stamp))
    assert disk.sweep_incoming(datetime.now(UTC) - timedelta(hours=6)) == 1
    assert everything(folder) == ["young"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_takes_no_more_is_507_and_nothing_stays(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(Path(default_storage.path("")))

    def full(self: Incoming, data: bytes) -> int:
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Incoming, "write", full)
        with pytest.raises(DomainError) as caught:
            store("a.pdf", BytesIO(PDF), 999)
    assert caught.value.code == "storage_full"
    assert everything(Path(default_storage.path(""))) == before
    default_storage.delete(store("a.pdf", BytesIO(PDF), 999).stored_name)


def test_a_really_full_disk_is_507_and_the_next_upload_works() -> None:
    """On a file system of one megabyte; needs the right to mount one (docs/threats.md#f48)."""
    place = Path("/dev/shm/ems-full-test")  # noqa: S108
    place.mkdir(exist_ok=True)
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        place.rmdir()
        pytest.skip("no right to mount; the test above stands for it")
    try:
        with override_settings(MEDIA_ROOT=str(place)):
            with pytest.raises(DomainError) as caught:
                store("a.txt", BytesIO(b"a" * (3 << 20)), 1 << 30)
            assert caught.value.code == "storage_full"
            assert everything(place) == []
            kept = store("a.txt", BytesIO(b"a" * 1000), 1 << 30)
            assert everything(place) == [kept.stored_name.rpartition("/")[2]]
    finally:
        subprocess.run(["/bin/umount", str(place)], check=True)  # noqa: S603
        place.rmdir()


# --- A bucket ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    """A server that speaks S3, on a port of this machine."""
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(
        ip_address="127.0.0.1", port=0, verbose=False
    )
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def storage_at(address: str, settings: Any) -> Any:
    """The storage of production, with its bucket at an address."""
    options = {
        "bucket_name": "ems",
        "endpoint_url": address,
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "us-east-1",
        "file_overwrite": False,
    }
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "core.files.s3.VerifiedS3Storage", "OPTIONS": options}
    }
    return storages["default"]


@pytest.fixture
def bucket(bucket_server: str, settings: Any) -> Iterator[Any]:
    """The storage of production, on an empty bucket."""
    storage = storage_at(bucket_server, settings)
    client = storage.connection.meta.client
    client.create_bucket(Bucket="ems")
    yield storage
    for found in client.list_objects_v2(Bucket="ems").get("Contents", ()):
        client.delete_object(Bucket="ems", Key=found["Key"])
    client.delete_bucket(Bucket="ems")


def names(storage: Any) -> list[str]:
    client = storage.connection.meta.client
    return [
        row["Key"] for row in client.list_objects_v2(Bucket="ems").get("Contents", ())
    ]


def test_a_file_is_kept_in_the_bucket_and_read_in_parts(bucket: Any) -> None:
    kept = store("a.pdf", BytesIO(PDF), 999)
    assert names(bucket) == [kept.stored_name]
    assert b"".join(bucket.stream(kept.stored_name, 0, len(PDF))) == PDF
    assert b"".join(bucket.stream(kept.stored_name, 3, 4)) == PDF[3:7]
    with local_copy(kept.stored_name) as path:
        assert path.read_bytes() == PDF
    assert bucket.size(kept.stored_name) == len(PDF)


def test_what_the_bucket_does_not_have_is_not_found(bucket: Any) -> None:
    for ask in (
        lambda: bucket.size("none"),
        lambda: bucket.stream("none", 0, 1),
        lambda: local_copy("none").__enter__(),
    ):
        with pytest.raises(FileNotFoundError):
            ask()


def test_a_bucket_that_lost_a_part_is_noticed(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bucket), "size", lambda *_: 1)
    with pytest.raises(DomainError) as caught:
        store("a.pdf", BytesIO(PDF), 999)
    assert caught.value.code == "storage_full"
    assert names(bucket) == []


def test_a_bucket_that_is_away_is_507(bucket: Any, settings: Any) -> None:
    client = bucket.connection.meta.client
    client.delete_bucket(Bucket="ems")
    with pytest.raises(DomainError) as caught:
        store("a.pdf", BytesIO(PDF), 999)
    assert caught.value.code == "storage_full"
    client.create_bucket(Bucket="ems")


@pytest.fixture
def away(settings: Any) -> Any:
    """The storage of production, where nobody answers."""
    return storage_at("http://127.0.0.1:9", settings)


def test_a_bucket_that_does_not_answer_takes_nothing_and_gives_nothing(
    away: Any,
) -> None:
    with pytest.raises(DomainError) as caught:
        store("a.pdf", BytesIO(PDF), 999)
    assert caught.value.code == "storage_full"
    with pytest.raises(OSError, match="endpoint"):
        away.delete("documents/a.pdf")
    with pytest.raises(DomainError) as caught:
        serve(HttpRequest(), Served("a.pdf", "documents/a.pdf", "application/pdf"))
    assert caught.value.code == "unavailable"
    assert caught.value.retry_after


def test_a_bucket_that_hangs_holds_nobody_for_minutes(away: Any) -> None:
    config = away.connection.meta.client.meta.config
    longest = (config.connect_timeout + config.read_timeout) * 2
    assert longest <= 30
    assert config.retries["total_max_attempts"] <= 2


def test_uploads_to_the_bucket_that_were_never_completed_are_aborted(
    bucket: Any,
) -> None:
    client = bucket.connection.meta.client
    client.create_multipart_upload(Bucket="ems", Key="documents/half.pdf")
    # The stand-in dates every upload into 2010.
    assert bucket.sweep_incoming(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert bucket.sweep_incoming(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket="ems")


def test_the_disk_gives_its_own_path(disk: DurableStorage) -> None:
    name = default_storage.save("a.bin", ContentFile(b"1"))
    with local_copy(name) as path:
        assert path == Path(default_storage.path(name))
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError), local_copy(name):
        pass
