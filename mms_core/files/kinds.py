"""The types of file that are welcome, known by their content and never by their name."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

import puremagic

from mms_core.errors import Invalid
from mms_core.files.names import ending
from mms_core.i18n import gettext as _

HEAD = 4096  # bytes that are enough to know a type
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
UNPACKED = 200_000_000  # bytes that a document may have when unpacked
PARTS = 2_000  # files that a document may be packed of
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)
CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D})


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A welcome type: what it is called on the wire and on disk."""

    content_type: str
    suffix: str
    word: str  # as a page calls it
    pillow: str | None = None  # the decoder's name, for pictures
    max_pixels: int = 0


# A JPEG can be decoded at a fraction of its size; the others need their whole area in memory.
JPEG = Kind(
    content_type="image/jpeg", suffix=".jpg", word="JPEG", pillow="JPEG", max_pixels=60_000_000
)
PNG = Kind(content_type="image/png", suffix=".png", word="PNG", pillow="PNG", max_pixels=20_000_000)
WEBP = Kind(
    content_type="image/webp", suffix=".webp", word="WebP", pillow="WEBP", max_pixels=20_000_000
)
PDF = Kind(content_type="application/pdf", suffix=".pdf", word="PDF")
TEXT = Kind(content_type="text/plain; charset=utf-8", suffix=".txt", word="TXT")
ODT = Kind(content_type="application/vnd.oasis.opendocument.text", suffix=".odt", word="ODT")
DOCX = Kind(
    content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    suffix=".docx",
    word="DOCX",
)
WELCOME = (JPEG, PNG, WEBP, PDF, TEXT, DOCX, ODT)
WORDS = {kind.content_type: kind.word for kind in WELCOME}
ACCEPT = ",".join(kind.suffix for kind in WELCOME) + ",.jpeg"  # for the file field's accept


def sniff(stream: BinaryIO, name: str) -> Kind:
    """Tell the type of a file by its content; Invalid with words when it is not welcome."""
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        raise Invalid(_("This file is empty."))
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Invalid(
            _(
                "This picture is in the HEIC format, which most computers cannot open."
                " Please save or share it as JPEG and attach it again."
            )
        )
    kind = _picture_or_pdf(head) or _document(stream, head) or _text(stream, name)
    if kind is None:
        raise unwelcome()
    return kind


def unwelcome() -> Invalid:
    """Make the answer for a type that is not taken: it says which types are."""
    return Invalid(
        _(
            "A file of this type cannot be attached. Welcome are pictures (JPEG, PNG, WebP),"
            " PDF, text (TXT) and documents (DOCX, ODT)."
        )
    )


def _picture_or_pdf(head: bytes) -> Kind | None:
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return None
    return next((kind for kind in (JPEG, PNG, WEBP, PDF) if kind.content_type in found), None)


def _document(stream: BinaryIO, head: bytes) -> Kind | None:
    """Look into the package: every DOCX, ODT and JAR begins like any other ZIP."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Invalid(_("This document is too large when it is unpacked."))
            return _package_kind(package, {part.filename for part in parts})
    except BROKEN as error:
        raise Invalid(
            _("This document is damaged; please save it anew and attach it again.")
        ) from error


def _package_kind(package: zipfile.ZipFile, names: set[str]) -> Kind | None:
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise Invalid(_("This document contains macros; please save it without them or as PDF."))
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return DOCX
    if "mimetype" in names and package.getinfo("mimetype").file_size < HEAD:
        return (
            ODT if package.read("mimetype").decode("latin-1").strip() == ODT.content_type else None
        )
    return None


def _text(stream: BinaryIO, name: str) -> Kind | None:
    """Take what is called .txt and reads as UTF-8; a script or a page by another name is not."""
    if ending(name) != TEXT.suffix:
        return None
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(64 * 1024):
            if len(chunk.translate(None, CONTROLS)) != len(chunk):
                return None
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return TEXT
