"""Everybody signs in on one page, by password or link, and nobody learns who has an account."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.messages.models import NationalLetter
from mms_core.people import rules
from mms_core.people.models import AccountSession
from mms_core.testing import page

PASSWORD = "three quiet mountains"
NINO = "nino@posta.example"


@pytest.fixture(autouse=True)
def nino(app: Flask) -> None:
    with app.app_context():
        database.bind(NATION)
        rules.create_account(NINO, first_name="ნინო", last_name="ნიმუშაძე", password=PASSWORD)
        database.commit()


def sign_in(
    client: FlaskClient, *, email: str = NINO, password: str = PASSWORD, **more: str
) -> int:
    form = {"email": email, "password": password, **more}
    return client.post("/sign-in", data=form).status_code


def letters(app: Flask) -> list[str]:
    with app.app_context():
        database.bind(NATION)
        found = select(NationalLetter.body).order_by(NationalLetter.created_at)
        return list(db.session.scalars(found))


def link_in(body: str) -> str:
    found = re.search(r"http://\S+(/sign-in/link/\S+)", body)
    assert found
    return found.group(1)


def test_the_right_password_opens_the_own_pages(client: FlaskClient) -> None:
    assert client.get("/my/profile").headers["Location"] == "/sign-in?next=/my/profile"
    answer = client.post(
        "/sign-in",
        data={"email": " Nino@POSTA.example ", "password": PASSWORD, "next": "/my/profile"},
    )
    assert (answer.status_code, answer.location) == (303, "/my/profile")
    assert "ნიმუშაძე" in page(client.get("/my/profile"))


def test_a_stranger_costs_no_query(app: Flask, client: FlaskClient) -> None:
    from mms_core.people.current import acting

    with app.test_request_context("/sign-in"):
        assert acting() is None
        assert not db.session().in_transaction()


def test_wrong_password_and_unknown_account_get_the_same_answer(client: FlaskClient) -> None:
    wrong = client.post("/sign-in", data={"email": NINO, "password": "not the password"})
    unknown = client.post(
        "/sign-in", data={"email": "x@posta.example", "password": "not the password"}
    )
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong).replace(NINO, "") == words(unknown).replace("x@posta.example", "")


def words(answer: TestResponse) -> str:
    """Give a page without the keys that every rendering makes anew."""
    return re.sub(r"[0-9a-f-]{36}|[\w.-]{60,}", "", page(answer))


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post("/sign-in", data={"email": NINO, "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/my/"


def test_five_mistakes_pause_the_account_but_a_link_still_works(
    app: Flask, client: FlaskClient
) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong") == 422
    assert sign_in(client) == 422, "the right password waits too"
    client.post("/sign-in/link", data={"email": NINO})
    assert client.post(link_in(letters(app)[-1])).status_code == 303
    assert client.get("/my/profile").status_code == 200


def test_mistakes_of_many_accounts_from_one_address_pause_the_address(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mms_core.people.sign_in.MOST_FROM_ADDRESS", 3)
    for number in range(3):
        sign_in(client, email=f"guess{number}@posta.example", password="wrong")
    assert sign_in(client) == 422


def test_a_link_works_once_and_opening_it_is_not_using_it(app: Flask, client: FlaskClient) -> None:
    assert (
        client.post("/sign-in/link", data={"email": NINO, "next": "/my/security"}).status_code
        == 303
    )
    link = link_in(letters(app)[0])
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200, "a mail scanner has opened it"
    assert client.post(link).location == "/my/security"
    other = app.test_client()
    assert other.get(link).status_code == 409
    assert other.post(link).status_code == 409
    assert other.get("/my/profile").status_code == 303


def test_a_link_opens_an_account_for_whoever_has_none(app: Flask, client: FlaskClient) -> None:
    client.set_cookie("mms_language", "en")
    answer = client.post("/sign-in/link", data={"email": "new@posta.example"})
    assert answer.location == "/sign-in/sent"
    body = letters(app)[0]
    assert "opens one" in body
    client.post(link_in(body))
    with app.app_context():
        database.bind(NATION)
        account = rules.by_email("new@posta.example")
        assert account is not None
        assert rules.profile_of(account.id).identity_level == 1
        assert account.language == "en"


def test_after_a_link_a_new_password_is_set_without_the_old_one(
    app: Flask, client: FlaskClient
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    client.post("/sign-in/link", data={"email": NINO})
    client.post(link_in(letters(app)[0]))
    answer = client.post("/my/security", data={"password": "a river under snow"})
    assert answer.status_code == 303
    assert elsewhere.get("/my/profile").status_code == 303, "other sessions have ended"
    assert sign_in(app.test_client()) == 422
    assert sign_in(app.test_client(), password="a river under snow") == 303


def test_the_present_password_is_asked_otherwise_and_weak_ones_are_refused(
    client: FlaskClient,
) -> None:
    client.set_cookie("mms_language", "en")
    sign_in(client)
    new = {"current": "wrong", "password": "a river under snow"}
    assert "present password is not right" in page(client.post("/my/security", data=new))
    for weak in ("short", "aaaaaaaaaaaa", "ninonino123456"):
        form = {"current": PASSWORD, "password": weak}
        assert client.post("/my/security", data=form).status_code == 422


def test_a_stolen_session_is_seen_and_ended(app: Flask, client: FlaskClient) -> None:
    thief = app.test_client()
    sign_in(client)
    phone = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/130.0"}
    thief.post("/sign-in", data={"email": NINO, "password": PASSWORD}, headers=phone)
    seen = page(client.get("/my/sessions"))
    assert "Firefox, Android" in seen
    stolen = re.findall(r'name="session" value="([0-9a-f-]{36})"', seen)
    assert len(stolen) == 1
    assert client.post("/my/sessions", data={"session": stolen[0]}).status_code == 303
    assert thief.get("/my/profile").status_code == 303
    assert client.get("/my/profile").status_code == 200


def test_all_other_sessions_end_at_once(app: Flask, client: FlaskClient) -> None:
    others = [app.test_client() for _ in range(2)]
    for browser in (*others, client):
        sign_in(browser)
    client.post("/my/sessions", data={"session": "others"})
    assert [b.get("/my/profile").status_code for b in (*others, client)] == [303, 303, 200]


def test_signing_out_ends_the_session_on_the_server(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    kept = client.get_cookie("mms_session")
    assert kept is not None
    assert client.get("/sign-out").status_code == 200, "a link alone does not sign out"
    assert client.post("/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("mms_session", kept.value)
    assert thief.get("/my/profile").status_code == 303


def test_the_cookie_lasts_only_if_asked_and_is_closed_to_scripts(client: FlaskClient) -> None:
    short = client.post("/sign-in", data={"email": NINO, "password": PASSWORD})
    cookie = short.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    client.post("/sign-out")
    long = client.post("/sign-in", data={"email": NINO, "password": PASSWORD, "remember": "true"})
    assert "Expires" in long.headers["Set-Cookie"]


def test_an_old_session_has_ended(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    with app.app_context():
        database.bind(NATION)
        row = db.session.scalars(select(AccountSession)).one()
        row.expires = row.created
        database.commit()
    assert client.get("/my/profile").status_code == 303


def test_nobody_is_flooded_with_letters(app: Flask, client: FlaskClient) -> None:
    for _ in range(8):
        assert client.post("/sign-in/link", data={"email": NINO}).location == "/sign-in/sent"
    assert len(letters(app)) == 5


def test_an_account_that_everybody_shares_stays_as_everybody_knows_it(
    app: Flask, client: FlaskClient
) -> None:
    everybody = "citizen@mms.example"
    with app.app_context():
        database.bind(NATION)
        rules.create_account(everybody, password="demo", is_demo=True)
        database.commit()
    for _ in range(6):
        sign_in(client, email=everybody, password="wrong")
    assert sign_in(client, email=everybody, password="demo") == 303
    form = {"current": "demo", "password": "a river under snow"}
    assert client.post("/my/security", data=form).status_code == 409
    assert client.post("/my/security/second-factor", data={"code": "1"}).status_code == 409
