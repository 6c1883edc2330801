"""What becomes of a file that a citizen attaches: kept clean, or refused with words."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, PngImagePlugin
from werkzeug.datastructures import FileStorage

from mms_core.errors import Invalid
from mms_core.files.intake import Limits, receive, take
from mms_core.files.storage import LocalDisk
from mms_core.files.stored import Stored

LIMITS = Limits(max_bytes=1_000_000, max_files=3)
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(2000)


@pytest.fixture
def storage(tmp_path: Path) -> LocalDisk:
    return LocalDisk(tmp_path)


def kept(storage: LocalDisk, data: bytes, name: str, limits: Limits = LIMITS) -> Stored:
    return take(io.BytesIO(data), name, storage=storage, prefix="7", limits=limits)


def picture(pillow: str = "JPEG", size: tuple[int, int] = (1200, 800), **saving: object) -> bytes:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    target = io.BytesIO()
    image.save(target, pillow, **saving)
    return target.getvalue()


def named(value: str | bytes) -> str:
    """Name a case without its bytes: a ZIP file holds the time, and the names must be the same."""
    return value if isinstance(value, str) else "bytes"


def package(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return target.getvalue()


def read(storage: LocalDisk, key: str) -> bytes:
    with storage.open(key) as file:
        return file.read()


def phone_photo(size: tuple[int, int] = (1200, 800)) -> bytes:
    """A photo held sideways by a phone that notes where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "Secret phone"
    exif.get_ifd(0x8825)[2] = (42.0, 19.0, 36.0)
    return picture(
        size=size,
        exif=exif.tobytes(),
        comment=b"secret comment",
        xmp=b"<x:xmpmeta>secret</x:xmpmeta>",
    )


def test_a_photo_is_kept_upright_and_says_nothing_of_its_owner(storage: LocalDisk) -> None:
    stored = kept(storage, phone_photo(), "ჩვენი ხიდი.JPG")
    data = read(storage, stored.key)
    assert b"ecret" not in data
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (800, 1200) == (stored.width, stored.height)
        assert not image.getexif()
        assert image.convert("RGB").getpixel((700, 100)) == pytest.approx((254, 0, 0), abs=3)
    assert stored.name == "ჩვენი ხიდი.jpg"
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert stored.size == len(data)


def test_a_photo_has_small_thumbnails_for_cheap_phones(storage: LocalDisk) -> None:
    stored = kept(storage, phone_photo(), "bridge.jpg")
    assert stored.thumbnails == (320, 960)
    for edge in stored.thumbnails:
        with Image.open(io.BytesIO(read(storage, stored.thumbnail_key(edge)))) as small:
            assert (small.format, max(small.size)) == ("WEBP", edge)
    assert stored.thumbnail_key(100) == stored.thumbnail_key(320)
    assert stored.thumbnail_key(5000) == stored.thumbnail_key(960)


def test_a_small_picture_is_not_blown_up(storage: LocalDisk) -> None:
    stored = kept(storage, picture("PNG", (40, 30)), "icon.png")
    assert stored.thumbnails == (320,)
    with Image.open(io.BytesIO(read(storage, stored.thumbnail_key(320)))) as small:
        assert small.size == (40, 30)


def test_a_huge_photo_is_drawn_smaller(storage: LocalDisk) -> None:
    stored = kept(storage, picture(size=(6000, 3000)), "wide.jpg")
    assert (stored.width, stored.height) == (3072, 1536)


@pytest.mark.parametrize("pillow", ["PNG", "WEBP"])
def test_a_picture_that_one_sees_through_stays_so(storage: LocalDisk, pillow: str) -> None:
    target = io.BytesIO()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "secret author")
    more = {"pnginfo": notes} if pillow == "PNG" else {}
    Image.new("RGBA", (50, 50), (10, 20, 30, 0)).save(target, pillow, **more)
    data = read(storage, kept(storage, target.getvalue(), "arms").key)
    assert b"secret" not in data
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGBA"


def test_the_true_type_corrects_the_name(storage: LocalDisk) -> None:
    stored = kept(storage, picture("PNG"), "photo.jpg")
    assert (stored.name, stored.content_type) == ("photo.png", "image/png")


