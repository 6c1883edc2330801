"""The pages of ideas in a real browser: clean, without script, by keyboard, on a phone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import sound, violations
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

sys.path.append(str(Path(__file__).parents[1] / "stories"))
from idea_kit import BODY, TITLE, answer, followed, given, picture, turn

pytestmark = pytest.mark.browser
# The law of every page walks ka plain and en large on a phone; these are the other readers.
READERS = [("en", ""), ("ka", "ct")]


@pytest.fixture(scope="module")
def address(mms_app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, mms_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def number(app: Flask) -> str:
    turn(app, "on")
    number = given(app.test_client(), files=[picture()], shown="full")
    given(app.test_client(), title="ხეების დარგვა მდინარის პირას")
    followed(app)
    answer(app, number, "review")
    answer(app, number, "accept", "ლამპიონებს დეკემბრამდე დავამონტაჟებთ.")
    return number


def visit(browser: Browser, url: str, *, language: str = "ka", mode: str = "") -> Page:
    """Open a page on a phone as a reader with a language and a mode."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    cookies = {"mms_language": language, "mms_mode": mode}
    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items() if v])
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize(("language", "mode"), READERS)
def test_every_page_is_clean_on_a_phone(
    browser: Browser, address: str, number: str, language: str, mode: str
) -> None:
    for path in ("", number, "new", "?q=xeebi", "?q=atlantis"):
        page = visit(browser, f"{address}/zugdidi/ideas/{path}", language=language, mode=mode)
        assert sound(page) == [], path


def test_an_idea_is_given_without_script_and_by_keyboard(
    browser: Browser, address: str, number: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/zugdidi/ideas/new")
    page.get_by_label("თქვენი იდეა ერთი წინადადებით (სათაური)").focus()
    page.keyboard.type(TITLE)
    page.keyboard.press("Tab")
    page.keyboard.type(BODY)
    page.get_by_role("button", name="გაგზავნეთ იდეა").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#error-summary")
    assert page.get_by_role("textbox", name="რა უნდა გაკეთდეს?").input_value() == BODY
    page.select_option("[name=category]", "lighting")
    page.fill("[name=name]", "ნინო ნიმუშაძე")
    page.fill("[name=phone]", "599 12 34 56")
    page.get_by_role("button", name="გაგზავნეთ იდეა").click()
    page.get_by_role("heading", name="უკვე ხომ არ არის?").wait_for()
    assert "ჯერ არ გაგზავნილა" in page.inner_text("main")
    page.get_by_role("button", name="გაგზავნეთ იდეა").first.press("Enter")
    page.wait_for_url("**/receipt?key=*")
    assert "გმადლობთ" in page.inner_text("h1")
    page.get_by_role("link", name="ნახეთ იდეის მდგომარეობა").click()
    page.wait_for_url("**/zugdidi/cases/*")
    assert TITLE in page.inner_text("main")


def test_the_refused_form_and_the_receipt_are_clean(
    browser: Browser, address: str, number: str
) -> None:
    page = visit(browser, f"{address}/zugdidi/ideas/new")
    page.fill("[name=title]", "მოკლე")
    page.get_by_role("button", name="გაგზავნეთ იდეა").click()
    page.wait_for_selector("#error-summary")
    assert sound(page) == []
    page.fill("[name=title]", TITLE)
    page.get_by_role("heading", name="უკვე ხომ არ არის?").wait_for()  # while it is typed
    assert violations(page) == []
    page.fill("[name=body]", BODY)
    page.select_option("[name=category]", "lighting")
    page.fill("[name=name]", "ნინო ნიმუშაძე")
    page.fill("[name=email]", "nino@posta.example")
    page.get_by_role("button", name="გაგზავნეთ იდეა").click()
    page.wait_for_url("**/receipt?key=*")
    assert sound(page) == []
