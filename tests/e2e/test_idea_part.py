"""A citizen on a phone takes part in an idea: finds it, supports, comments, follows, shares."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

sys.path.append(str(Path(__file__).parents[1] / "stories"))
from idea_kit import PASSWORD, TITLE, answer, given, person, turn

pytestmark = pytest.mark.browser
EMAIL = "davit@posta.example"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    turn(app, "on", publish="at_once")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_citizen_takes_part_on_a_phone_without_script(
    app: Flask, address: str, browser: Browser
) -> None:
    number = given(app.test_client(), settlement="რუხი")
    given(app.test_client(), title="ხეების დარგვა მდინარის პირას", category="greenery")
    answer(app, number, "review")
    person(app, EMAIL)
    phone = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = phone.new_page()
    page.goto(f"{address}/zugdidi/ideas/?settlement=რუხი")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="შედით სისტემაში, რომ მხარი").click()
    page.locator("#field-email").fill(EMAIL)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("main form").first.locator("button").first.click()
    page.get_by_role("button", name="დაუჭირეთ მხარი იდეას").click()
    expect(page.get_by_text("თქვენ ამ იდეას მხარს უჭერთ")).to_have_count(1)
    with page.expect_navigation():
        page.get_by_role("button", name="ადევნეთ თვალი").click()
    page.get_by_label("თქვენი კომენტარი").fill("ჩვენს ქუჩაზეც ასეა, მადლობა იდეისთვის.")
    page.get_by_role("button", name="გამოაქვეყნეთ კომენტარი").click()
    expect(page.locator("#comments").get_by_text("ჩვენს ქუჩაზეც ასეა")).to_have_count(1)
    page.get_by_role("button", name="გააუქმეთ მხარდაჭერა").click()
    expect(page.get_by_role("button", name="დაუჭირეთ მხარი იდეას")).to_have_count(1)
    phone.close()
