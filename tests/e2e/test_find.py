"""A person on a cheap phone finds their city hall, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe import sound
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser
PAGES = ("/?q=ambrolauri", "/?q=atlantis")  # the list by region stands below both


@pytest.fixture(scope="module")
def address(mms_app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, mms_app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def visit(
    browser: Browser, url: str, *, language: str = "ka", mode: str = "", script: bool = True
) -> Page:
    """Open a page on a phone as a reader with a language and a mode."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=script
    )
    cookies = {"mms_language": language, "mms_mode": mode}
    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items() if v])
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize(("language", "mode"), [("ka", ""), ("ka", "ct"), ("en", "ct")])
@pytest.mark.parametrize("path", PAGES)
def test_the_front_page_is_clean_on_a_phone(
    browser: Browser, address: str, path: str, language: str, mode: str
) -> None:
    page = visit(browser, address + path, language=language, mode=mode)
    assert sound(page) == []


def test_the_hall_is_found_without_script_and_by_keyboard(browser: Browser, address: str) -> None:
    page = visit(browser, address, script=False)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("wyaltubo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=wyaltubo")
    link = page.get_by_role("link", name="წყალტუბოს მუნიციპალიტეტი").first
    assert link.get_attribute("href") == "/tskaltubo/"


def test_links_of_the_list_are_large_enough_for_a_thumb(browser: Browser, address: str) -> None:
    page = visit(browser, address)
    links = page.locator(".mms-link-list a").all()
    assert len(links) == 51
    assert all((link.bounding_box() or {})["height"] >= 44 for link in links)
