"""The pages of the texts of answers: the demo's, one of which the ministry has renewed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mms_core import db as database
from mms_core.answer_texts import demo
from mms_core.answer_texts.models import AnswerText, SharedText
from mms_core.db import NATION, db
from mms_core.tenancy import rules as tenancy

if TYPE_CHECKING:
    from running import Site

PREFIX, HALL = ("answer_texts.", "shared_texts."), "zugdidi"


def places(site: Site) -> dict[str, Any]:
    """Say what stands in the places of the addresses; the texts are made at the first asking."""
    with site.app.app_context():
        database.bind(NATION)
        hall = tenancy.by_slug(HALL)
        assert hall is not None
        renewed = select(SharedText.id).where(SharedText.version > 1)
        if db.session.scalars(renewed).first() is None:
            _fill(hall)
        shared_id = db.session.scalars(renewed).one()
        database.bind(hall.id)
        mine = (AnswerText.tenant_id == hall.id) & (AnswerText.shared_id == shared_id)
        text_id = db.session.scalars(select(AnswerText.id).where(mine)).one()
        return {"shared_id": str(shared_id), "text_id": str(text_id)}


def _fill(hall: Any) -> None:
    now = datetime.now(UTC)
    demo.publish(now=now)
    database.bind(hall.id)
    demo.adopt(hall, now=now)
    demo.renew(now=now)
    database.commit()
