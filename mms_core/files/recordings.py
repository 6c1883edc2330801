"""Video and sound that a hall adds to an answer, known by their content; nothing is recoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from mms_core.errors import Invalid
from mms_core.files.kinds import Kind
from mms_core.i18n import gettext as _

MP4 = Kind(content_type="video/mp4", suffix=".mp4", word="MP4")
WEBM = Kind(content_type="video/webm", suffix=".webm", word="WebM")
M4A = Kind(content_type="audio/mp4", suffix=".m4a", word="M4A")
MP3 = Kind(content_type="audio/mpeg", suffix=".mp3", word="MP3")
OGG = Kind(content_type="audio/ogg", suffix=".ogg", word="OGG")
RECORDINGS = (MP4, WEBM, M4A, MP3, OGG)
WORDS = {kind.content_type: kind.word for kind in RECORDINGS}
ACCEPT = ",".join(kind.suffix for kind in RECORDINGS)

BOXES, INDEX = 200, 16_000_000  # parts of an MP4 that are walked, bytes of its index that are read
EBML = b"\x1a\x45\xdf\xa3"
HEAD = 64 * 1024
NOTED = (b"udta", b"meta", b"uuid")  # parts of an MP4 that have words about it, and no picture
VIDEO_CODECS = (b"V_VP8", b"V_VP9", b"V_AV1")
TONES = (b"OpusHead", b"\x01vorbis")
NO_LAYER = 0  # what an MPEG frame's header may not say


def recognise(stream: BinaryIO) -> Kind | None:
    """Tell which recording a file is; None for something else, Invalid for one nobody can play."""
    stream.seek(0)
    head = stream.read(HEAD)
    if head[4:8] == b"ftyp":
        return _mp4(stream)
    if head.startswith(EBML):
        return WEBM if b"webm" in head[:64] and any(name in head for name in VIDEO_CODECS) else None
    if head.startswith(b"OggS"):
        return OGG if any(name in head[:256] for name in TONES) else None
    return MP3 if head.startswith(b"ID3") or _is_frame(head) else None


def is_recording(content_type: str) -> bool:
    """Tell whether a content type is one of ours that is played, not read."""
    return content_type in WORDS


def _is_frame(head: bytes) -> bool:
    """Tell whether bytes begin with a frame of MPEG sound: eleven set bits, layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    layer, rate, sampling = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return layer == 1 and rate not in (NO_LAYER, 15) and sampling != 3


def _mp4(stream: BinaryIO) -> Kind:
    """Look into the index of an MP4: whether it has pictures, and in which format."""
    index = _index(stream)
    if index is None:
        raise Invalid(_("This recording is damaged; please save it anew and attach it again."))
    if b"hvc1" in index or b"hev1" in index:
        raise Invalid(
            _(
                "This video is in the HEVC format, which many phones cannot play."
                " Record it as “most compatible” (H.264) and attach it again."
            )
        )
    return MP4 if b"vide" in index else M4A


def _index(stream: BinaryIO) -> bytes | None:
    for name, start, size in _boxes(stream):
        if name == b"moov" and size <= INDEX:
            stream.seek(start)
            return stream.read(size)
    return None


def without_place(stream: BinaryIO) -> None:
    """Blank what a phone notes beside a recording: where it was made, by whom, with which device.

    The parts stay as free space of the same length, so that nothing has to be moved.
    """
    for start, size in list(_noted(stream)):
        stream.seek(start + 4)
        stream.write(b"free" + bytes(size - 8))


def _noted(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """Find the notes of an MP4: of the file, of its index, and of each track."""
    inside = [(0, stream.seek(0, 2))]
    for first, end in inside:
        for name, start, size in _boxes(stream, first, end):
            if name in NOTED:
                yield start, size
            elif name in (b"moov", b"trak"):
                inside.append((start + 8, start + size))


def _boxes(
    stream: BinaryIO, place: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int]]:
    """Walk the parts of an MP4 between two places: name, where each begins, and its bytes."""
    end = stream.seek(0, 2) if end is None else end
    for _count in range(BOXES):
        stream.seek(place)
        header = stream.read(16)
        if len(header) < 8:
            return
        size, name = struct.unpack(">I4s", header[:8])
        if size == 1 and len(header) == 16:
            size = struct.unpack(">Q", header[8:])[0]
        size = size or end - place
        if size < 8 or place + size > end:
            return
        yield name, place, size
        place += size
