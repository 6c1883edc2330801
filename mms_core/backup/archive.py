"""The archive: a tar file of the dump and the files, and a manifest with the hash of each.

The manifest stands at its end, when all hashes are known. The archive is written under another
name and gets its own when it is whole, readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

MANIFEST, DUMP, FILES, KEY = "manifest.json", "database.dump", "files/", "secrets.json"
FORMAT = 1
BLOCK = 1024 * 1024  # bytes


class BackupError(RuntimeError):
    """A backup that cannot be made or put back; the message says why and what to do."""

    def __init__(self, said: str, *, cause: str = "") -> None:
        super().__init__(said)
        self.cause = cause  # a name that pages have words for


@dataclass(kw_only=True)
class Manifest:
    """What an archive says of itself; `members` maps a name to bytes and SHA-256."""

    made_at: str
    version: str
    postgres: int
    key: str  # the fingerprint of the installation's key
    revisions: dict[str, str]  # of the tables, by schema
    rows: dict[str, int]  # how many there were, for whoever looks
    format: int = FORMAT
    members: dict[str, dict[str, Any]] = field(default_factory=dict)


class Hashing(io.RawIOBase):
    """Reads a stream and hashes what passes."""

    def __init__(self, inner: BinaryIO) -> None:
        self.inner = inner
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        part = self.inner.read(size)
        self.hash.update(part)
        return part


class Writer:
    """Adds members to an archive and notes their hashes."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.tar, self.manifest = tar, manifest

    def add(self, name: str, stream: BinaryIO, *, size: int) -> None:
        """Add a member of `size` bytes."""
        head, hashing = tarfile.TarInfo(name), Hashing(stream)
        head.size, head.mode = size, 0o600
        self.tar.addfile(head, hashing)
        self.manifest.members[name] = {"bytes": size, "sha256": hashing.hash.hexdigest()}


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write an archive; it is there under its name only when it is whole."""
    if target.exists():
        raise BackupError(f"{target} is there already; a backup never overwrites another.")
    draft = target.with_name(f"{target.name}.draft")
    try:
        draft.touch(mode=0o600)
        with tarfile.open(draft, "w") as tar:
            yield Writer(tar, manifest)
            _add_manifest(tar, manifest)
        draft.replace(target)
    except OSError as problem:
        raise BackupError(f"{target} cannot be written: {problem}") from problem
    finally:
        draft.unlink(missing_ok=True)


def _add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    head = tarfile.TarInfo(MANIFEST)
    head.size, head.mode = len(text), 0o600
    tar.addfile(head, io.BytesIO(text))


@contextmanager
def reading(source: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """Open an archive that has been checked whole: every member against its hash.

    Raises BackupError when it is none, was cut off, or was changed.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _manifest(tar)
            _check(tar, manifest)
            yield tar, manifest
    except (OSError, tarfile.TarError) as problem:
        raise BackupError(f"{source} is no whole backup: {problem}") from problem


def _manifest(tar: tarfile.TarFile) -> Manifest:
    names = tar.getnames()
    if MANIFEST not in names:
        raise BackupError("The archive has no manifest: it is no backup, or was cut off.")
    found = json.loads(stream_of(tar, MANIFEST).read())
    if found.get("format") != FORMAT:
        raise BackupError("The archive was made by another version of MMS; use that version.")
    return Manifest(**found)


def _check(tar: tarfile.TarFile, manifest: Manifest) -> None:
    there = {name for name in tar.getnames() if name != MANIFEST}
    if there != set(manifest.members):
        odd = ", ".join(sorted(there ^ set(manifest.members))[:3])
        raise BackupError(f"The archive and its manifest differ: {odd}.")
    for name, noted in manifest.members.items():
        found, stream = hashlib.sha256(), stream_of(tar, name)
        while part := stream.read(BLOCK):
            found.update(part)
        if found.hexdigest() != noted["sha256"]:
            raise BackupError(f"{name} in the archive is damaged: its hash is not the noted one.")


def stream_of(tar: tarfile.TarFile, name: str) -> BinaryIO:
    """Open a member; BackupError when it is no ordinary file."""
    stream = tar.extractfile(name)
    if stream is None:
        raise BackupError(f"{name} in the archive is no ordinary file.")
    return stream  # type: ignore[return-value]  # a reader of bytes, as typeshed nearly says
