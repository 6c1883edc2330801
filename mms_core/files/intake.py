"""Taking an uploaded file in: measured, recognised, cleaned and kept, or refused with words."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from mms_core.config import Settings
from mms_core.errors import Invalid
from mms_core.files.kinds import ACCEPT, Kind, sniff
from mms_core.files.names import display_name, size_words
from mms_core.files.storage import Storage, StorageDown, new_key
from mms_core.files.stored import Stored
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext

if TYPE_CHECKING:
    from mms_core.files.pictures import Picture

CHUNK = 256 * 1024  # bytes read at a time


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one form may bring: bytes of a file, number of files."""

    max_bytes: int = 10_000_000
    max_files: int = 5

    accept: str = ACCEPT  # for the file field, so that a phone offers what we take

    @property
    def words(self) -> str:
        """Say the limits and the welcome types, as the file field's help."""
        text: str = ngettext(
            "At most %(num)d file of up to %(size)s: JPEG, PNG, WebP, PDF, TXT, DOCX or ODT.",
            "At most %(num)d files of up to %(size)s each: JPEG, PNG, WebP, PDF, TXT, DOCX or ODT.",
            self.max_files,
            size=size_words(self.max_bytes),
        )
        return text

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Read the limits of the installation."""
        return cls(max_bytes=settings.max_file_mb * 1_000_000, max_files=settings.max_files)


class Upload(Protocol):
    """What a form brings; werkzeug's FileStorage is one."""

    filename: str | None

    @property
    def stream(self) -> IO[bytes]:
        """The bytes."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a form's files: those kept, and a sentence for each that was not."""

    accepted: tuple[Stored, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A file that may be kept."""

    kind: Kind
    body: BinaryIO
    digest: str
    picture: Picture | None = None


def receive(
    uploads: Iterable[Upload], *, storage: Storage, prefix: str, limits: Limits, already: int = 0
) -> Received:
    """Take a form's files in one by one; a bad one does not spoil the others.

    `already` counts the files kept from an earlier try. A store that is down is a problem
    like any other: the form comes back with every word typed.
    """
    named = [upload for upload in uploads if upload.filename]
    room = max(limits.max_files - already, 0)
    accepted, problems = [], []
    for upload in named[:room]:
        try:
            accepted.append(
                take(
                    upload.stream,
                    upload.filename or "",
                    storage=storage,
                    prefix=prefix,
                    limits=limits,
                )
            )
        except (Invalid, StorageDown) as refusal:
            problems.append(f"{display_name(upload.filename or '')}: {refusal.message}")
    if len(named) > room:
        problems.append(_too_many(limits, [upload.filename or "" for upload in named[room:]]))
    return Received(accepted=tuple(accepted), problems=tuple(problems))


def take(stream: IO[bytes], name: str, *, storage: Storage, prefix: str, limits: Limits) -> Stored:
    """Take one file in and keep it under a new key of the prefix.

    Raises Invalid with a sentence for each cause (too big, empty, wrong type,
    damaged, too many pixels) and StorageDown; nothing is kept then.
    """
    with tempfile.TemporaryFile() as draft:
        _measure(stream, draft, limits=limits)
        ready = _prepare(draft, name)
        return _keep(ready, name, storage=storage, prefix=prefix)


def discard(stored: Stored, *, storage: Storage) -> None:
    """Remove a file with its thumbnails."""
    storage.delete(stored.key)
    for edge in stored.thumbnails:
        storage.delete(stored.thumbnail_key(edge))


def _measure(stream: IO[bytes], draft: BinaryIO, *, limits: Limits) -> None:
    """Copy the upload to the draft; past the limit count only, to name its size."""
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size <= limits.max_bytes:
            draft.write(chunk)
    if size > limits.max_bytes:
        raise Invalid(
            _(
                "This file is too big: it is %(found)s, and at most %(limit)s can be attached.",
                found=size_words(size),
                limit=size_words(limits.max_bytes),
            )
        )


def _prepare(draft: BinaryIO, name: str) -> _Ready:
    kind = sniff(draft, name)
    if kind.pillow:
        from mms_core.files.pictures import redraw  # Pillow costs a worker 5 MB: at need

        picture = redraw(draft, kind=kind)
        digest = hashlib.sha256(picture.data).hexdigest()
        return _Ready(kind=kind, body=io.BytesIO(picture.data), picture=picture, digest=digest)
    body: BinaryIO = draft
    if kind.content_type == "application/pdf":
        from mms_core.files.pdf import quieted

        body = quieted(draft)
    body.seek(0)
    return _Ready(kind=kind, body=body, digest=_digest(body))


def _digest(body: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := body.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _keep(ready: _Ready, name: str, *, storage: Storage, prefix: str) -> Stored:
    picture = ready.picture
    size = ready.body.seek(0, io.SEEK_END)
    ready.body.seek(0)
    stored = Stored(
        key=new_key(prefix, ready.kind.suffix),
        name=display_name(name, suffix=ready.kind.suffix),
        content_type=ready.kind.content_type,
        size=size,
        sha256=ready.digest,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        thumbnails=tuple(sorted(picture.thumbnails)) if picture else (),
    )
    for edge, small in (picture.thumbnails if picture else {}).items():
        storage.put(stored.thumbnail_key(edge), io.BytesIO(small), content_type="image/webp")
    storage.put(stored.key, ready.body, content_type=stored.content_type)  # last: it stands for all
    return stored


def _too_many(limits: Limits, left: list[str]) -> str:
    names = ", ".join(display_name(name) for name in left)
    text: str = ngettext(
        "At most %(num)d file can be attached; not taken: %(names)s.",
        "At most %(num)d files can be attached; not taken: %(names)s.",
        limits.max_files,
        names=names,
    )
    return text
