"""Where the bytes of attachments live: one interface; local disk here, S3 next door."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from mms_core.config import Settings
from mms_core.errors import Answerable, NotFound
from mms_core.i18n import lazy_gettext as _

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*){1,4}")
LONGEST_KEY = 200  # characters


class StorageDown(Answerable):
    """The place where files are kept cannot be reached or is full; nothing was lost."""

    status = 503
    slug = "outage"


class Storage(Protocol):
    """A place for immutable files, each under a key such as `7/3f9c…e1.jpg`."""

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> None:
        """Keep all of the stream under the key, wholly or not at all; raises StorageDown."""

    def open(self, key: str) -> BinaryIO:
        """Open a kept file for reading; the stream can seek. Raises NotFound, StorageDown."""

    def copy(self, key: str, target: str) -> None:
        """Keep the same bytes under a second key too; raises NotFound, StorageDown."""

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""

    def exists(self, key: str) -> bool:
        """Say whether a file is kept under the key."""

    def size(self, key: str) -> int:
        """Give the number of bytes; raises NotFound."""

    def older(self, prefix: str, *, than: datetime) -> Iterator[str]:
        """Give the keys under a prefix ("" for all) that were written before a moment."""

    def check(self) -> None:
        """Prove that files can be written, for `mms doctor`; raises StorageDown."""


def new_key(prefix: str, suffix: str = "") -> str:
    """Make a key that nobody can guess: the prefix, 32 hexadecimal digits, the suffix."""
    return checked(f"{prefix}/{secrets.token_hex(16)}{suffix}")


def checked(key: str) -> str:
    """Let a well-formed key through; ValueError for one that could leave its folder."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


def gone() -> NotFound:
    """Make the answer for a file that is no longer kept."""
    return NotFound(_("This file is no longer here."))


def down() -> StorageDown:
    """Make the answer for a store that does not work now."""
    return StorageDown(
        _(
            "Files cannot be saved or opened right now."
            " Nothing is lost; please try again in a few minutes."
        )
    )


class LocalDisk:
    """Files in a folder of this machine, readable by the application's user alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Give the file's place: `7/3f/3f9c…e1.jpg`, so that no folder grows without end."""
        *folders, last = checked(key).split("/")
        return self.root.joinpath(*folders, last[:2], last)

    def put(self, key: str, stream: BinaryIO, *, content_type: str) -> None:  # noqa: ARG002 - S3 needs the type
        """Write a draft, flush it to the disk, then give it its name in one move."""
        path = self.path(key)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                shutil.copyfileobj(stream, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise down() from error

    def open(self, key: str) -> BinaryIO:
        """Open the file."""
        try:
            return self.path(key).open("rb")
        except FileNotFoundError as error:
            raise gone() from error
        except OSError as error:
            raise down() from error

    def copy(self, key: str, target: str) -> None:
        """Give the same bytes a second name: a hard link, or a copy where links are refused."""
        place = self.path(target)
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.link(self.path(key), place)
        except FileExistsError:
            return
        except FileNotFoundError as error:
            raise gone() from error
        except OSError:
            with self.open(key) as stream:
                self.put(target, stream, content_type="")

    def delete(self, key: str) -> None:
        """Remove the file."""
        self.path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Say whether the file is there."""
        return self.path(key).is_file()

    def size(self, key: str) -> int:
        """Give the number of bytes."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError as error:
            raise gone() from error

    def older(self, prefix: str, *, than: datetime) -> Iterator[str]:
        """Walk the folder of the prefix; an unfinished draft counts too."""
        for path in sorted((self.root / prefix).rglob("*")):
            if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < than:
                yield "/".join((*path.relative_to(self.root).parts[:-2], path.name))

    def check(self) -> None:
        """Write and remove a small file."""
        probe = self.root / f"probe.{secrets.token_hex(4)}"
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe.write_bytes(b"mms")
            probe.unlink()
        except OSError as error:
            raise down() from error


def storage_for(settings: Settings) -> Storage:
    """Give the installation's storage: S3 when a bucket is set, else the folder of the files."""
    if not settings.s3_bucket:
        return LocalDisk(settings.files_dir)
    from mms_core.files.s3 import S3

    return S3(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
