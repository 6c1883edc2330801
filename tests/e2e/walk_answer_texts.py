"""The pages of the texts of answers: the demo's, one of which the ministry has renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.answer_texts.models import AnswerText, SharedText
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = ("answer_texts.", "shared_texts."), "zugdidi"


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the addresses."""
    with site.app.app_context():
        database.bind(NATION)
        renewed = db.session.scalars(select(SharedText).where(SharedText.version > 1)).first()
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        assert renewed is not None
        shared_id = renewed.id
        database.bind(hall.id)
        mine = (AnswerText.tenant_id == hall.id) & (AnswerText.shared_id == shared_id)
        text_id = db.session.scalars(select(AnswerText.id).where(mine)).one()
        return {"shared_id": str(shared_id), "text_id": str(text_id)}
