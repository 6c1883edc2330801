"""The pages of promises: one of the demo's, and the lists of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.promises.models import OPEN, Promise
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = "promises", "zugdidi"


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the room's addresses."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        mine = (Promise.tenant_id == hall.id) & (Promise.state == OPEN)
        found = db.session.scalars(select(Promise.id).where(mine)).first()
        assert found is not None
        return {"promise_id": str(found)}


def more(_found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name pages that look otherwise, as (who, path)."""
    yield "stranger", f"/{HALL}/promises/?state=broken"
    yield "operator", f"/{HALL}/desk/promises/?state=kept"
