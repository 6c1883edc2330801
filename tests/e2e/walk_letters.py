"""The pages of letters that were not delivered: one of the demo's, marked as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.db import NATION, db
from mms_core.messages.models import OutboxLetter
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = "desk_letters.", "tskaltubo"  # where the demo's citizen has cases


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the addresses."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        database.bind(hall.id)
        mine = (OutboxLetter.tenant_id == hall.id) & OutboxLetter.case_id.is_not(None)
        letter = db.session.scalars(select(OutboxLetter).where(mine)).first()
        assert letter is not None
        letter.state, letter.error = "failed", "the letter came back: 5.1.1 User unknown"
        found = letter.id
        database.commit()
        return {"slug": HALL, "letter_id": str(found)}
