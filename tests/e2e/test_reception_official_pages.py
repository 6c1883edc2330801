"""A secretary with a telephone changes hours and a kind of visit, and retires who receives."""

from __future__ import annotations

from datetime import time

import pytest
from playwright.sync_api import Page, expect
from running import Site
from visiting import PHONE, Visit

from mms_core import db as database
from mms_core.db import NATION
from mms_core.tenancy import rules as tenancy
from plugins.citizen_reception import officials

pytestmark = pytest.mark.browser
BASE = "/tskaltubo/reception"
NAME, NEXT = "თ. საცდელაძე", "ვ. საცდელაძე"
KIND, CITIZEN = "რჩევა მშენებლობაზე", "lali@posta.example"


@pytest.fixture
def official(site: Site) -> str:
    """Give somebody who receives on Tuesdays, as another one does, and a kind of visit."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug("tskaltubo")
        assert hall is not None
        database.bind(hall.id)
        person = {"name": NAME, "post": "specialist", "place": "მერია, ოთახი 3"}
        row = officials.add(hall.id, person, rank=90)
        other = officials.add(hall.id, person | {"name": NEXT}, rank=91)
        officials.add_kind(hall.id, {"name": KIND, "minutes": 20, "capacity": 1}, rank=90)
        for each in (row, other):
            officials.add_hours(each, {"weekday": 2, "opens": time(10), "closes": time(13)})
        found = str(row.id)
        database.commit()
    return found


def booked(phone: Page, official: str) -> str:
    """Let a citizen book the first free time; gives the visit's address."""
    phone.goto(f"{BASE}/book")
    phone.locator("#field-about").fill("მიშენება საცხოვრებელ სახლზე")
    phone.get_by_label(KIND).check()
    phone.locator("#field-official").select_option(official)
    phone.locator("main form button").first.click()
    phone.locator(".reception-times label").first.click()
    phone.get_by_role("button", name="ამ დროის არჩევა").click()
    phone.locator("#field-name").fill("ლალი ნიმუშაძე")
    phone.locator("#field-email").fill(CITIZEN)
    phone.get_by_role("button", name="დაჯავშნა", exact=True).click()
    phone.wait_for_url("**/visits/*")
    return phone.url


def test_what_is_booked_stays_while_hours_and_kinds_change_and_who_receives_retires(
    site: Site, visit: Visit, official: str
) -> None:
    desk = visit(size=PHONE, javascript=False, who="operator")
    phone = visit(size=PHONE, javascript=False)
    booking = booked(phone, official)
    page = f"{BASE}/desk/officials/{official}"

    desk.goto(page)
    desk.get_by_role("link", name="10:00–13:00").click()
    desk.locator("#field-opens").fill("15:00")
    desk.locator("#field-closes").fill("17:00")
    desk.get_by_role("button", name="ცვლილების შენახვა").click()
    expect(desk.locator("main")).to_contain_text("მიღების საათებს გარეთაა")
    expect(desk.locator("main")).to_contain_text("მომავალი დაჯავშნილი ვიზიტები: 1")

    desk.goto(f"{BASE}/desk/officials")
    desk.get_by_role("link", name=KIND).click()
    desk.locator("#field-kind_name").fill("რჩევა მშენებლობის ნებართვაზე")
    desk.get_by_role("button", name="ცვლილების შენახვა").click()
    desk.get_by_role("link", name="რჩევა მშენებლობის ნებართვაზე").click()
    desk.get_by_role("button", name="ამ სახის სიიდან ამოღება").click()
    desk.get_by_role("link", name="რჩევა მშენებლობის ნებართვაზე").click()
    expect(desk.locator("main")).to_contain_text("დაჯავშნილი ვიზიტები უცვლელი რჩება")

    desk.goto(page)
    desk.get_by_role("button", name="აღარ იღებს").click()
    expect(desk.locator("main")).to_contain_text("დაჯავშნილია იმასთან, ვინც აღარ იღებს")
    wide = desk.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0], "nothing stands outside of a narrow screen"
    phone.goto(booking)
    assert NAME in phone.locator("main").inner_text(), "the visit stays until somebody moves it"
    desk.locator("#field-to").select_option(label=NEXT)
    desk.get_by_role("button", name="ყველას გადატანა").click()
    expect(desk.locator("main")).to_contain_text("მომავალი დაჯავშნილი ვიზიტები: 0")
    assert site.letter(CITIZEN, about="ვიზიტის დრო შეიცვალა")