def paper() -> bytes:
    """Make a PDF of one page."""
    import pypdf

    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("გეგმა.pdf", paper(), "application/pdf"),
        ("წერილი.txt", "ბატონო მერო".encode(), "text/plain; charset=utf-8"),
        (
            "letter.odt",
            package(mimetype="application/vnd.oasis.opendocument.text", content_xml="<x/>"),
            "application/vnd.oasis.opendocument.text",
        ),
        (
            "letter.docx",
            package(**{"[Content_Types]_xml": "<Types/>", "word__document_xml": "<w/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
    ids=named,
)
def test_documents_are_kept_as_they_are(
    storage: LocalDisk, name: str, data: bytes, content_type: str
) -> None:
    stored = kept(storage, data, name)
    assert (stored.name, stored.content_type) == (name, content_type)
    assert (stored.width, stored.thumbnails) == (None, ())
    assert read(storage, stored.key) == data


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("photo.jpg", EXE, "cannot be attached"),
        ("photo.jpg", b"GIF89a" + bytes(100), "Welcome are pictures"),
        ("page.txt", b"text\x00binary", "cannot be attached"),
        ("page.html", b"<html><script>alert(1)</script>", "cannot be attached"),
        ("run.bat", b"del *.*", "cannot be attached"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be attached"),
        ("all.zip", package(a="b"), "cannot be attached"),
        ("phone.heic", b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        ("empty.pdf", b"", "empty"),
        ("cut.jpg", phone_photo()[:3000], "damaged"),
        ("cut.docx", package(a="b")[:40], "damaged"),
        ("old.docx", package(**{"word__vbaProject.bin": "x"}), "macros"),
    ],
    ids=named,
)
def test_what_is_not_welcome_is_refused_with_words(
    storage: LocalDisk, name: str, data: bytes, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        kept(storage, data, name)
    assert not list(storage.root.iterdir())


def test_what_unpacks_to_far_more_than_it_weighs_is_refused(storage: LocalDisk) -> None:
    bomb = package(a="0" * 201_000_000)  # made here, since every process collects the tests
    with pytest.raises(Invalid, match="too large when it is unpacked"):
        kept(storage, bomb, "bomb.docx")
    assert not list(storage.root.iterdir())


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow speaks of broken EXIF
def test_whatever_is_broken_is_refused_and_never_an_error(storage: LocalDisk) -> None:
    seeds = [
        ("a.jpg", phone_photo((90, 60))),
        ("b.png", picture("PNG", (64, 48))),
        ("c.webp", picture("WEBP", (64, 48))),
        (
            "d.odt",
            package(mimetype="application/vnd.oasis.opendocument.text", content_xml="<x/>"),
        ),
    ]
    chance = random.Random(20)
    outcomes = set()
    for turn in range(200):
        name, data = seeds[turn % len(seeds)]
        broken = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            broken[chance.randrange(min(len(broken), 600))] = chance.randrange(256)
        try:
            kept(storage, bytes(broken), name)
        except Invalid:
            outcomes.add("refused")
        else:
            outcomes.add("kept")
    assert outcomes == {"refused", "kept"}


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(storage: LocalDisk) -> None:
    target = io.BytesIO()
    Image.new("1", (9000, 6000)).save(target, "PNG")
    with pytest.raises(Invalid, match="54 million pixels; at most 20 million"):
        kept(storage, target.getvalue(), "bomb.png")


def test_a_20_mb_picture_is_refused_with_both_sizes(storage: LocalDisk) -> None:
    limits = Limits(max_bytes=10_000_000)
    with pytest.raises(Invalid, match="it is 21 MB, and at most 10 MB"):
        kept(storage, phone_photo() + bytes(21_000_000), "big.jpg", limits)


def test_one_bad_file_does_not_spoil_the_others(storage: LocalDisk) -> None:
    files = [
        ("a.jpg", phone_photo()),
        ("virus.jpg", EXE),
        ("c.png", picture("PNG")),
        ("d.txt", b"d"),
    ]
    uploads = [FileStorage(io.BytesIO(data), filename=name) for name, data in files]
    received = receive(
        [FileStorage(), *uploads], storage=storage, prefix="7", limits=LIMITS, already=0
    )
    assert [stored.name for stored in received.accepted] == ["a.jpg", "c.png"]
    assert received.problems[0].startswith("virus.jpg: A file of this type")
    assert received.problems[1] == "At most 3 files can be attached; not taken: d.txt."


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("C:\\Users\\x\\ფოტო.jpeg", "ფოტო.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("invoice\u202egpj.exe", "invoicegpj.jpg"),
        ("a\x00b\n c .jpg", "ab c.jpg"),
        ("caf\u0065\u0301.jpg", "caf\u00e9.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ('<"|>.png', "----.jpg"),
        ("2025.12.31 ეზო.jpg", "2025.12.31 ეზო.jpg"),
        ("ა" * 300 + ".jpg", "ა" * 96 + ".jpg"),
    ],
)
def test_a_name_is_the_persons_own_and_harmless(
    storage: LocalDisk, claimed: str, shown: str
) -> None:
    assert kept(storage, picture(size=(9, 9)), claimed).name == shown


def test_a_stored_file_survives_a_form_and_a_row() -> None:
    stored = Stored(
        key="7/x.jpg",
        name="x",
        content_type="image/jpeg",
        size=1,
        sha256="a",
        thumbnails=(320, 960),
    )
    assert Stored.from_json(stored.to_json()) == stored
    assert Stored.of(SimpleNamespace(**stored.columns())) == stored
    assert stored.columns()["thumbnails"]["320"] == "7/x.jpg.320.webp"
