"""An officer answers by the keyboard alone: draft kept, letter previewed, answer given."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from running import FULL, Site
from sqlalchemy import select
from visiting import Visit

from mms_core import db as database
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.desk.models import Seat
from mms_core.tenancy import rules as tenancy

pytestmark = pytest.mark.browser
WORDS = "გმადლობთ, იდეას ვეთანხმებით."


def waiting(site: Site) -> str:
    """Give the number of a case that waits for its answer."""
    with site.app.app_context():
        bound()
        owed = Case.is_open & Case.answered_at.is_(None)
        found = db.session.scalars(select(Case.number).where(owed).order_by(Case.number)).first()
        assert found is not None
        return str(found)


def bound() -> None:
    database.bind(NATION)
    hall = tenancy.by_slug(FULL)
    assert hall is not None
    database.bind(hall.id)


def reach(page: Page, name: str) -> None:
    """Go on by Tab to what has this name in its field, button or summary."""
    for _step in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => [document.activeElement.name, document.activeElement.value,"
            " document.activeElement.textContent].join('|')"
        )
        if name in here:
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_an_answer_by_the_keyboard_alone(site: Site, visit: Visit) -> None:
    number = waiting(site)
    page = visit(who="operator")
    page.goto(f"/{FULL}/desk/{number}")
    reach(page, "step|")
    page.keyboard.press("ArrowDown")
    reach(page, "text_step|")
    page.keyboard.type(WORDS)
    expect(page.locator("[data-draft] [data-number]")).to_be_visible()
    with site.app.app_context():
        bound()
        kept = [seat.typed for seat in db.session.scalars(select(Seat)) if seat.typed]
        assert any(typed["text_step"] == [WORDS] for typed in kept)
    reach(page, "do|preview")
    page.keyboard.press("Enter")
    expect(page.locator("#letters-before")).to_contain_text(WORDS)
    expect(page.locator("textarea[name=text_step]")).to_have_value(WORDS)
    reach(page, "როდის გამოქვეყნდეს")
    page.keyboard.press("Enter")
    reach(page, "when|")
    page.keyboard.press("ArrowDown")
    reach(page, "do|step")
    page.keyboard.press("Enter")
    expect(page.locator("main .mms-letter")).to_contain_text(WORDS)
    with site.app.app_context():
        bound()
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        assert case.answer == WORDS
        assert case.answered_at is not None
