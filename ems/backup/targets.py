"""Where backups lie: a folder of another disk, or a bucket."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

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


class BucketTarget:
    """Objects of a bucket under a prefix; a long file goes in parts, each tried again by the client."""

    def __init__(self, address: str) -> None:
        self.bucket, _slash, prefix = address.partition("/")
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        stores: Any = settings.FILE_STORAGES
        keys = stores["s3"]["OPTIONS"]
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=keys["endpoint_url"],
            region_name=keys["region_name"],
            aws_access_key_id=keys["access_key"],
            aws_secret_access_key=keys["secret_key"],
        )

    def size(self, name: str) -> int | None:
        try:
            with _as_files():
                found = self.client.head_object(
                    Bucket=self.bucket, Key=self.prefix + name
                )
        except FileNotFoundError:
            return None
        return int(found["ContentLength"])

    def put(self, name: str, content: IO[bytes]) -> None:
        with _as_files():
            self.client.upload_fileobj(content, self.bucket, self.prefix + name)

    def open(self, name: str) -> IO[bytes]:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            with _as_files():
                self.client.download_fileobj(self.bucket, self.prefix + name, file)
        except OSError:
            file.close()
            raise
        file.seek(0)
        return file

    def folders(self) -> list[str]:
        with _as_files():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix, Delimiter="/"
            )
            found = [each for page in pages for each in page.get("CommonPrefixes", ())]
        names = (str(each["Prefix"]) for each in found)
        return sorted(name.removeprefix(self.prefix).strip("/") for name in names)

    def remove(self, folder: str) -> None:
        with _as_files():
            for key in list(self._keys(f"{self.prefix}{folder}/")):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for page in pages:
            yield from (str(each["Key"]) for each in page.get("Contents", ()))


@contextmanager
def _as_files() -> Iterator[None]:
    """The bucket's errors as those of a file."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        is_gone = code in {"404", "NoSuchKey", "NotFound"}
        kind = FileNotFoundError if is_gone else OSError
        raise kind(str(error)) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error
