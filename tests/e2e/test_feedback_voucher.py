"""A beneficiary scans a voucher and rates with one thumb: few taps, no typing, no account."""

from __future__ import annotations

import pytest
import walk_feedback
from playwright.sync_api import Browser, Locator
from running import Site
from visiting import PHONE, visits

pytestmark = pytest.mark.browser
MARKS = ("overall", "access", "quality", "staff", "timeliness", "effect")
THUMB = 44  # px, what a thumb hits


def test_a_rating_is_eight_taps_of_one_thumb(site: Site, browser: Browser) -> None:
    places = walk_feedback.places(site)
    taps: list[str] = []

    def tap(what: Locator) -> None:
        box = what.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= THUMB, (taps, box)
        taps.append(what.inner_text())
        what.click()

    with visits(site, browser) as visit:
        page = visit(size=PHONE)
        page.goto(f"/{places['slug']}/feedback/voucher/{places['to_spend']}")
        assert page.locator("h1").inner_text() == "მრავალშვილიანი ოჯახების დახმარება"
        for dimension in MARKS:
            tap(page.locator(f"#field-mark_{dimension} .mms-mark").nth(3))
        tap(page.locator(".mms-choice", has=page.locator("#field-adult")).locator("label"))
        tap(page.locator("main form button[type=submit]"))
        page.wait_for_url("**/feedback/thanks")
        assert "გმადლობთ" in page.locator("h1").inner_text()
        assert len(taps) == len(MARKS) + 2
        page.goto(f"/{places['slug']}/feedback/voucher/{places['to_spend']}")
        assert "უკვე გამოყენებულია" in page.locator("main").inner_text()
