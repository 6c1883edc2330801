"""Pictures are drawn anew: what a camera or a stranger hid in the file stays behind."""

from __future__ import annotations

import io
import struct
import threading
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from mms_core.errors import Invalid
from mms_core.files.kinds import JPEG, Kind
from mms_core.i18n import gettext as _
from mms_core.i18n import locale

LONGEST = 3072  # px of the longer side that is kept
DRAFT = LONGEST * 5 // 8  # px of each side down to which a JPEG may be decoded smaller at once
THUMBNAILS = (320, 960)  # px of the longer side
SAVING: dict[str, dict[str, int]] = {
    "JPEG": {"quality": 85},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 82, "method": 4},
}
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)  # what decoders raise
# Small blocks go back to the system after use; with Pillow's 16 MB ones a worker keeps 40 MB more.
Image.core.set_block_size(64 * 1024)  # type: ignore[attr-defined]  # untyped, but documented
_one_at_a_time = threading.BoundedSemaphore()  # a picture takes some 100 MB while it is drawn


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture drawn anew: its bytes, its size in px, its thumbnails (WebP) by edge."""

    data: bytes
    width: int
    height: int
    thumbnails: dict[int, bytes]


def redraw(stream: BinaryIO, *, kind: Kind) -> Picture:
    """Decode a picture, turn it upright, and save only what is seen, without EXIF, XMP or IPTC.

    Invalid when it is damaged or has more pixels than `kind.max_pixels`, which is
    looked up before anything is decoded.
    """
    with _one_at_a_time:
        clean = _decoded(stream, kind=kind)
        data = _saved(clean, kind.pillow or "")
        width, height = clean.size
        return Picture(data=data, width=width, height=height, thumbnails=_thumbnails(clean))


def _decoded(stream: BinaryIO, *, kind: Kind) -> Image.Image:
    stream.seek(0)
    try:
        with Image.open(stream, formats=[kind.pillow or ""]) as image:
            _bounded(image, kind=kind)
            image.draft("RGB", (DRAFT, DRAFT))
            image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
            return _bare(image, kind=kind)
    except Image.DecompressionBombError as error:
        raise _too_many(kind) from error
    except BROKEN as error:
        raise Invalid(
            _("This picture is damaged and cannot be opened; please attach it again.")
        ) from error


def edges(width: int, height: int) -> tuple[int, ...]:
    """Say which thumbnails a picture of this size has: the smallest always, larger as needed."""
    return THUMBNAILS[:1] + tuple(e for e in THUMBNAILS[1:] if max(width, height) > THUMBNAILS[0])


def _bounded(image: Image.Image, *, kind: Kind) -> None:
    if image.width * image.height > kind.max_pixels:
        raise _too_many(kind, image.size)


def _too_many(kind: Kind, size: tuple[int, int] | None = None) -> Invalid:
    from babel.numbers import format_decimal

    def millions(pixels: int) -> str:
        return format_decimal(round(pixels / 1_000_000, 1), locale=locale())

    if size is None:
        text = _(
            "This picture has too many pixels; at most %(limit)s million are taken.",
            limit=millions(kind.max_pixels),
        )
        return Invalid(text)
    return Invalid(
        _(
            "This picture has %(found)s million pixels; at most %(limit)s million are taken."
            " Please make it smaller and attach it again.",
            found=millions(size[0] * size[1]),
            limit=millions(kind.max_pixels),
        )
    )


def _bare(image: Image.Image, *, kind: Kind) -> Image.Image:
    """Give the pixels alone, upright and in sRGB, with no word of where they come from."""
    upright = _srgb(ImageOps.exif_transpose(image))  # always a new picture
    seen_through = kind is not JPEG and upright.has_transparency_data
    mode = "RGBA" if seen_through else "L" if upright.mode in {"1", "L"} else "RGB"
    bare = upright if upright.mode == mode else upright.convert(mode)
    bare.info = {}
    return bare


def _srgb(image: Image.Image) -> Image.Image:
    """Bring the colours of a camera's own profile to the one that every screen knows."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        turned = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return image  # an unreadable profile: slightly wrong colours are better than no picture
    return turned or image


def _thumbnails(image: Image.Image) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for edge in sorted(edges(image.width, image.height), reverse=True):
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        found[edge] = _saved(image, "WEBP", quality=75)
    return found


def _saved(image: Image.Image, pillow: str, *, quality: int | None = None) -> bytes:
    options = SAVING[pillow] | ({"quality": quality} if quality else {})
    target = io.BytesIO()
    image.save(target, pillow, **options)
    return target.getvalue()
