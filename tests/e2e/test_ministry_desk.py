"""The ministry's and the switching pages in a real browser: axe-clean, narrow, without a script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from axe import sound
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from mms_core import db as database
from mms_core.app import create_app
from mms_core.clock import local_day
from mms_core.config import Settings
from mms_core.modules import registry
from mms_core.monitoring.counters import count
from mms_core.people.demo import PASSWORD, create
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from mms_core.testing import clean

pytestmark = pytest.mark.browser
MODULE = "your_idea_to_mayor"
DESK = f"/tskaltubo/desk/modules/{MODULE}"
TODAY = local_day(datetime.now(UTC))
MEASURES = {"opened": 40, "answered": 31, "answered_in_time": 27, "answer_days": 300}


@pytest.fixture(scope="module")
def site(mms_app: Flask, settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings))
    with app.app_context():
        database.bind(database.NATION)
        create(settings)
        halls = tenancy.all_tenants()
        database.commit()
    states = ("on", "on", "on", "trial", "closing", "off")
    for index, hall in enumerate(halls):
        with app.app_context():
            database.bind(hall.id)
            decided = Decision(
                state=states[index % 6], decided_by="თამარ საცდელაძე", reason="საჭიროა."
            )
            switch(registry(app), hall.id, module=MODULE, decision=decided)
            for measure, n in MEASURES.items():
                count(hall.id, MODULE, {TODAY: {measure: n * (index % 7)}})
            overdue = {"due": index % 4}
            count(hall.id, MODULE, {TODAY - timedelta(days=40): overdue})
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
@pytest.fixture(
    params=[("en", "", 1280), ("ka", "ct", 360)], ids=["en-1280", "ka-contrast-large-360"]
)
def reader(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    language, mode, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address)
    cookies = {"mms_language": language} | ({"mms_mode": mode} if mode else {})
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    assert sound(page) == []


def sign_in(page: Page, who: str, then: str) -> None:
    page.goto(f"/sign-in?next={then}")
    page.locator("#field-email").fill(f"{who}@mms.example")
    page.locator("#field-password").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_ministrys_pages(reader: Page) -> None:
    sign_in(reader, "ministry", "/ministry/")
    check(reader)
    reader.goto("/ministry/tskaltubo")
    check(reader)
    reader.goto(f"/ministry/modules/{MODULE}")
    check(reader)
    for address in (
        f"/ministry/letters/write/tskaltubo?module={MODULE}",
        "/ministry/compare/?hall=zugdidi&hall=tskaltubo",
        "/ministry/brief/",
        "/figures/",
        "/open-data/",
    ):
        reader.goto(address)
        check(reader)


def test_the_switching_pages(reader: Page) -> None:
    sign_in(reader, "head", "/tskaltubo/desk/modules/")
    check(reader)
    reader.goto(f"{DESK}/")
    check(reader)
    reader.goto(f"{DESK}/off")
    check(reader)
    reader.goto(f"{DESK}/settings")
    check(reader)
    reader.locator("#field-answer_days").fill("ბევრი")
    reader.locator("main form button").first.click()
    expect(reader.locator("#error-summary")).to_be_visible()
    check(reader)


def test_switching_off_works_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, base_url=address, java_script_enabled=False
    )
    page = context.new_page()
    desk = DESK.replace("tskaltubo", "zugdidi")
    sign_in(page, "mayor", f"{desk}/")
    page.get_by_role("link", name="გამორთვა…").click()
    page.get_by_label("ახლავე გამოირთოს").check()
    with page.expect_navigation():
        page.get_by_role("button", name="გადაწყვეტილების ჩაწერა").click()
    assert page.goto("/zugdidi/ideas/").status == 404
    page.goto(f"{desk}/")
    page.get_by_label("ჩართულია").check()
    with page.expect_navigation():
        page.get_by_role("button", name="გადაწყვეტილების ჩაწერა").click()
    assert page.goto("/zugdidi/ideas/").status == 200
    context.close()
