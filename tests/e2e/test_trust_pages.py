"""A citizen rates by one tap, and a stranger's browser proves its work."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from visiting import Visit

pytestmark = pytest.mark.browser
HALL = "tskaltubo"


def test_an_answered_case_is_rated_by_one_tap_on_a_phone_without_a_script(visit: Visit) -> None:
    page = visit(who="citizen", javascript=False)
    page.goto("/my/")
    cases = page.locator("main h2 a")
    for address in [cases.nth(n).get_attribute("href") for n in range(cases.count())]:
        page.goto(str(address))
        if page.locator("button[name=score]").count():
            break
    page.get_by_role("button", name="კარგად", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("შეფასება შენახულია")
    expect(page.locator("button[name=score]")).to_have_count(0)
    page.locator("#opinion textarea").last.fill("სწრაფად მიპასუხეს.")
    page.get_by_role("button", name="გაგზავნა", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("სიტყვები შენახულია")


def test_a_strangers_browser_proves_its_work_by_itself(visit: Visit) -> None:
    page = visit()
    page.goto(f"/{HALL}/ideas/new")
    proof = page.locator("input[name=altcha]")
    expect(proof).to_have_value(re.compile(".{100}"), timeout=60_000)
