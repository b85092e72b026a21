"""Backup and restore: whole or refused, signed, copied once, and what a restore puts back holds."""

import gzip
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import orjson
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from moto.server import ThreadedMotoServer

from core.ledger.models import PeriodicJob
from ems.backup import BACKUP, databases
from ems.backup.bucket import BucketTarget
from ems.backup.databases import DumpError
from ems.backup.making import BackupError, keep_newest, make_backup
from ems.backup.manifest import FILES, NAME, ManifestError, read_manifest
from ems.backup.restoring import (
    DamagedError,
    backups_of,
    listed,
    manifest_of,
    restore_backup,
    verify_backup,
)
from ems.backup.stored_files import missing_files, stored_files
from ems.backup.targets import FolderTarget, Target, target_of
from ems.version import version
from tests.factories import a_change, a_document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work(cast: Any, settings: Any, tmp_path: Path) -> Any:
    """A change and a document, with the file in a store of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    a_change(cast.agus)
    return a_document(cast.agus)


@pytest.fixture
def target(tmp_path: Path) -> FolderTarget:
    """A folder of another disk."""
    return FolderTarget(tmp_path / "backups")


class Disk(FolderTarget):
    """A disk that writes something else than it is told, for names that hold a word."""

    def __init__(self, root: Path, word: str) -> None:
        super().__init__(root)
        self.word = word

    def put(self, name: str, content: Any) -> None:
        if self.word in name:
            content = io.BytesIO(b"x" + content.read()[1:])
        super().put(name, content)


def test_everything_is_there_and_signed(work: Any, target: FolderTarget) -> None:
    name = make_backup(target)
    manifest = verify_backup(target, name)
    assert manifest.engine == connection.vendor
    assert manifest.version == version()
    assert manifest.ledger["id"] > 0
    names = {part.name for part in listed(target, name)}
    assert names == set(stored_files())
    assert work.current.stored_name in names
    assert manifest.files == len(names)
    assert PeriodicJob.objects.get(name=BACKUP).ran_at is not None


def test_a_file_is_copied_once_however_many_backups_name_it(
    work: Any, target: FolderTarget, cast: Any
) -> None:
    said: list[str] = []
    make_backup(target, said.append)
    a_document(cast.agus, name="kedua.pdf")
    make_backup(target, said.append)
    make_backup(target, said.append)
    new = [line.rpartition(", ")[2] for line in said if line.startswith("files")]
    assert new[1:] == ["1 of them new", "0 of them new"]
    # Somebody removed a file of the pool: the next backup brings it back.
    (target.root / FILES / work.current.stored_name).unlink()
    verify_backup(target, make_backup(target))


def test_old_ones_are_removed_and_the_pool_stays(
    work: Any, target: FolderTarget
) -> None:
    names = [make_backup(target) for _ in range(3)]
    assert backups_of(target) == names
    assert keep_newest(target, 0) == []
    assert keep_newest(target, 1) == names[:2]
    verify_backup(target, names[2])


@pytest.mark.parametrize("word", ["database", "documents/", "files.jsonl"])
def test_a_disk_that_lies_makes_no_backup(work: Any, tmp_path: Path, word: str) -> None:
    disk = Disk(tmp_path / "lying", word)
    with pytest.raises(BackupError, match="reads otherwise"):
        make_backup(disk)
    assert backups_of(disk) == []
    assert not PeriodicJob.objects.filter(name=BACKUP).exists()


def test_what_was_damaged_later_is_named(work: Any, target: FolderTarget) -> None:
    name = make_backup(target)
    pool = target.root / FILES / work.current.stored_name
    kept = pool.read_bytes()
    pool.write_bytes(b"x" + kept[1:])
    with pytest.raises(DamagedError, match=r"\.pdf is not what was backed up"):
        verify_backup(target, name)
    pool.unlink()
    with pytest.raises(DamagedError, match=r"\.pdf is not in the backup"):
        verify_backup(target, name)
    pool.write_bytes(kept)
    verify_backup(target, name)


def test_a_manifest_that_was_changed_or_signed_by_another_is_refused(
    work: Any, target: FolderTarget, settings: Any
) -> None:
    name = make_backup(target)
    file = target.root / name / NAME
    said = orjson.loads(file.read_bytes())
    wrongs: tuple[Any, ...] = (
        said | {"manifest": said["manifest"].replace("postgresql", "sqlite") + " "},
        said | {"signature": "AAAA"},
        {"manifest": "{}"},
        [],
    )
    for wrong in wrongs:
        file.write_bytes(orjson.dumps(wrong))
        with pytest.raises(ManifestError):
            manifest_of(target, name)
    file.write_bytes(orjson.dumps(said))
    settings.RECEIPT_KEY = "A" * 43 + "="
    with pytest.raises(ManifestError, match="another key"):
        manifest_of(target, name)
    assert manifest_of(target, name, any_key=True).version == version()
    with pytest.raises(ManifestError):
        read_manifest(b"not json")


def test_without_a_manifest_there_is_no_backup(work: Any, target: FolderTarget) -> None:
    name = make_backup(target)
    (target.root / name / NAME).unlink()
    assert backups_of(target) == []
    with pytest.raises(CommandError, match="no whole backup"):
        call_command("restore", str(target.root), "--check")


def test_files_that_rows_name_and_the_store_has_not_are_found(work: Any) -> None:
    assert list(missing_files()) == []
    default_storage.delete(work.current.stored_name)
    assert list(missing_files()) == [work.current.stored_name]


def test_the_commands_say_what_they_did(
    work: Any, target: FolderTarget, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", str(target.root))
    call_command("backup", str(target.root), keep=1)
    said = capsys.readouterr().out
    assert said.count("is whole.") == 2
    assert "removed: " in said
    call_command("restore", str(target.root), "--check")
    assert "files hold." in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(target.root))
    with pytest.raises(CommandError, match="There are: 2"):
        call_command("restore", str(target.root), "--backup", "never", "--check")
    with pytest.raises(CommandError, match="no whole backup"):
        call_command("restore", str(target.root / "nowhere"))


def test_a_place_that_cannot_be_written_is_said(work: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("x")
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", str(blocked))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="pg_dump")
def test_without_the_programs_of_postgresql_a_sentence_says_so(
    work: Any, target: FolderTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DumpError, match="client programs"):
        make_backup(target)


# --- SQLite: into a file of its own -------------------------------------------------


@pytest.fixture
def elsewhere(
    work: Any, target: FolderTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A backup, and an empty place to restore it to."""
    if connection.vendor != "sqlite":
        pytest.skip(
            "tests/chaos/drills.py restores PostgreSQL into a database of its own"
        )
    make_backup(target)
    place = tmp_path / "restored" / "ems.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", str(place))
    yield place
    connection.close()


