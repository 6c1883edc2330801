"""A secretary runs the day while the screen calls numbers; a school asks to see the building."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from running import Site
from visiting import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
BASE = "/tskaltubo/reception"
MATTER = "წყლის მრიცხველის შეცვლა"


def line(page: Page) -> str:
    """Give the selector of the newest line of the list."""
    number = page.locator(".mms-item .mms-count b").last.inner_text()
    return f"#turn-{number}"


def test_a_secretary_runs_the_day_without_a_script(site: Site, visit: Visit) -> None:
    desk = visit(size=DESK, javascript=False, who="operator")
    screen = visit(size=DESK)
    desk.goto(f"{BASE}/desk/day")
    desk.locator("#field-room").fill("ოთახი 7")
    with desk.expect_navigation():
        desk.get_by_role("button", name="შენახვა").click()
    desk.locator("#field-matter").fill(MATTER)
    with desk.expect_navigation():
        desk.get_by_role("button", name="ნომრის მიცემა").click()
    mine = line(desk)
    assert MATTER in desk.locator(mine).inner_text()
    screen.goto(f"{BASE}/screen")
    desk.locator(f"{mine} button[value=call]").click()
    # The screen finds the number by itself, and nobody's matter stands on it.
    expect(screen.locator(".reception-called")).to_contain_text("ოთახი 7", timeout=30_000)
    assert MATTER not in screen.locator("main").inner_text()
    desk.locator(f"{mine} button[value=in]").click()
    desk.locator(f"{mine} button[value=out]").click()
    desk.locator(f"{mine} a", has_text="შედეგის ჩაწერა").click()
    desk.get_by_role("button", name="ვიზიტის დახურვა").click()
    expect(desk.locator("#error-summary a"), "the result and the words").to_have_count(2)
    desk.get_by_label("ადგილზე მოგვარდა").check()
    desk.locator("#field-text").fill("მრიცხველი ხვალ შეიცვლება.")
    desk.get_by_role("button", name="ვიზიტის დახურვა").click()
    expect(desk.locator(mine)).to_contain_text("შედეგი ჩაწერილია")


def test_a_school_asks_on_a_phone_and_is_expected(site: Site, visit: Visit) -> None:
    phone, desk = visit(size=PHONE), visit(size=DESK, who="operator")
    phone.goto(f"{BASE}/groups")
    phone.locator("#field-organisation").fill("მაღლაკის საჯარო სკოლა, მე-8 კლასი")
    phone.locator("#field-size").fill("75")
    phone.locator("#field-age").select_option("school_7_12")
    phone.locator("#field-language").select_option("ka")
    phone.locator("#field-slot .mms-choice label").last.click()
    phone.locator("#field-name").fill("ელენე ნიმუშაძე")
    phone.locator("#field-email").fill("maghlaki@posta.example")
    ask = phone.get_by_role("button", name="მოითხოვეთ ვიზიტი")
    ask.click()
    expect(phone.locator("#field-size-error")).to_contain_text("3 ჯგუფად")
    phone.locator("#field-size").fill("25")
    ask.click()
    phone.wait_for_url("**/cases/**")
    found = re.search(r"/cases/([A-Z]{3}-[\d-]+)", phone.url)
    assert found
    desk.goto(f"/tskaltubo/desk/{found[1]}")
    desk.get_by_label("ჯგუფის მიღების დადასტურება").check()
    desk.locator("[name='confirm.guide']").fill("ლ. მაგალითაძე")
    desk.locator("button[name=do][value=step]").click()
    with desk.expect_navigation():
        desk.get_by_role("button", name="ახლავე შესრულება").click()
    letter = site.letter("maghlaki@posta.example", about="ველოდებით")
    assert letter
    phone.reload()
    assert "ელოდებიან" in phone.locator("main").inner_text()
