"""The pages of ideas that the walk does not know by itself: the desk's, and calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.clock import local_day
from mms_core.db import NATION, db
from mms_core.letters import slug
from mms_core.tenancy import rules as tenancy
from plugins.your_idea_to_mayor.demo_life import talk
from plugins.your_idea_to_mayor.models import Feasibility

if TYPE_CHECKING:
    from running import Site

MODULE = "your_idea_to_mayor"
PREFIX = f"{MODULE}."
OWNERS = ((r"^/<slug>/ideas/desk/", "operator"), (r"^/<slug>/ideas/mayor", "mayor"))
NO_PAGES = {
    f"{MODULE}.campaign_picture": "a picture",
    f"{MODULE}.map_page": "without a tile source it leads to the step of the place",
}


def places(site: Site) -> dict[str, Any]:
    """Name a call, a year, an opinion and a category of the demo."""
    call = slug(talk()["call"][0]["title"])[:60].strip("-")
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug("zugdidi")
        assert hall is not None
        database.bind(hall.id)
        mine = select(Feasibility.id).where(Feasibility.tenant_id == hall.id)
        opinion = db.session.scalars(mine.limit(1)).one()
    year = local_day(datetime.now(UTC)).year
    return {"call": call, "year": year, "opinion_id": str(opinion), "category": "lighting"}
