"""Files in a bucket of S3 or of what speaks like it; loaded only where ``STORAGE=s3``."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from core.files.storages import PIECE, Incoming

UNKNOWN = {"404", "NoSuchKey", "NotFound"}
# A bucket that hangs holds a thread of the web server for so long, and not for five minutes.
PATIENCE = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
)


class StoredWrongError(OSError):
    """The store does not hold what was sent to it."""


@contextmanager
def as_file_errors(name: str) -> Iterator[None]:
    """The bucket's errors as those of a file."""
    try:
        yield
    except ClientError as error:
        is_gone = error.response.get("Error", {}).get("Code") in UNKNOWN
        raise (FileNotFoundError(name) if is_gone else OSError(str(error))) from error
    except BotoCoreError as error:
        raise OSError(str(error)) from error


class VerifiedS3Storage(S3Storage):  # type: ignore[misc]
    """Files in a bucket: kept only when the bucket says that it has all of it."""

    client_config: Config

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_config = self.client_config.merge(PATIENCE)

    def exists(self, name: str) -> bool:
        """Asked before each write; raises OSError when the bucket does not answer."""
        with as_file_errors(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Raises OSError when the bucket does not answer."""
        with as_file_errors(name):
            super().delete(name)

    def incoming(self) -> Incoming:
        """On this machine, until it is sent."""
        place = settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir()
        return Incoming(Path(place))

    def _save(self, name: str, content: "File[Any]") -> str:
        size = content.size
        try:
            kept: str = super()._save(name, content)
            # A bucket may answer and lack a part: nothing is believed that was not measured
            # (docs/threats.md#f49).
            if self.size(kept) == size:
                return kept
            self.delete(kept)
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise OSError(str(error)) from error
        raise StoredWrongError(f"{kept}: the bucket does not hold what was sent")

    def size(self, name: str) -> int:
        """Asked of the bucket, never remembered."""
        return int(self._head(name)["ContentLength"])

    def _head(self, name: str) -> dict[str, Any]:
        client = self.connection.meta.client
        with as_file_errors(name):
            return dict(client.head_object(Bucket=self.bucket_name, Key=name))

    def stream(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Read from the bucket as it is sent on, never all of it into memory."""
        client = self.connection.meta.client
        span = {"Range": f"bytes={start}-{start + length - 1}"} if length else {}
        with as_file_errors(name):
            answer = client.get_object(Bucket=self.bucket_name, Key=name, **span)
        pieces: Iterator[bytes] = answer["Body"].iter_chunks(PIECE)
        return pieces

    def sweep_incoming(self, before: datetime) -> int:
        """Parts of uploads that were never completed cost money and are shown nowhere."""
        client, removed = self.connection.meta.client, 0
        pages = client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.bucket_name):
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before:
                    client.abort_multipart_upload(
                        Bucket=self.bucket_name,
                        Key=upload["Key"],
                        UploadId=upload["UploadId"],
                    )
                    removed += 1
        return removed
