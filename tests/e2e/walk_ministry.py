"""The ministry's pages and open data: letters, brief, comparison, a hall's own figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.monitoring.models import HallLetter
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL, MODULE = "ministry", "zugdidi", "your_idea_to_mayor"
NO_PAGES = {
    "open_data.table": "a file",
    "open_data.catalogue_file": "a file",
    "national_data.table": "a file",
    "national_data.catalogue_file": "a file",
    "ministry_brief.paper": "a file",
    "letters_desk.read": "opened below, with its letter",
    "own_figures.events": "opened below, with its module",
}
OWNERS = ((r"^/open-data/", "stranger"), (r"^/figures/", "stranger"))


def places(site: Site) -> dict[str, Any]:
    """Write a letter to the hall of the walk, once, and find it."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        found = db.session.scalars(select(HallLetter.id)).first()
        if found is None:
            now = datetime.now(UTC)
            letter = HallLetter(
                municipality_id=hall.id, module=MODULE, subject="შეხსენება", sent_at=now,
                body="გთხოვთ, მოგვწეროთ შემდეგი ნაბიჯი.", answer_by=(now + timedelta(9)).date(),
                sent_by="ნინო საცდელაძე", sender="", answer="", answered_by="",
            )  # fmt: skip
            db.session.add(letter)
            db.session.flush()
            found = letter.id
            database.commit()
        return {"hall": HALL, "letter_id": str(found)}


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Open the pages that stand in no other place."""
    yield "mayor", f"/{HALL}/desk/ministry/{found['letter_id']}"
    yield "operator", f"/{HALL}/desk/figures/{MODULE}/opened"
    yield "ministry", f"/ministry/letters/write/{HALL}?module={MODULE}"
    yield "ministry", f"/ministry/compare/?hall={HALL}&hall=tskaltubo"
    yield "ministry", "/ministry/?period=36&region=GE-SZ"
    yield "stranger", f"/figures/?module={MODULE}"
