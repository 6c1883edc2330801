"""The pages of commitments: the one of the demo, with its milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.commitments.models import Commitment, Milestone
from mms_core.db import NATION, db

if TYPE_CHECKING:
    from running import Site

PREFIX = "commitments"
NO_PAGES = {"commitments.challenge": "a task for the browser"}


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the room's addresses."""
    with site.app.app_context():
        database.bind(NATION)
        row = db.session.scalars(select(Commitment)).first()
        assert row is not None
        mine = select(Milestone.id).where(Milestone.commitment_id == row.id)
        return {"address": row.slug, "milestone_id": str(db.session.scalars(mine).first())}
