"""Who works for a city hall needs a second factor; without one the role rests."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mms_core import db as database
from mms_core.db import NATION
from mms_core.people import rules, second_factor
from mms_core.people.current import acting, is_staff
from mms_core.testing import page

PASSWORD = "three quiet mountains"
LEVAN = "levan@meria.example"
HALL = 39


@pytest.fixture(autouse=True)
def levan(app: Flask) -> Iterator[None]:
    before = app.extensions["mms_settings"]
    app.extensions["mms_settings"] = replace(before, demo=False)
    with app.app_context():
        database.bind(NATION)
        account = rules.create_account(LEVAN, first_name="ლევან", password=PASSWORD)
        rules.grant(account.id, "operator", tenant_id=HALL)
        database.commit()
    yield
    app.extensions["mms_settings"] = before


def sign_in(client: FlaskClient) -> str:
    answer = client.post("/sign-in", data={"email": LEVAN, "password": PASSWORD})
    return str(answer.location)


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """Set the second factor up as a phone does; gives its secret and the recovery codes."""
    sign_in(client)
    shown = page(client.get("/my/security/second-factor"))
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)
    assert found
    secret = found.group(1).replace(" ", "")
    assert client.get("/my/security/second-factor.svg").mimetype == "image/svg+xml"
    # The code before this one: this one is still good for the next sign-in.
    code = second_factor.code_at(secret, time.time() - second_factor.STEP)
    answer = client.post("/my/security/second-factor", data={"code": code})
    assert answer.status_code == 200
    return secret, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page(answer))


def works(app: Flask, client: FlaskClient) -> bool:
    """Tell whether the role is in force, as a page of the hall would ask."""
    kept = client.get_cookie("mms_session")
    cookie = f"mms_session={kept.value}" if kept else ""
    with app.test_request_context("/", headers={"Cookie": cookie}):
        database.bind(NATION)
        return acting() is not None and is_staff(HALL)


def test_a_role_rests_until_the_second_factor_is_set_up(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    assert not works(app, client)
    app2 = app.test_client()
    secret, codes = set_up(app2)
    assert len(codes) == 8
    assert works(app, app2)
    assert secret not in page(app2.get("/my/security"))


def test_the_code_is_asked_and_each_is_good_once(app: Flask, client: FlaskClient) -> None:
    secret, _codes = set_up(client)
    browser = app.test_client()
    assert sign_in(browser) == "/sign-in/code"
    assert not works(app, browser)
    assert browser.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    code = second_factor.code_at(secret, time.time())
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 303
    assert works(app, browser)
    again = app.test_client()
    sign_in(again)
    assert again.post("/sign-in/code", data={"code": code}).status_code == 422


def test_a_recovery_code_signs_in_once(app: Flask, client: FlaskClient) -> None:
    _secret, codes = set_up(client)
    for expected in (303, 422):
        browser = app.test_client()
        sign_in(browser)
        assert browser.post("/sign-in/code", data={"code": codes[0]}).status_code == expected


def test_wrong_codes_pause_the_account_even_with_the_right_password(
    app: Flask, client: FlaskClient
) -> None:
    secret, _codes = set_up(client)
    browser = app.test_client()
    for _ in range(5):
        assert sign_in(browser) == "/sign-in/code"
        browser.post("/sign-in/code", data={"code": "000000"})
    assert browser.post("/sign-in", data={"email": LEVAN, "password": PASSWORD}).status_code == 422
    code = second_factor.code_at(secret, time.time())
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 422


def test_the_code_page_leads_back_for_who_has_not_given_a_password(client: FlaskClient) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"


def test_an_ended_role_is_gone_on_the_next_page(app: Flask, client: FlaskClient) -> None:
    set_up(client)
    assert works(app, client)
    with app.app_context():
        database.bind(NATION)
        account = rules.by_email(LEVAN)
        assert account is not None
        rules.revoke_grant(account.id, "operator", tenant_id=HALL)
        database.commit()
    assert not works(app, client)


def test_a_demo_account_cannot_sign_in_outside_the_demo(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        database.bind(NATION)
        rules.create_account("demo@mms.example", password=PASSWORD, is_demo=True)
        database.commit()
    form = {"email": "demo@mms.example", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 403
