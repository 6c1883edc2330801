"""The pages of groups, letters, meetings and the reception's day, and what their addresses name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import select

from mms_core import db as database
from mms_core.cases import keys
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.db import NATION, db
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy import rules as tenancy
from plugins.citizen_reception import booking, officials, waiting, waiting_letters
from plugins.citizen_reception.booking_models import Hours, VisitKind
from plugins.citizen_reception.info_models import Meeting
from plugins.citizen_reception.waiting_models import Waiting

if TYPE_CHECKING:
    from running import Site

MODULE, HALL = "citizen_reception", "tskaltubo"
PREFIX = f"{MODULE}."
OWNERS = (
    (r"^/<slug>/reception/desk/", "operator"),
    (r"^/<slug>/reception/(groups|letters|visits)/intake", "clerk"),
)
NO_PAGES = {
    f"{MODULE}.static": "a stylesheet",
    f"{MODULE}.day_list": "a piece of a page",
    f"{MODULE}.screen_numbers": "a piece of a page",
    f"{MODULE}.day_sheet": "a file",
    f"{MODULE}.outcome": "visited below, with its own case",
    f"{MODULE}.events_ics": "a calendar",
    f"{MODULE}.event_ics": "a calendar",
    f"{MODULE}.events_rss": "a feed",
    f"{MODULE}.material": "a file",
    f"{MODULE}.visit_ics": "a calendar",
    f"{MODULE}.calendar": "a calendar",
    f"{MODULE}.answers": "visited by a story, with what was said before",
    f"{MODULE}.wait": "visited by a story, with what was said before",
    f"{MODULE}.own_place": "visited below, with its key",
    f"{MODULE}.visit_slip": "a file",
    f"{MODULE}.times": "visited by a story, with what was said before",
    f"{MODULE}.details": "its address is a held time; a story goes there",
    f"{MODULE}.own_visit": "visited below, with its own case",
    f"{MODULE}.letter_paper": "a file",
    f"{MODULE}.draft_paper": "a file",
    f"{MODULE}.letter_check": "the last step of a draft; a story goes there",
    f"{MODULE}.own_group": "visited below, with its own case",
    f"{MODULE}.own_letter": "visited below, with its own case",
    f"{MODULE}.seats": "its address has a secret; a story goes there",
}


def fill(app: Flask) -> None:
    """Switch the module on and fill it with the demo's week."""
    with app.app_context():
        _bind()
        modules, hall = app.extensions["mms_modules"], tenancy.by_slug(HALL)
        assert hall is not None
        switch(modules, hall.id, module=MODULE, decision=Decision(state="on", decided_by="ნ. ნ."))
        modules.ask_all("mms_demo", [MODULE], tenant=hall, clock=datetime.now(UTC))
        _wait(hall.id)
        db.session().info.pop("after_commit", None)  # the past moves nobody today
        database.commit()


def _wait(tenant_id: int) -> None:
    """Let somebody wait for a time of everybody who receives."""
    kind, now = officials.kinds(tenant_id)[0], datetime.now(UTC)
    who = waiting.Waiter(
        about="გარე განათება ჩვენს ქუჩაზე",
        contact=Contact(name="ზ. მაგალითაძე", email="molodini@posta.example"),
        until=now.date() + timedelta(days=9),
    )
    looked = booking.wanted(tenant_id, kind.id, 1, officials.receiving(tenant_id))
    waiting.join(tenant_id, looked, who, now=now)


def _bind() -> int:
    database.bind(NATION)
    hall = tenancy.by_slug(HALL)
    assert hall is not None
    database.bind(hall.id)
    return hall.id


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the module's addresses."""
    with site.app.app_context():
        hall = _bind()
        found: dict[str, Any] = {"slug": HALL, "step": "why"}
        found["kind_id"] = db.session.scalars(select(VisitKind.id)).first()
        line = db.session.scalars(select(Hours)).first()
        assert line is not None
        found["official_id"], found["hours_id"] = line.official_id, line.id
        found["code"] = db.session.scalars(select(Meeting.code).order_by(Meeting.code)).first()
        for kind in ("visit", "group_visit", "letter", "walk_in"):
            mine = (Case.module == MODULE) & (Case.kind == kind) & Case.is_open
            case = db.session.scalars(select(Case).where(mine)).first()
            assert case is not None
            found[kind] = (case.number, keys.key_of(site.settings, hall, case.id))
        place = db.session.scalars(select(Waiting)).one()
        found["waiting"] = waiting_letters.path(place)
        return found


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise to somebody else, as (who, path)."""
    yield "operator", f"/{HALL}/reception/desk/outcomes/{found['walk_in'][0]}"
    for kind in ("visit", "group_visit", "letter", "walk_in"):
        number, key = found[kind]
        yield "operator", f"/{HALL}/desk/{number}"
        yield "stranger", f"/{HALL}/cases/{number}?key={key}"
    number, key = found["visit"]
    yield "stranger", f"/{HALL}/reception/visits/{number}?key={key}"
    number, key = found["group_visit"]
    yield "stranger", f"/{HALL}/reception/groups/{number}/own?key={key}"
    yield "citizen", f"/{HALL}/reception/groups"
    yield "stranger", found["waiting"]
