"""What a person has here that is no case: places on waiting lists."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from mms_core.contributions import OwnItem
from mms_core.db import db
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception import waiting_letters
from plugins.citizen_reception.waiting_models import Waiting

STANDS = {"waits": _("Waits for a free time"), "offered": _("A time is held for you")}
MOST = 50


def of(person_id: uuid.UUID) -> list[OwnItem]:
    """List them, in a session that sees the person's rows of every municipality."""
    mine = select(Waiting).where(Waiting.account_id == person_id, Waiting.state.in_(STANDS))
    mine = mine.order_by(Waiting.asked_at.desc()).limit(MOST)
    return [
        OwnItem(tenant_id=row.tenant_id, title=row.about, url=waiting_letters.path(row),
                at=row.asked_at, state=STANDS[row.state])
        for row in db.session.scalars(mine.execution_options(across_tenants=True))
    ]  # fmt: skip
