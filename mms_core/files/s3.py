"""Files in an S3-compatible store; boto3 is imported only where one is used."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mms_core.files.storage import checked, down, gone, new_key

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client

MISSING = {"404", "NoSuchKey", "NotFound"}
PATIENCE = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"max_attempts": 2, "mode": "standard"},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",  # stores other than Amazon's know no trailers
    response_checksum_validation="when_required",
)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn the store's errors into the house's two: the file is gone, or the store is down."""
    try:
        yield
    except ClientError as error:
        raise (gone() if error.response["Error"]["Code"] in MISSING else down()) from error
    except BotoCoreError as error:
        raise down() from error


class S3:
    """A bucket that the administrator made; the application neither creates nor lists buckets."""

    def __init__(
        self, *, endpoint: str | None, bucket: str, access_key: str | None, secret_key: str | None
    ) -> None:
        self.endpoint = endpoint
        self.bucket = bucket
        self._keys = (access_key, secret_key)

    @cached_property
    def client(self) -> S3Client:
        """Make the connection at the first use."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self._keys[0],
            aws_secret_access_key=self._keys[1],
            region_name="us-east-1",
            config=PATIENCE,
        )

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> None:
        """Send the stream; the store shows the file only when all of it has arrived."""
        with _answering():
            self.client.put_object(
                Bucket=self.bucket, Key=checked(key), Body=stream, ContentType=content_type
            )

    def open(self, key: str) -> BinaryIO:
        """Open the file; bytes travel when they are read, from where the reader stands."""
        return cast("BinaryIO", io.BufferedReader(_Remote(self, key), buffer_size=64 * 1024))

    def copy(self, key: str, target: str) -> None:
        """Let the store copy the file; the bytes do not travel."""
        source = {"Bucket": self.bucket, "Key": checked(key)}
        with _answering():
            self.client.copy_object(
                Bucket=self.bucket,
                Key=checked(target),
                CopySource={"Bucket": source["Bucket"], "Key": source["Key"]},
            )

    def delete(self, key: str) -> None:
        """Remove the file."""
        with _answering():
            self.client.delete_object(Bucket=self.bucket, Key=checked(key))

    def exists(self, key: str) -> bool:
        """Say whether the file is there."""
        try:
            with _answering():
                self.client.head_object(Bucket=self.bucket, Key=checked(key))
        except type(gone()):
            return False
        return True

    def size(self, key: str) -> int:
        """Give the number of bytes."""
        with _answering():
            return self.client.head_object(Bucket=self.bucket, Key=checked(key))["ContentLength"]

    def older(self, prefix: str, *, than: datetime) -> Iterator[str]:
        """Ask the store page by page."""
        pages = self.client.get_paginator("list_objects_v2")
        with _answering():
            for page in pages.paginate(Bucket=self.bucket, Prefix=f"{prefix}/" if prefix else ""):
                for item in page.get("Contents", []):
                    if item["LastModified"] < than:
                        yield item["Key"]

    def check(self) -> None:
        """Write and remove a small file."""
        key = new_key("probe")
        self.put(key, io.BytesIO(b"mms"), content_type="text/plain")
        self.delete(key)

    def body(self, key: str, *, start: int) -> StreamingBody:
        """Ask for the bytes from one place to the end."""
        with _answering():
            answer = self.client.get_object(
                Bucket=self.bucket, Key=checked(key), Range=f"bytes={start}-"
            )
        return answer["Body"]


class _Remote(io.RawIOBase):
    """A file in the store that can seek: it asks anew only when the place has changed."""

    def __init__(self, store: S3, key: str) -> None:
        self._store, self._key = store, key
        self._size = store.size(key)
        self._at = 0
        self._body: StreamingBody | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can seek."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place, which costs nothing until the next read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset != self._at:
            self._at = base + offset
            self._drop()
        return self._at

    def tell(self) -> int:
        """Say where it stands."""
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer, or give 0 at the end."""
        view = memoryview(buffer)
        if self._at >= self._size:
            return 0
        if self._body is None:
            self._body = self._store.body(self._key, start=self._at)
        with _answering():
            data = self._body.read(len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Let the connection go."""
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
