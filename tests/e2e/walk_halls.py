"""The pages of platforms: the portal of the demo, a file under a look and one taken over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.platforms import importing
from mms_core.platforms.models import DONE, Platform, PlatformImport
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = "platforms", "zugdidi"
OWNERS = ((r"^/<slug>/desk/copy/", "mayor"),)
NO_PAGES = {"national_platforms.table": "a file"}
STATUS = {"national_platforms.new": 404}  # without the municipality there is no form
LINES = "id;text;date\n1;ლამპიონი;2019-05-05\n2;;2019-05-05\n"


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the room's addresses."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        platform = db.session.scalars(select(Platform)).first()
        done = db.session.scalars(select(PlatformImport.id).where(PlatformImport.state == DONE))
        assert platform is not None
        taken, content, now = done.first(), LINES.encode(), datetime.now(UTC)
        made = importing.bring(platform, content, name="x", by="x", language="ka", now=now)
        found = {"slug": HALL, "platform_id": str(platform.id), "import_id": str(made.id)}
        database.commit()
        return found | {"taken": str(taken)}


def more(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise, as (who, path)."""
    one = f"/{HALL}/desk/platforms/{found['platform_id']}"
    yield "operator", f"{one}/imports/{found['taken']}"
    yield "ministry", f"/ministry/platforms/new?hall={HALL}"
