"""Erases what the module keeps of a person, in every municipality where there is something."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from mms_core.db import bind, bound, db, scope
from plugins.citizen_reception import meetings
from plugins.citizen_reception.info_models import MeetingSeat


def forget(person_id: uuid.UUID) -> None:
    """Take a person's name and addresses off the seats they have taken."""
    bind(bound(), person_id=person_id)
    seats = MeetingSeat.__table__
    halls = select(seats.c.tenant_id).where(seats.c.account_id == person_id).distinct()
    for tenant_id in db.session.scalars(halls).all():
        with scope(tenant_id):
            meetings.forget(tenant_id, person_id)
