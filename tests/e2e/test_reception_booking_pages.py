"""A citizen on a phone books a visit, moves it and comes; the hall's day waits for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from axe import sound
from playwright.sync_api import Browser, Page, expect
from running import Site
from visiting import DESK, PHONE, sign_in, visits

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy
from plugins.citizen_reception.booking_models import Visit

pytestmark = pytest.mark.browser
BASE = "/tskaltubo/reception"
WHY = "ორმო ჩვენს ქუჩაზე"


def look_well(page: Page) -> None:
    """Hold the page to the law of all pages."""
    assert sound(page) == []


def no_look(_page: Page) -> None:
    """Look at nothing: axe needs scripts."""


def choose(page: Page, place: int) -> str:
    """Choose one of the free times; gives its words."""
    label = page.locator(".mms-choice label").nth(place)
    label.click()
    return label.inner_text().split(",")[0]


def book(phone: Page, name: str, number: str, look: Callable[[Page], None]) -> str:
    """Go the whole way from the reception's first page; gives the number."""
    phone.goto(f"{BASE}/")
    with phone.expect_navigation():
        phone.locator("main a[href$='/book']").first.click()
    phone.locator("#field-about").fill(WHY)
    phone.locator("#field-kind .mms-choice label").first.click()
    look(phone)
    phone.locator("main form button").first.click()
    phone.wait_for_url("**/book/times*")
    assert "ორმო" not in phone.url
    look(phone)
    choose(phone, 0)
    phone.get_by_role("button", name="ამ დროის არჩევა").click()
    phone.wait_for_url("**/book/details/*")
    phone.locator("#field-name").fill(name)
    phone.locator("#field-phone").fill("12")
    phone.get_by_role("button", name="დაჯავშნა", exact=True).click()
    expect(phone.locator("#field-phone-error")).to_have_count(1)
    expect(phone.locator("#error-summary a"), "one mistake is one message").to_have_count(1)
    phone.locator("#field-phone").fill(number)
    look(phone)
    phone.get_by_role("button", name="დაჯავშნა", exact=True).click()
    phone.wait_for_url("**/visits/*")
    found = re.search(r"/visits/([A-Z]{3}-[\d-]+)", phone.url)
    assert found
    return found[1]


def let_it_be_today(site: Site, number: str) -> None:
    """Give the clock: the day of the visit has come."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall is not None
        database.bind(hall.id)
        case_id = db.session.scalars(sa.select(Case.id).where(Case.number == number)).one()
        row = db.session.get(Visit, (hall.id, case_id))
        assert row is not None
        row.starts_at = datetime.now(UTC)
        row.ends_at = row.starts_at + timedelta(minutes=20)
        database.commit()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_citizen_books_moves_and_comes(site: Site, browser: Browser, *, script: bool) -> None:
    name, own = ("ნინო ნიმუშაძე", "599 12 34 56") if script else ("ლია ნიმუშაძე", "599 12 34 57")
    with visits(site, browser) as visit:
        phone, desk = visit(size=PHONE, javascript=script), visit(size=DESK)
        number = book(phone, name, own, look_well if script else no_look)
        before = phone.locator("dl").inner_text()
        hour = choose(phone, 1)
        with phone.expect_navigation():
            phone.get_by_role("button", name="ვიზიტის გადატანა").click()
        after = phone.locator("dl").inner_text()
        assert before != after
        assert hour in after
        if script:
            look_well(phone)
        let_it_be_today(site, number)
        sign_in(desk, "operator")
        desk.goto(f"{BASE}/desk/day")
        line = desk.locator("tr", has_text=name)
        assert WHY in line.inner_text()
        line.get_by_role("button").click()
        expect(desk.locator(".mms-item", has_text=name)).to_have_count(1)
