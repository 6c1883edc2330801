"""Signing in, security and profile in a real browser: axe-clean, narrow, in both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe import sound
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from mms_core import db as database
from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.db import NATION
from mms_core.people import rules
from mms_core.people.current import Person
from mms_core.testing import clean

pytestmark = pytest.mark.browser
NINO, PASSWORD = "nino@posta.example", "three quiet mountains"
OWN = (
    "/my/profile",
    "/my/security",
    "/my/security/second-factor",
    "/my/sessions",
    "/my/looked-at",
    "/sign-out",
)


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings))
    with app.app_context():
        from mms_core.tenancy.rules import sync_default

        database.bind(NATION)
        sync_default()
        account = rules.create_account(NINO, first_name="ნინო", password=PASSWORD)
        rules.grant(account.id, "operator", tenant_id=39)
        viewer = Person(id=database.uuid7(), name="ლევან მაგალითაძე")
        look = {"what": "სახელი და ტელეფონი", "case_number": "TSK-26-00017", "tenant_id": 39}
        rules.look_at_personal_data(viewer, account.id, **look)
        database.commit()
    yield app
    clean(settings)


@pytest.fixture(scope="module")
def address(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


# The law of every page walks ka plain and en large on a phone; these are the other readers.
@pytest.fixture(params=[("en", ""), ("ka", "ct")], ids=["en", "ka-contrast-large"])
def reader(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    language, mode = request.param
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, base_url=address, java_script_enabled=True
    )
    cookies = {"mms_language": language} | ({"mms_mode": mode} if mode else {})
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    assert sound(page) == []


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/sign-in?next=/my/profile")
    page.locator("#field-email").fill(NINO)
    page.locator("#field-password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_stranger_finds_clean_pages(reader: Page) -> None:
    reader.goto("/sign-in")
    check(reader)
    sign_in(reader, "wrong")
    expect(reader.locator("#error-summary")).to_be_visible()
    check(reader)
    reader.locator("button[formaction]").click()
    reader.wait_for_url("**/sign-in/sent")
    check(reader)
    reader.goto("/sign-in/link/never-sent")
    check(reader)


def test_the_own_pages_are_clean(reader: Page) -> None:
    sign_in(reader)
    assert reader.url.endswith("/my/profile")
    for address in OWN:
        reader.goto(address)
        check(reader)
    reader.goto("/my/profile")
    reader.locator("#field-personal_number").fill("123")
    reader.locator("#field-phone").fill("12")
    with reader.expect_navigation():
        reader.locator("main form button").last.click()
    assert reader.locator("#error-summary li").count() == 3, "the last name is missing as well"
    check(reader)


def test_signing_in_needs_no_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    sign_in(page)
    assert page.url.endswith("/my/profile")
    page.goto("/my/security/second-factor")
    picture = page.locator("main img")
    assert picture.evaluate("image => image.naturalWidth") > 100
    context.close()
