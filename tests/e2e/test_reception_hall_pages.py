"""The mayor falls ill with people booked; a clerk books for a citizen from elsewhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from running import Site
from visiting import DESK, PHONE, Visit

from mms_core.i18n import TBILISI

pytestmark = pytest.mark.browser
BASE = "/tskaltubo/reception"


def test_the_mayor_falls_ill_and_who_booked_is_moved_and_told(site: Site, visit: Visit) -> None:
    desk, phone = visit(size=DESK, who="operator"), visit(size=PHONE)
    desk.goto(f"{BASE}/desk/officials")
    post = desk.get_by_role("cell", name="მერი", exact=True)
    with desk.expect_navigation():
        desk.get_by_role("row").filter(has=post).get_by_role("link").click()
    own = desk.url
    name = desk.locator("h1").inner_text()
    phone.goto(f"{BASE}/book")
    phone.locator("#field-about").fill("სოფლის ამბულატორია")
    phone.locator("#field-kind .mms-choice label").first.click()
    phone.locator("#field-official").select_option(own.rsplit("/", 1)[-1])
    phone.locator("main form button").first.click()
    phone.locator(".reception-times label").first.click()
    phone.get_by_role("button", name="ამ დროის არჩევა").click()
    phone.locator("#field-name").fill("ეკა ნიმუშაძე")
    phone.locator("#field-email").fill("eka@posta.example")
    phone.get_by_role("button", name="დაჯავშნა", exact=True).click()
    phone.wait_for_url("**/visits/*")
    assert name in phone.locator("main").inner_text()

    desk.goto(own)
    today = datetime.now(TBILISI).date()
    desk.locator("#field-since").fill(today.isoformat())
    desk.locator("#field-until").fill((today + timedelta(days=60)).isoformat())
    desk.locator("#field-why").fill("ავად არის")
    desk.locator("button[name=go][value=away]").click()
    expect(desk.locator("main")).to_contain_text("საათებს გარეთ")
    desk.locator("#field-to").select_option(index=2)  # the first is the mayor
    desk.locator("button[name=go][value=move]").click()
    expect(desk.locator("main")).not_to_contain_text("საათებს გარეთ")
    assert site.letter("eka@posta.example", about="ვიზიტის დრო შეიცვალა")
    phone.reload()
    assert name not in phone.locator("main").inner_text()


def test_a_clerk_books_for_a_citizen_of_another_municipality(visit: Visit) -> None:
    clerk = visit(size=DESK, javascript=False, who="clerk")
    clerk.goto("/centre/for/tskaltubo")
    clerk.locator(f"a[href='{BASE}/visits/intake']").click()
    clerk.locator("#field-about").fill("მიწის ნაკვეთის რეგისტრაცია")
    clerk.locator("#field-kind .mms-choice label").first.click()
    clerk.locator("button[name=go][value=times]").click()
    clerk.locator(".reception-times label").first.click()
    book = clerk.get_by_role("button", name="დაჯავშნა", exact=True)
    book.click()
    expect(clerk.locator("#field-first_name-error")).to_have_count(1)
    clerk.locator("#field-first_name").fill("ელენე")
    clerk.locator("#field-last_name").fill("ნიმუშაძე")
    clerk.locator("#field-phone").fill("599 12 34 58")
    clerk.locator("[name=identified_by]").first.check()
    clerk.locator("[name=consent]").check()
    book.click()
    clerk.wait_for_url(re.compile(r"/visits/TSK-|/centre/"))
    with clerk.expect_download() as paper:
        clerk.locator("a[href$='slip.pdf']").click()
    assert paper.value.suggested_filename.endswith(".pdf")
