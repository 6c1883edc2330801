"""The pages of how a hall ends: one that waits for the ministry's decision, one that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.halls.models import HallEnding
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, CITY = "hall_ending", "gori-city"


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the room's addresses."""
    with site.app.app_context():
        database.bind(NATION)
        city = tenancy.by_slug(CITY)
        assert city is not None
        given = {"municipality_id": city.id, "asked_by": "ნ.", "total": 7, "still_open": 2}
        waits = HallEnding(kind="merge", state="ready", **given)
        failed = HallEnding(
            kind="erase", state="failed", problem="archive_gone", act_number="N 1", **given
        )
        db.session.add_all([waits, failed])
        db.session.flush()
        found = {"hall": CITY, "ending_id": str(waits.id), "failed": str(failed.id)}
        database.commit()
        return found


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise, as (who, path)."""
    yield "ministry", f"/ministry/halls/endings/{found['failed']}"
