"""Without an account, by a code: whether strangers may, and must prove themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from idea_kit import FORM, TITLE, cases, give, hall, person, picture, turn
from sqlalchemy import select, update

from mms_core.cases.models import Attachment
from mms_core.db import db
from mms_core.messages.models import OutboxLetter
from mms_core.messages.ready import ready
from mms_core.people.models import ContactCode
from mms_core.testing import page

AT = "/zugdidi/ideas/new/code"


@pytest.fixture(autouse=True)
def by_code(app: Flask) -> None:
    turn(app, "on", strangers="code")


def code(app: Flask) -> tuple[str, str]:
    """Give the newest code as its letter says it, and the letter's address."""
    with hall(app):
        sent = select(OutboxLetter).where(OutboxLetter.template == "code")
        letter = db.session.scalars(sent.order_by(OutboxLetter.created_at.desc()).limit(1)).one()
        found = re.search(r"\b\d{6}\b", ready(letter, None).message.text)
        assert found
        return found[0], letter.recipient


def typed(client: FlaskClient, digits: str) -> Any:
    return client.post(AT, data={"code": digits})


def test_the_code_sends_the_idea_and_shows_it_at_once(app: Flask, client: FlaskClient) -> None:
    sent = give(client, files=[picture()])
    assert sent.location == AT
    assert cases(app) == [], "nothing is registered before the code"
    assert "nino@posta.example" in page(client.get(AT))
    digits, address = code(app)
    assert address == "nino@posta.example"
    done = typed(client, f"{digits[:3]} {digits[3:]}")
    assert "/receipt?key=" in done.location
    number = cases(app)[0]
    assert TITLE in page(app.test_client().get(f"/zugdidi/ideas/{number}")), "a proven address"
    with hall(app):
        assert len(db.session.scalars(select(Attachment)).all()) == 1
    assert typed(client, digits).location == "/zugdidi/ideas/new/idea"
    assert len(cases(app)) == 1


def test_a_telephone_gets_it_by_text_message(app: Flask, client: FlaskClient) -> None:
    give(client, email="", phone="599 12 34 56")
    digits, address = code(app)
    assert address == "+995599123456"
    assert typed(client, digits).status_code == 303
    assert len(cases(app)) == 1


def test_guessing_ends_after_five_tries(app: Flask, client: FlaskClient) -> None:
    give(client)
    digits, _address = code(app)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    for _try in range(5):
        typed(client, wrong)
    assert "ვადა გაუვიდა" in page(client.get(AT))
    typed(client, digits)
    assert cases(app) == [], "the right one comes too late"
    client.post(AT, data={"go": "again"})
    typed(client, code(app)[0])
    assert len(cases(app)) == 1


def test_an_old_code_is_over_and_nobody_is_pelted_with_codes(
    app: Flask, client: FlaskClient
) -> None:
    give(client)
    first, _address = code(app)
    with hall(app):
        old = datetime.now(UTC) - timedelta(minutes=31)
        db.session.execute(update(ContactCode.__table__).values(sent_at=old))
    typed(client, first)
    assert cases(app) == []
    for _try in range(4):
        client.post(AT, data={"go": "again"})
    with hall(app):
        assert len(db.session.scalars(select(ContactCode.id)).all()) == 3


def test_another_address_needs_another_code(app: Flask, client: FlaskClient) -> None:
    give(client)
    digits, _address = code(app)
    client.post(
        "/zugdidi/ideas/new/you",
        data={k: FORM[k] for k in ("name", "phone", "shown")} | {"email": "other@posta.example"},
    )
    typed(client, digits)
    assert cases(app) == []
    assert client.post("/zugdidi/ideas/new/check").location == AT
    assert code(app)[1] == "other@posta.example"


def test_step_by_step_the_code_comes_last(app: Flask, client: FlaskClient) -> None:
    for step in ("idea", "place", "you"):
        client.post(f"/zugdidi/ideas/new/{step}", data=FORM)
    assert client.post("/zugdidi/ideas/new/check").location == AT
    assert "/receipt" in typed(client, code(app)[0]).location


def test_who_is_signed_in_needs_none(app: Flask) -> None:
    assert "/receipt" in give(person(app, "davit@posta.example")).location


def test_a_hall_may_ask_for_an_account(app: Flask, client: FlaskClient) -> None:
    turn(app, "on", strangers="account")
    for path in ("new", "new/idea"):
        assert "/sign-in?next=" in str(client.get(f"/zugdidi/ideas/{path}").location)
    asked = give(client)
    assert asked.status_code == 401
    assert 'name="carried"' in page(asked), "what was typed is not lost"
    assert cases(app) == []
