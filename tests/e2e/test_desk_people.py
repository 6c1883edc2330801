"""The mayor sees one page, an operator paints over a picture."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from running import FULL, Site
from sqlalchemy import select
from visiting import DESK, Visit, sign_in
from werkzeug.datastructures import FileStorage

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.correspondence import attach
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.files.views import pending
from mms_core.moderation.models import Hiding
from mms_core.people.rules import by_email, staff_of
from mms_core.tenancy import rules as tenancy
from mms_core.units import absence
from mms_core.units.rules import units_of

pytestmark = pytest.mark.browser


def bound() -> int:
    database.bind(NATION)
    hall = tenancy.by_slug(FULL)
    assert hall is not None
    database.bind(hall.id)
    return hall.id


def waiting(site: Site) -> str:
    with site.app.app_context():
        owed = (Case.tenant_id == bound()) & Case.is_open & Case.answered_at.is_(None)
        found = db.session.scalars(select(Case.number).where(owed).order_by(Case.number)).first()
        assert found is not None
        return str(found)


def with_picture(site: Site) -> uuid.UUID:
    """Attach a picture to a case; gives the file."""
    number, raw = waiting(site), io.BytesIO()
    Image.new("RGB", (600, 400), (90, 140, 90)).save(raw, "JPEG")
    raw.seek(0)
    with site.app.app_context(), site.app.test_request_context(f"/{FULL}/"):
        case, box = by_number(bound(), number, lock=True), pending(bound())
        files = box.settle(box.gather([FileStorage(raw, "gate.jpg", "files")]))
        attach(case, files, actor=Actor(role="citizen"), now=case.updated_at, public=True)
        db.session.flush()
        found = reading.files(case)[-1].id
        database.commit()
        return found


def draw(page: Page, from_: tuple[float, float], to: tuple[float, float]) -> None:
    """Draw a rectangle from one corner to the other, in parts of the picture."""
    box = page.locator("[data-sheet]").bounding_box()
    assert box is not None
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (from_, to)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def test_an_operator_paints_a_picture_over_with_the_mouse(site: Site, visit: Visit) -> None:
    file = with_picture(site)
    page = visit(size=DESK, who="operator")
    page.goto(f"/{FULL}/desk/moderation/cases/file/{file}")
    page.locator("[data-sheet] img").evaluate("img => img.decode()")
    page.locator("[data-sheet]").scroll_into_view_if_needed()
    draw(page, (0.1, 0.2), (0.5, 0.6))
    draw(page, (0.9, 0.9), (0.7, 0.7))  # from the other corner
    lines = page.locator("#field-boxes").input_value().splitlines()
    edges = [[round(float(part)) for part in line.split()] for line in lines]
    assert edges == [[10, 20, 50, 60], [70, 70, 90, 90]]
    expect(page.locator("[data-sheet] span")).to_have_count(2)
    page.locator("[data-last]").click()
    expect(page.locator("[data-sheet] span")).to_have_count(1)
    page.locator("#field-rule_part").select_option("personal_data")
    page.locator("#field-reason_part").fill("სურათზე სხვა ადამიანის სახე ჩანს.")
    with page.expect_navigation():
        page.locator("#form-part form button[type=submit]").last.click()
    with site.app.app_context():
        bound()
        assert db.session.scalars(select(Hiding).where(Hiding.ref == file)).one().part != "whole"


def touch(page: Page, from_: tuple[float, float], to: tuple[float, float]) -> None:
    """Draw a rectangle with one finger."""
    box = page.locator("[data-sheet]").bounding_box()
    assert box is not None
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (from_, to)]
    between = tuple((one + other) / 2 for one, other in zip(*at, strict=True))
    finger = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [at[0]]), ("touchMove", [between]), ("touchMove", [at[1]]),
                         ("touchEnd", [])):  # fmt: skip
        touches = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_a_finger_draws_on_the_picture_and_the_page_stays_where_it_is(
    site: Site, visit: Visit
) -> None:
    file = with_picture(site)
    page = visit(who="operator", touch=True)
    page.goto(f"/{FULL}/desk/moderation/cases/file/{file}")
    page.locator("[data-sheet] img").evaluate("img => img.decode()")
    page.locator("[data-sheet]").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    touch(page, (0.2, 0.1), (0.6, 0.9))
    expect(page.locator("[data-sheet] span")).to_have_count(1)
    edges = [round(float(part)) for part in page.locator("#field-boxes").input_value().split()]
    assert edges == [20, 10, 60, 90]
    assert page.evaluate("scrollY") == before, "a finger that draws does not scroll"


def test_without_a_script_the_edges_are_typed(site: Site, visit: Visit) -> None:
    file = with_picture(site)
    page = visit(javascript=False, who="operator")
    page.goto(f"/{FULL}/desk/moderation/cases/file/{file}")
    expect(page.locator("[data-sheet]")).to_be_hidden()
    expect(page.locator("#field-boxes")).to_be_visible()


def test_the_mayor_sees_on_one_page_what_waits_and_who_promised_what(
    site: Site, visit: Visit
) -> None:
    page = visit(size=DESK, who="mayor")
    page.goto(f"/{FULL}/desk/day/")
    for title in ("ელოდება მერს", "ერთეულების მდგომარეობა"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_the_head_hands_over_the_case_of_somebody_who_is_away(site: Site, visit: Visit) -> None:
    today = local_day(datetime.now(UTC))
    with site.app.app_context():
        tenant_id = bound()
        staff = {one.name: one for one in staff_of(tenant_id)}
        accounts = {word: by_email(f"{word}@mms.example") for word in ("operator", "head", "mayor")}
        who = {word: next(one for one in staff.values() if account and one.id == account.id)
               for word, account in accounts.items()}  # fmt: skip
        (unit,) = [one for one in units_of(tenant_id) if one.head_id == who["head"].id]
        mine = (Case.tenant_id == tenant_id) & Case.is_open & Case.answered_at.is_(None)
        case = db.session.scalars(select(Case).where(mine).order_by(Case.due_on).limit(1)).one()
        case.unit, number, unit_id = str(unit.id), case.number, unit.id
        case.assignee_id, case.assignee_name = who["operator"].id, who["operator"].name
        away = absence.set_away(
            tenant_id, who["operator"], deputy=who["mayor"], from_on=today, set_by="ტესტი",
            until_on=today + timedelta(days=3), today=today,
        )  # fmt: skip
        away_id, deputy = away.id, who["mayor"]
        database.commit()
    page = visit(size=DESK)
    sign_in(page, "head")
    page.goto(f"/{FULL}/desk/day/")
    page.locator('main a[href*="whose=unit"]').first.press("Enter")
    expect(page).to_have_url(re.compile("whose=unit"))
    page.goto(f"/{FULL}/desk/?unit={unit_id}&due=any")  # the soonest first, whatever its date
    page.get_by_role("link", name=number, exact=True).press("Enter")
    page.locator("#form-assign summary").first.press("Enter")
    page.locator("#form-assign select[name=to]").first.select_option(str(deputy.id))
    page.get_by_role("button", name="გადაცემა", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text(deputy.name)
    page.goto(f"/{FULL}/desk/?whose={deputy.id}&due=owed")
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()
    with site.app.app_context():
        absence.end(absence.absence(bound(), away_id), today=today)
        database.commit()
