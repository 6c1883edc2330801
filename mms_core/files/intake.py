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
from mms_core.files import recordings
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
    recording_bytes: int = 0  # of a video or a sound; 0: none is taken

    @property
    def accept(self) -> str:
        """What the file field offers, so that a phone shows what we take."""
        return f"{ACCEPT},{recordings.ACCEPT}" if self.recording_bytes else ACCEPT

    @property
    def words(self) -> str:
        """Say the limits and the welcome types, as the file field's help."""
        text: str = ngettext(
            "At most %(num)d file of up to %(size)s: JPEG, PNG, WebP, PDF, TXT, DOCX or ODT.",
            "At most %(num)d files of up to %(size)s each: JPEG, PNG, WebP, PDF, TXT, DOCX or ODT.",
            self.max_files,
            size=size_words(self.max_bytes),
        )
        if not self.recording_bytes:
            return text
        more = _(
            "A video (MP4 with H.264, WebM) or a sound (M4A, MP3, OGG) may have %(size)s.",
            size=size_words(self.recording_bytes),
        )
        return f"{text} {more}"

    @property
    def most_bytes(self) -> int:
        """The bytes that any file may have, whatever it turns out to be."""
        return max(self.max_bytes, self.recording_bytes)

    @classmethod
    def of(cls, settings: Settings, *, recordings: bool = False) -> Limits:
        """Read the limits of the installation."""
        return cls(
            max_bytes=settings.max_file_mb * 1_000_000,
            max_files=settings.max_files,
            recording_bytes=settings.max_recording_mb * 1_000_000 if recordings else 0,
        )


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
        size = _measure(stream, draft, most=limits.most_bytes)
        ready = _prepare(draft, name, recordings_too=bool(limits.recording_bytes))
        if size > limits.max_bytes and not recordings.is_recording(ready.kind.content_type):
            raise _too_big(size, limits.max_bytes)
        return _keep(ready, name, storage=storage, prefix=prefix)


def discard(stored: Stored, *, storage: Storage) -> None:
    """Remove a file with its thumbnails."""
    storage.delete(stored.key)
    for edge in stored.thumbnails:
        storage.delete(stored.thumbnail_key(edge))


def _measure(stream: IO[bytes], draft: BinaryIO, *, most: int) -> int:
    """Copy the upload to the draft; past the limit count only, to name its size."""
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size <= most:
            draft.write(chunk)
    if size > most:
        raise _too_big(size, most)
    return size


def _too_big(size: int, most: int) -> Invalid:
    return Invalid(
        _(
            "This file is too big: it is %(found)s, and at most %(limit)s can be attached.",
            found=size_words(size),
            limit=size_words(most),
        )
    )


def _prepare(draft: BinaryIO, name: str, *, recordings_too: bool) -> _Ready:
    known = recordings.recognise(draft) if recordings_too else None
    kind = known or sniff(draft, name)
    if kind.pillow:
        from mms_core.files.pictures import redraw  # Pillow costs a worker 5 MB: at need

        picture = redraw(draft, kind=kind)
        digest = hashlib.sha256(picture.data).hexdigest()
        return _Ready(kind=kind, body=io.BytesIO(picture.data), picture=picture, digest=digest)
    if kind in (recordings.MP4, recordings.M4A):
        recordings.without_place(draft)
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
