"""A hall asks its citizen something, the citizen replies, and files travel both ways."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core.cases import reading
from mms_core.cases.keys import key_of
from mms_core.cases.rules import by_number
from mms_core.messages.words import compose
from mms_core.testing import page
from tests.stories.idea_kit import given, hall, person, picture, turn

QUESTION = "რომელ ქუჩაზეა ლამპიონი საჭირო?"
REPLY = "რუსთაველის ქუჩაზე, სკოლის წინ."


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """Give an operator's browser in a hall with ideas on."""
    turn(app, "on")
    return person(app, "levan@hall.example", role="operator")


def key(app: Flask, number: str) -> str:
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        return key_of(app.extensions["mms_settings"], tenant.id, case.id)


def test_a_question_goes_out_by_letter_and_the_reply_comes_to_the_desk(
    app: Flask, desk: FlaskClient
) -> None:
    citizen = app.test_client()
    number = given(citizen)
    desk.post(f"/zugdidi/desk/{number}", data={"do": "message", "text_message": QUESTION})
    with hall(app) as tenant:
        case = by_number(tenant.id, number)
        letter = next(one for one in reading.letters(case) if one.template == "message")
        words = compose(letter, case)
        assert QUESTION in words.text
        link = next(line for line in words.text.splitlines() if "/cases/" in line)
    path = link.partition("localhost")[2]
    opened = citizen.get(path, follow_redirects=True)
    assert QUESTION in page(opened)
    sent = citizen.post(f"/zugdidi/cases/{number}", data={"text": REPLY}, follow_redirects=True)
    assert REPLY in page(sent)
    assert REPLY in page(desk.get(f"/zugdidi/desk/{number}"))


def test_what_is_said_between_two_is_not_shown_to_the_public(app: Flask, desk: FlaskClient) -> None:
    number = given(app.test_client())
    desk.post(f"/zugdidi/desk/{number}", data={"do": "step", "step": "review", "version": "1"})
    desk.post(f"/zugdidi/desk/{number}", data={"do": "message", "text_message": QUESTION})
    shown = page(app.test_client().get(f"/zugdidi/ideas/{number}"))
    assert QUESTION not in shown


def test_an_empty_reply_is_named_and_a_closed_case_takes_none(
    app: Flask, desk: FlaskClient
) -> None:
    citizen = person(app, "eka@posta.example")
    number = given(citizen)
    desk.post(f"/zugdidi/desk/{number}", data={"do": "message", "text_message": QUESTION})
    empty = citizen.post(f"/zugdidi/cases/{number}", data={"text": " "})
    assert empty.status_code == 422
    assert "დაწერეთ ტექსტი" in page(empty)
    with hall(app) as tenant:
        seen = by_number(tenant.id, number).version
    step = {"do": "step", "step": "reject", "text_step": "მიზეზი ასეთია.", "version": str(seen)}
    desk.post(f"/zugdidi/desk/{number}", data=step)
    late = citizen.post(f"/zugdidi/cases/{number}", data={"text": REPLY})
    assert late.status_code == 409
    assert REPLY in page(late)


def test_an_officers_file_is_seen_by_its_citizen_and_not_by_strangers(
    app: Flask, desk: FlaskClient
) -> None:
    number = given(app.test_client())
    form = {"do": "attach", "files": picture("plan.jpg")}
    done = desk.post(f"/zugdidi/desk/{number}", data=form, content_type="multipart/form-data")
    assert done.status_code == 303, page(done)
    with hall(app) as tenant:
        file_id = reading.files(by_number(tenant.id, number))[0].id
    address = f"/zugdidi/files/{file_id}"
    assert desk.get(address).status_code == 200
    assert desk.get(f"{address}?thumb=320").content_type == "image/webp"
    assert app.test_client().get(address).status_code == 404
    author = app.test_client()
    author.get(f"/zugdidi/cases/{number}?key={key(app, number)}")
    assert author.get(address).status_code == 200
    elsewhere = person(app, "vano@hall.example", role="operator", slug="tskaltubo")
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.get(f"/tskaltubo/files/{file_id}").status_code == 404


def test_a_program_called_photo_is_refused_with_a_reason(app: Flask, desk: FlaskClient) -> None:
    import io

    number = given(app.test_client())
    form = {"do": "attach", "files": (io.BytesIO(b"MZ\x90\x00" + b"\0" * 400), "photo.jpg")}
    done = desk.post(f"/zugdidi/desk/{number}", data=form, content_type="multipart/form-data")
    assert done.status_code == 422
    assert "photo.jpg" in page(done)
