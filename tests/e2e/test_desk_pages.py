"""Desk, front page and a citizen's own pages in a real browser: axe-clean, narrow, scriptless."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from axe import sound
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from mms_core.app import create_app
from mms_core.config import Settings
from mms_core.jobs import use_app
from mms_core.testing import clean
from tests.stories.idea_kit import PASSWORD, answer, given, person, turn

pytestmark = pytest.mark.browser
STAFF, CITIZEN = "levan@hall.example", "eka@posta.example"
PUBLIC = (
    "/zugdidi/",
    "/abasha/",
    "/zugdidi/cases/",
    "/accessibility",
    "/zugdidi/personal-data",
    "/personal-data",
    "/page-feedback?page=/zugdidi/",
)
# The law of every page walks ka plain and en large on a phone; these are the other readers.
MODES = [("ka", "ct", 360), ("en", "c", 1280)]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A served installation with two ideas."""

    address: str
    waiting: str
    answered: str


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[Site]:
    app = create_app(replace(settings))
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    use_app(app)
    yield from _serve(app)
    clean(settings)


def _serve(app: Flask) -> Iterator[Site]:
    with app.app_context():
        from mms_core.tenancy.rules import sync_default

        sync_default()
    turn(app, "on")
    desk = person(app, STAFF, role="operator")
    citizen = person(app, CITIZEN)
    waiting, answered = given(citizen), given(citizen)
    question = {"do": "message", "text_message": "რომელ ქუჩაზეა ლამპიონი საჭირო?"}
    desk.post(f"/zugdidi/desk/{waiting}", data=question)
    answer(app, answered, "accept", "გმადლობთ. ორი ლამპიონი მარტში დაიდგმება.")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield Site(address=address, waiting=waiting, answered=answered)
    server.shutdown()


@pytest.fixture(params=MODES, ids=["-".join(map(str, mode)) for mode in MODES])
def reader(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    language, mode, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=site.address)
    cookies = {"mms_language": language} | ({"mms_mode": mode} if mode else {})
    context.add_cookies([{"name": n, "value": v, "url": site.address} for n, v in cookies.items()])
    yield context.new_page()
    context.close()


def check(page: Page, path: str) -> None:
    answered = page.goto(path)
    assert answered is not None
    assert answered.ok, path
    assert sound(page) == []


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.locator("#field-email").fill(email)
    page.locator("#field-password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main form button").first.click()


def test_public_pages(reader: Page) -> None:
    for path in PUBLIC:
        check(reader, path)


def test_the_desk(reader: Page, site: Site) -> None:
    sign_in(reader, STAFF)
    for path in ("", "?due=overdue", "?q=ganateba", site.waiting, site.answered):
        check(reader, f"/zugdidi/desk/{path}")
    for part in reader.locator("details.mms-details").all():
        part.locator("summary").click()
    assert sound(reader) == []


def test_the_citizens_own_pages(reader: Page, site: Site) -> None:
    sign_in(reader, CITIZEN)
    own = (f"/zugdidi/cases/{site.waiting}", f"/zugdidi/cases/{site.answered}")
    for path in ("/my/", "/my/erase", *own):
        check(reader, path)


def test_refusals_are_sound_pages_too(reader: Page, site: Site) -> None:
    reader.goto("/zugdidi/cases/")
    reader.locator("#field-number").fill("ZUG-2026-000001-0")
    with reader.expect_navigation():
        reader.locator("main form button").click()
    assert sound(reader) == []
    sign_in(reader, STAFF)
    reader.goto(f"/zugdidi/desk/{site.waiting}")
    reader.locator("#step-2").check()
    with reader.expect_navigation():
        reader.locator("button[value=step]").click()
    assert sound(reader) == []


def test_an_officer_works_without_a_script_and_without_a_mouse(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, STAFF)
    page.goto(f"/zugdidi/desk/{site.waiting}")
    page.locator("summary", has_text="შენიშვნის").press("Enter")
    page.locator("#field-text_note").press_sequentially("დავურეკე მოქალაქეს.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".mms-timeline", has_text="დავურეკე მოქალაქეს.").wait_for()
    context.close()
