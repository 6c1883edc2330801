"""The pages of the answer clock: a case that waits for its citizen, an extended one, a day off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.cases import clock_demo, keys
from mms_core.cases.days_off import HallDayOff
from mms_core.cases.models import Case
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = "clock.", "zugdidi"
OWNERS = ((r"^/<slug>/desk/clock/", "mayor"),)


def places(site: Site) -> dict[str, Any]:
    """Move some clocks of the site as the demo does, once, and find them."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        if db.session.scalars(select(HallDayOff.id)).first() is None:
            now = datetime.now(UTC)
            clock_demo.declare_day_off(hall.id, now=now)
            clock_demo.move_some(site.app.extensions["mms_modules"], hall, now=now)
            database.commit()
        mine = select(Case).where(Case.tenant_id == hall.id)
        waits = db.session.scalars(mine.where(Case.waits_until.is_not(None))).first()
        extended = db.session.scalars(mine.where(Case.due_reason.has_key("extended"))).first()
        day_off = db.session.scalars(select(HallDayOff.id)).first()
        assert waits is not None
        assert extended is not None
        return {
            "slug": HALL,
            "waits": waits.number,
            "key": keys.key_of(site.settings, hall.id, waits.id),
            "extended": extended.number,
            "day_off": day_off,
        }


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Open the cases on the desk and as their citizen, and the question before a removal."""
    yield "operator", f"/{HALL}/desk/{found['waits']}"
    yield "operator", f"/{HALL}/desk/{found['extended']}"
    yield "operator", f"/{HALL}/desk/{found['extended']}/forward"
    yield "operator", f"/{HALL}/desk/clock/"
    yield "stranger", f"/{HALL}/cases/{found['waits']}?key={found['key']}"
    yield "mayor", f"/{HALL}/desk/clock/days-off?remove={found['day_off']}"
