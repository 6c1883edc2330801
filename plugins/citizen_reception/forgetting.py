"""Erases what the module keeps of a person, in every municipality where there is something."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, union

from mms_core.db import bind, bound, db, scope
from plugins.citizen_reception import meetings, waiting
from plugins.citizen_reception.info_models import MeetingSeat
from plugins.citizen_reception.waiting_models import Waiting


def forget(person_id: uuid.UUID) -> None:
    """Take a person's name off the seats they have taken, and the person off waiting lists."""
    bind(bound(), person_id=person_id)
    places: tuple[Any, ...] = (MeetingSeat.__table__, Waiting.__table__)
    halls = union(*(select(t.c.tenant_id).where(t.c.account_id == person_id) for t in places))
    for tenant_id in db.session.scalars(halls).all():
        with scope(tenant_id):
            meetings.forget(tenant_id, person_id)
            waiting.forget(tenant_id, person_id)
