"""The look in a real browser: every component, two reading modes, a narrow phone, a keyboard."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from axe import sound, violations
from look_app import THEMES, make_app
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser
PAGES = ("front", "form", "styleguide")
FIRST_VISIT = 75_000  # bytes, compressed, fonts included


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def visit(
    browser: Browser, url: str, *, width: int = 1280, mode: str = "", script: bool = True
) -> Page:
    """Open a page as a reader with a mode's cookie; complaints of the policy fail the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="ka", java_script_enabled=script
    )
    if mode:
        context.add_cookies([{"name": "mms_mode", "value": mode, "url": url}])
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.goto(url)
    assert said == []
    return page


@pytest.mark.parametrize("mode", ["", "c", "t", "ct"])
@pytest.mark.parametrize("page_name", PAGES)
def test_every_component_is_clean_on_a_phone_and_a_desk(
    browser: Browser, address: str, page_name: str, mode: str
) -> None:
    halls = (("zugdidi", 360), ("yellow", 360), ("tskaltubo", 1280))
    for slug, width in halls if mode in {"", "ct"} else halls[1:]:  # modes come one on the other
        page = visit(browser, f"{address}/{slug}/{page_name}", width=width, mode=mode)
        assert sound(page) == []
        page.context.close()


def test_english_is_whole(browser: Browser, address: str) -> None:
    page = visit(browser, f"{address}/zugdidi/form?lang=en", width=360)
    assert violations(page) == []
    assert page.get_by_text("There are 4 mistakes in the form").is_visible()


def test_the_keyboard_reaches_the_content_first_and_then_everything(
    browser: Browser, address: str
) -> None:
    page = visit(browser, f"{address}/zugdidi/front")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "mms-skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("გაგზავნეთ იდეა")


def test_a_refused_form_says_so_first_and_leads_to_each_field(
    browser: Browser, address: str
) -> None:
    page = visit(browser, f"{address}/zugdidi/form", script=False)
    assert page.locator("#error-summary").get_attribute("autofocus") is not None
    assert page.get_by_role("heading", name="ფორმაში 4 შეცდომაა").is_visible()
    page.get_by_role("link", name="ჩაწერეთ იდეის სათაური").click()
    expect(page).to_have_url(re.compile("#field-title$"))
    title = page.get_by_label("იდეის სათაური")
    assert title.get_attribute("aria-invalid") == "true"
    described = title.get_attribute("aria-describedby") or ""
    for part in described.split():
        assert page.locator(f"#{part}").count() == 1
    assert "error" in described


def test_the_modes_are_set_by_plain_links_and_come_back_to_the_page(
    browser: Browser, address: str
) -> None:
    page = visit(browser, f"{address}/zugdidi/front?q=1", script=False)
    page.get_by_role("link", name="დიდი ტექსტი").click()
    page.get_by_role("link", name="მაღალი კონტრასტი").click()
    expect(page.locator("html")).to_have_class("high-contrast large-text")
    assert page.url == f"{address}/zugdidi/front?q=1"
    page.get_by_role("link", name="ჩვეულებრივი ტექსტი").click()
    expect(page.locator("html")).to_have_class("high-contrast")


def test_the_menu_of_a_phone_opens_without_a_script(browser: Browser, address: str) -> None:
    page = visit(browser, f"{address}/zugdidi/front", width=360, script=False)
    link = page.get_by_role("link", name="მოქალაქეთა მიღება").first
    page.locator("summary", has_text="მენიუ").click()
    assert link.is_visible()
    page.get_by_role("link", name="მაღალი კონტრასტი").click()
    expect(page.locator("html")).to_have_class("high-contrast")


def test_the_counter_counts_where_there_is_a_script(browser: Browser, address: str) -> None:
    page = visit(browser, f"{address}/zugdidi/form")
    page.get_by_label("აღწერა").fill("ა" * 1990)
    assert page.get_by_text("დარჩენილია სიმბოლო: 10").is_visible()


def test_every_target_is_big_enough_for_a_thumb(browser: Browser, address: str) -> None:
    page = visit(browser, f"{address}/zugdidi/form", width=360)
    small = page.evaluate(
        """() =>
          [...document.querySelectorAll("button, summary, input, select, textarea, a.ds-button")]
          .filter((e) => e.type !== "hidden").filter((e) => e.checkVisibility()).map((e) => {
            const label = ["radio", "checkbox"].includes(e.type) ? e.closest(".mms-choice") : e;
            return [e.id || e.textContent.trim(), label.getBoundingClientRect().height]; })
          .filter(([, height]) => height < 43.5)"""
    )
    assert small == []


def test_a_first_georgian_visit_weighs_under_75_kb(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="ka")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: dict[str, float] = {}
    session.on(
        "Network.loadingFinished", lambda e: loaded.update({e["requestId"]: e["encodedDataLength"]})
    )
    page.goto(f"{address}/zugdidi/front", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    fonts = page.evaluate("performance.getEntriesByType('resource').map((r) => r.name)")
    assert any("/fonts/ka." in name for name in fonts)
    assert 20_000 < sum(loaded.values()) < FIRST_VISIT


def test_two_halls_differ_in_colour_and_never_in_layout(browser: Browser, address: str) -> None:
    seen = {}
    for slug in ("zugdidi", "mestia"):
        page = visit(browser, f"{address}/{slug}/form")
        seen[slug] = page.evaluate(
            """() => { const b = document.querySelector("form .ds-button");
              const { left, height } = b.getBoundingClientRect();
              return [getComputedStyle(b).backgroundColor, left, height]; }"""
        )
    assert seen["zugdidi"][0] != seen["mestia"][0]
    assert seen["zugdidi"][1:] == seen["mestia"][1:]
    assert len(THEMES) == 4


def test_paper_keeps_the_words_and_drops_the_controls(browser: Browser, address: str) -> None:
    page = visit(browser, f"{address}/zugdidi/styleguide")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="შემოსული განაცხადები").is_visible()
    assert not page.get_by_role("navigation", name="მთავარი ნავიგაცია").is_visible()
    assert not page.get_by_role("button", name="ძებნა").is_visible()
