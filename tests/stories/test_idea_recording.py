"""The mayor answers by a short video: its words stand in the text, and anybody can play it."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import FORM, given, person, proof, turn

from mms_core.testing import page

SAID = "გამარჯობა. სკოლის გზას ზაფხულამდე გავანათებთ, სამუშაო აპრილში დაიწყება."


@pytest.fixture(autouse=True)
def zugdidi(app: Flask) -> None:
    turn(app, "on")


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def video(codec: bytes = b"avc1", *, handler: bytes = b"vide") -> bytes:
    """Make the skeleton of an MP4: what it is, its index, and some content."""
    index = box(b"trak", box(b"hdlr", b"\0" * 8 + handler) + box(b"stsd", box(codec)))
    return (
        box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"mdat", b"x" * 5000) + box(b"moov", index)
    )


def answered(browser: FlaskClient, number: str, *, text: str, **more: Any) -> Any:
    sent = {
        "do": "step",
        "step": "accept",
        "text_step": text,
        "files_public": "true",
        "version": "1",
    }
    at = f"/zugdidi/desk/{number}"
    return browser.post(at, data=sent | more, content_type="multipart/form-data")


def test_the_mayor_answers_by_a_video_with_its_words(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    mayor = person(app, "mayor@posta.example", role="mayor")
    assert "მოკლე ვიდეოთი" in page(mayor.get("/zugdidi/ideas/mayor"))
    bare = answered(mayor, number, text="იხ. ვიდეო", files=(io.BytesIO(video()), "pasuxi.mp4"))
    assert bare.status_code == 422
    assert "რა არის ჩანაწერში ნათქვამი" in page(bare)
    assert "pasuxi.mp4" in page(bare), "the file stays with the form"
    sent = answered(mayor, number, text=SAID, files=(io.BytesIO(video()), "pasuxi.mp4"))
    assert sent.status_code == 303
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert SAID in shown
    assert '<video controls preload="none" src="' in shown
    source = shown.partition('preload="none" src="')[2].partition('"')[0]
    part = client.get(source, headers={"Range": "bytes=0-15"})
    assert (part.status_code, len(part.data)) == (206, 16)
    assert part.content_type == "video/mp4"
    assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert part.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in part.headers["Content-Security-Policy"]


def test_a_recording_does_not_tell_where_it_was_made(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    mayor = person(app, "mayor@posta.example", role="mayor")
    place = b"+42.5088+041.8709/"
    note = box(b"udta", box(b"\xa9xyz", place))
    track = box(b"trak", box(b"hdlr", b"\0" * 8 + b"vide") + box(b"stsd", box(b"avc1")) + note)
    index = box(b"moov", track + note + box(b"meta", place))
    made = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"mdat", b"x" * 500) + index
    answered(mayor, number, text=SAID, files=(io.BytesIO(made), "pasuxi.mp4"))
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    kept = client.get(shown.partition('preload="none" src="')[2].partition('"')[0]).data
    assert place in made
    assert place not in kept
    assert len(kept) == len(made)
    assert kept.startswith(made[: made.index(b"udta")]), "all else stays as it was"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (video(b"hvc1"), "HEVC"),
        (video()[:3000], "დაზიანებულია"),
        (b"MZ" + b"\0" * 400, "ამ ტიპის ფაილს ვერ"),
        (b"\x1a\x45\xdf\xa3 matroska" + b"V_VP9", "ამ ტიპის ფაილს ვერ"),
    ],
)
def test_what_nobody_can_play_is_refused_with_words(
    app: Flask, client: FlaskClient, content: bytes, words: str
) -> None:
    mayor = person(app, "mayor@posta.example", role="mayor")
    number = given(client)
    refused = answered(mayor, number, text=SAID, files=(io.BytesIO(content), "pasuxi.mp4"))
    assert refused.status_code == 422
    assert words in page(refused)
    assert SAID in page(refused), "nothing typed is lost"


def test_a_sound_is_played_and_a_citizen_brings_none(app: Flask, client: FlaskClient) -> None:
    number = given(client)
    mayor = person(app, "mayor@posta.example", role="mayor")
    sound = (io.BytesIO(video(b"mp4a", handler=b"soun")), "pasuxi.m4a")
    assert answered(mayor, number, text=SAID, files=sound).status_code == 303
    assert "<audio controls" in page(client.get(f"/zugdidi/ideas/{number}"))
    typed = {**FORM, "altcha": proof(client), "files": (io.BytesIO(video()), "chemi.mp4")}
    refused = client.post("/zugdidi/ideas/new", data=typed, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "chemi.mp4" in page(refused)