def test_a_file_that_is_in_use_is_not_replaced(
    elsewhere: Path, target: FolderTarget
) -> None:
    databases.load(target.root / backups_of(target)[-1] / "database.sqlite3")
    with closing(sqlite3.connect(elsewhere, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DumpError, match="Stop EMS first"):
            databases.load(target.root / backups_of(target)[-1] / "database.sqlite3")


def test_a_damaged_database_is_not_put_in_place(
    elsewhere: Path, target: FolderTarget
) -> None:
    name = backups_of(target)[-1]
    file = target.root / name / "database.sqlite3"
    file.write_bytes(file.read_bytes()[:4096] + b"\0" * 4096)
    with pytest.raises(DamagedError):
        restore_backup(target, name)
    assert not elsewhere.exists()


def test_another_engine_is_refused(
    elsewhere: Path, target: FolderTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(ManifestError, match="DATABASE_URL names postgresql"):
        restore_backup(target, backups_of(target)[-1])


# --- A bucket ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, settings: Any) -> Iterator[BucketTarget]:
    """An empty bucket."""
    options = settings.FILE_STORAGES["s3"]["OPTIONS"]
    keys = {"endpoint_url": s3, "access_key": "k", "secret_key": "s"}
    settings.FILE_STORAGES = settings.FILE_STORAGES | {
        "s3": {"OPTIONS": options | keys | {"region_name": "us-east-1"}}
    }
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        region_name="us-east-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
    )
    client.create_bucket(Bucket="cadangan")
    found = target_of("s3://cadangan/ems/")
    assert isinstance(found, BucketTarget)
    yield found
    for each in (client, found.client):
        each.close()


def test_a_bucket_holds_backups_as_a_folder_does(
    work: Any, bucket: Target, target: FolderTarget
) -> None:
    first, second = make_backup(bucket), make_backup(bucket)
    verify_backup(bucket, first)
    pool = [part.name for part in listed(bucket, first)]
    assert pool == list(stored_files())
    assert keep_newest(bucket, 1) == [first]
    assert backups_of(bucket) == [second]
    with pytest.raises(FileNotFoundError):
        bucket.open("nowhere")


def test_a_bucket_that_is_not_there_is_said(work: Any, bucket: Target) -> None:
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", "s3://nirgendwo/ems")


def test_checkpoints_are_backed_up_too(work: Any, target: FolderTarget) -> None:
    default_storage.save("checkpoints/000.json.gz", ContentFile(gzip.compress(b"{}")))
    name = make_backup(target)
    assert "checkpoints/000.json.gz" in {part.name for part in listed(target, name)}
