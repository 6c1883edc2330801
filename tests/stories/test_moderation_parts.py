"""A part is hidden: passages of a text, rectangles of a picture; the original is kept."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.rules import by_number
from mms_core.db import db
from mms_core.moderation.models import Hiding
from mms_core.testing import page
from tests.stories.idea_kit import BODY, answer, given, hall, person, picture, turn

SECRET = "ბნელ გზაზე"
REASON = "ტექსტი სხვა ადამიანს ამხელს."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on", publish="at_once")
    return person(app, "levan@hall.example", role="operator")


def act(client: FlaskClient, where: str, what: str, **typed: str) -> Any:
    said = {"rule_part": "personal_data", "reason_part": REASON, **typed}
    return client.post(f"/zugdidi/desk/moderation/{where}", data={"do": what, **said})


def hiding(app: Flask) -> uuid.UUID:
    with hall(app):
        return db.session.scalars(select(Hiding.id)).one()


def test_a_passage_is_struck_out_and_given_back(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    number = given(app.test_client())
    with hall(app) as tenant:
        where = f"your_idea_to_mayor/idea/{by_number(tenant.id, number).id}"
    assert act(desk, where, "strike", passages="ასეთი რამ არ წერია").status_code == 422
    assert act(desk, where, "strike", passages=" ").status_code == 422
    assert act(desk, where, "strike", passages=SECRET).status_code == 303
    assert act(desk, where, "strike", passages="ბავშვები").status_code == 409
    shown = page(client.get(f"/zugdidi/ideas/{number}"))
    assert SECRET not in shown
    assert "[დაფარულია]" in shown
    assert "გადასასვლელი" in shown
    address = f"/zugdidi/moderation/{hiding(app)}"
    assert SECRET not in page(desk.get(f"/zugdidi/desk/moderation/{where}"))
    assert SECRET in page(desk.post(f"/zugdidi/desk/moderation/original/{hiding(app)}"))
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        key = key_of(app.extensions["mms_settings"], tenant.id, uuid.UUID(address[-36:]))
        what = [e.data["what"] for e in reading.events(case) if e.kind == "moderation"]
        assert what == ["redacted", "looked"]
        assert [one.template for one in reading.letters(case)] == ["redacted", "receipt"]
    author = app.test_client()
    author.get(f"{address}?key={key}")
    assert SECRET in page(author.get(address))
    assert act(desk, where, "restore").status_code == 303
    assert BODY in page(client.get(f"/zugdidi/ideas/{number}?fresh"))


def colour(client: FlaskClient, address: str, at: tuple[int, int]) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.data)).convert("RGB").getpixel(at)


def test_rectangles_are_painted_over_a_picture_and_the_original_is_kept(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    number = given(app.test_client(), files=picture())
    answer(app, number, "review")
    with hall(app) as tenant:
        file = reading.files(by_number(tenant.id, number))[0].id
    address, where = f"/zugdidi/files/{file}", f"cases/file/{file}"
    assert max(colour(client, address, (60, 60))) > 80
    for boxes in ("", "1 2 3", "50 50 10 10", "0 0 101 5", "a b c d"):
        assert act(desk, where, "paint", boxes=boxes).status_code == 422, boxes
    assert act(desk, where, "paint", boxes="0, 0, 50, 50\n60 60 90% 90%").status_code == 303
    assert max(colour(client, address, (60, 60))) < 20
    assert max(colour(client, address, (450, 300))) < 20
    assert max(colour(client, address, (330, 210))) > 80
    assert max(colour(client, f"{address}?thumb=320", (20, 20))) < 20
    looked = desk.post(f"/zugdidi/desk/moderation/original/{hiding(app)}")
    assert max(Image.open(io.BytesIO(looked.data)).convert("RGB").getpixel((60, 60))) > 80
    assert client.post(f"/zugdidi/desk/moderation/original/{hiding(app)}").status_code == 401
    assert act(desk, where, "restore").status_code == 303
    assert max(colour(client, f"{address}?again", (60, 60))) > 80


def test_a_hidden_file_is_not_shown_again_by_the_next_step(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    number = given(app.test_client(), files=picture())
    answer(app, number, "review")
    with hall(app) as tenant:
        file = reading.files(by_number(tenant.id, number))[0].id
    hidden = act(desk, f"cases/file/{file}", "hide", rule="personal_data", reason=REASON)
    assert hidden.status_code == 303
    answer(app, number, "accept", "გავითვალისწინებთ.")
    assert client.get(f"/zugdidi/files/{file}").status_code == 404
    assert desk.get(f"/zugdidi/files/{file}").status_code == 200
