"""A story by keyboard: an officer goes through the inbox, answers and finds, hands on the keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from running import Site
from visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
INBOX = "/zugdidi/desk/"


def at(page: Page) -> str:
    """Give the number on which the focus stands."""
    return page.evaluate("document.activeElement.textContent.trim()")


def test_an_officer_works_through_the_inbox_by_keys(site: Site, visit: Visit) -> None:
    page = visit(size=DESK, who="operator")
    page.goto(INBOX)
    numbers = page.locator("[data-cases] tbody th a").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert at(page) == numbers[1]
    page.keyboard.press("k")
    assert at(page) == numbers[0]
    page.keyboard.press("x")
    expect(page.locator("[data-cases] input[type=checkbox]").first).to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#field-q")).to_be_focused()
    page.keyboard.type("jojk")  # in a field, letters are letters
    expect(page.locator("#field-q")).to_have_value("jojk")
    page.locator("[data-cases] tbody th a").nth(0).focus()
    page.keyboard.press("?")
    expect(page.locator("[data-keys] dl")).to_be_visible()
    page.locator("[data-cases] tbody th a").nth(0).focus()
    page.keyboard.press("a")
    page.wait_for_url(re.compile(rf"/desk/{numbers[0]}#form-step$"))
    # With a place in its address a page takes the focus there once more, in its first frame.
    page.goto(f"{INBOX}{numbers[0]}")
    page.keyboard.press("a")
    expect(page.locator("#form-step :focus")).to_have_count(1)
    page.goto(INBOX)
    page.locator("[data-cases] tbody th a").nth(1).focus()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(rf"/desk/{numbers[1]}$"))


def test_the_keys_can_be_switched_off_and_nothing_needs_them(site: Site, visit: Visit) -> None:
    page = visit(size=DESK, who="operator")
    page.goto(INBOX)
    page.locator("[data-keys] summary").click()
    page.locator("#keys-on").uncheck()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("tr[data-at]")).to_have_count(0)
    plain = visit(size=DESK, javascript=False, who="operator")
    plain.goto(INBOX)
    assert not plain.locator("[data-keys]").is_visible()
    number = plain.locator("[data-cases] tbody th a").first.inner_text()
    plain.locator(f"a[href$='{number}#form-step']").first.click()
    expect(plain.locator("#form-step")).to_be_visible()


def test_on_a_phone_the_desks_pages_stand_behind_one_button(site: Site, visit: Visit) -> None:
    page = visit(size=PHONE, javascript=False, who="operator")
    page.goto(INBOX)
    units = page.get_by_role("link", name="ერთეულები", exact=True)
    expect(units).to_have_count(0)
    page.locator(".mms-ways summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mms-ways [aria-current]")).to_be_visible()
    units.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/desk/units/")
    wide = visit(size=DESK, javascript=False, who="operator")
    wide.goto(INBOX)
    expect(wide.get_by_role("link", name="ერთეულები", exact=True)).to_have_count(1)
    expect(wide.locator(".mms-ways")).not_to_be_visible()
