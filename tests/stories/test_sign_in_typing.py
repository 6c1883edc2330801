"""The session ended while somebody was typing: nothing is lost, and nobody else can use it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.db import NATION
from mms_core.people import rules
from mms_core.testing import page

WHO = {"email": "nino@posta.example", "password": "three quiet mountains"}
TYPED = {"first_name": 'ნინო <"&', "last_name": "ნიმუშაძე", "phone": "599 12 34 56"}


def hidden(shown: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', shown)
    assert found, name
    return html.unescape(found.group(1))


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config.update(WTF_CSRF_ENABLED=True)
    with app.app_context():
        database.bind(NATION)
        rules.create_account(WHO["email"], password=WHO["password"])
        database.commit()
    yield app
    app.config.update(WTF_CSRF_ENABLED=False)


def send_without_session(client: FlaskClient) -> str:
    """Type into the profile, lose the session, send; gives the page that comes."""
    token = hidden(page(client.get("/sign-in")), "csrf_token")
    assert client.post("/sign-in", data=WHO | {"csrf_token": token}).status_code == 303
    form = page(client.get("/my/profile"))
    with client.application.app_context():
        database.bind(NATION)
        account = rules.by_email(WHO["email"])
        assert account is not None
        rules.revoke_sessions(account.id)
        database.commit()
    sent = TYPED | {"csrf_token": hidden(form, "csrf_token")}
    answer = client.post("/my/profile", data=sent)
    assert answer.status_code == 401
    return page(answer)


def sign_in_with(client: FlaskClient, shown: str, carried: str) -> str:
    again = WHO | {"csrf_token": hidden(shown, "csrf_token"), "carried": carried}
    return page(client.post("/sign-in", data=again, follow_redirects=True))


def test_what_was_typed_is_sent_after_signing_in(guarded: Flask) -> None:
    client = guarded.test_client()
    shown = send_without_session(client)
    waiting = sign_in_with(client, shown, hidden(shown, "carried"))
    assert 'action="/my/profile"' in waiting
    kept = {name: hidden(waiting, name) for name in TYPED}
    assert kept == TYPED
    sent = client.post("/my/profile", data=kept | {"csrf_token": hidden(waiting, "csrf_token")})
    assert sent.status_code == 303
    assert "ნიმუშაძე" in page(client.get("/my/profile"))


def test_a_mistyped_password_loses_nothing(guarded: Flask) -> None:
    client = guarded.test_client()
    shown = send_without_session(client)
    wrong = WHO | {"password": "wrong", "csrf_token": hidden(shown, "csrf_token")}
    again = page(client.post("/sign-in", data=wrong | {"carried": hidden(shown, "carried")}))
    assert "ნიმუშაძე" in sign_in_with(client, again, hidden(again, "carried"))


def test_what_another_browser_carries_is_ignored(guarded: Flask) -> None:
    carried = hidden(send_without_session(guarded.test_client()), "carried")
    other = guarded.test_client()
    shown = sign_in_with(other, page(other.get("/sign-in")), carried)
    assert "ნიმუშაძე" not in shown


def test_a_password_is_never_carried(guarded: Flask) -> None:
    from mms_core.people.carrying import pack, unpack

    form = {"password": "secret", "current": "secret", "title": "იდეა"}
    with guarded.test_request_context("/my/security?a=1", method="POST", data=form):
        carried = unpack(pack())
    assert carried is not None
    assert (carried.path, carried.items) == ("/my/security?a=1", (("title", "იდეა"),))
