"""Backups in a bucket; loaded only where one is named."""

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import boto3
from django.conf import settings

from core.files.s3 import as_file_errors


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
            with as_file_errors(name):
                found = self.client.head_object(
                    Bucket=self.bucket, Key=self.prefix + name
                )
        except FileNotFoundError:
            return None
        return int(found["ContentLength"])

    def put(self, name: str, content: IO[bytes]) -> None:
        with as_file_errors(name):
            self.client.upload_fileobj(content, self.bucket, self.prefix + name)

    def open(self, name: str) -> IO[bytes]:
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            with as_file_errors(name):
                self.client.download_fileobj(self.bucket, self.prefix + name, file)
        except OSError:
            file.close()
            raise
        file.seek(0)
        return file

    def folders(self) -> list[str]:
        with as_file_errors(self.bucket):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix, Delimiter="/"
            )
            found = [each for page in pages for each in page.get("CommonPrefixes", ())]
        names = (str(each["Prefix"]) for each in found)
        return sorted(name.removeprefix(self.prefix).strip("/") for name in names)

    def remove(self, folder: str) -> None:
        with as_file_errors(self.bucket):
            for key in list(self._keys(f"{self.prefix}{folder}/")):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for page in pages:
            yield from (str(each["Key"]) for each in page.get("Contents", ()))
