"""The mayor sees one page, an operator paints over a picture."""

from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from running import FULL, Site
from sqlalchemy import select
from visiting import DESK, Visit
from werkzeug.datastructures import FileStorage

from mms_core import db as database
from mms_core.cases import reading
from mms_core.cases.correspondence import attach
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import by_number
from mms_core.db import NATION, db
from mms_core.files.views import pending
from mms_core.moderation.models import Hiding
from mms_core.tenancy import rules as tenancy

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
    page.locator("#form-part form button[type=submit]").last.click()
    page.wait_for_load_state()
    with site.app.app_context():
        bound()
        assert db.session.scalars(select(Hiding).where(Hiding.ref == file)).one().part != "whole"


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
