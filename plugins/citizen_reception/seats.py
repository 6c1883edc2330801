"""Takes the minutes of an official; the key of the table keeps the capacity, not a check before it.

Whoever comes second waits for the first one's transaction and then sees that the minutes are
gone. A hold whose time is over gives way in the same statement.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from mms_core.db import db
from plugins.citizen_reception.booking_models import Seat
from plugins.citizen_reception.slots import Slot, atoms

SEAT = Seat.__table__


def take(
    tenant_id: int,
    slot: Slot,
    *,
    capacity: int,
    holder: uuid.UUID,
    now: datetime,
    until: datetime | None = None,
) -> bool:
    """Take all minutes of a time for a new holder, or none of them; tells which."""
    for no in range(1, capacity + 1):
        if _take(tenant_id, slot, no=no, holder=holder, until=until, now=now):
            return True
        release(tenant_id, holder)  # what there was of it
    return False


def _take(
    tenant_id: int, slot: Slot, *, no: int, holder: uuid.UUID, until: datetime | None, now: datetime
) -> bool:
    wanted = atoms(slot.starts_at, slot.minutes)
    rows = [
        {
            "tenant_id": tenant_id,
            "official_id": slot.official_id,
            "at": at,
            "no": no,
            "holder": holder,
            "held_until": until,
        }
        for at in wanted  # always in this order, so that two never wait for each other
    ]
    taking = insert(SEAT).values(rows)
    given = taking.on_conflict_do_update(
        index_elements=["tenant_id", "official_id", "at", "no"],
        set_={"holder": taking.excluded.holder, "held_until": taking.excluded.held_until},
        where=SEAT.c.held_until < now,
    )
    return len(db.session.execute(given.returning(SEAT.c.at)).all()) == len(wanted)


def keep(tenant_id: int, hold_id: uuid.UUID, case_id: uuid.UUID) -> int:
    """Turn what is held into a booking; gives how many ten minutes that were."""
    mine = (SEAT.c.tenant_id == tenant_id) & (SEAT.c.holder == hold_id)
    kept = update(SEAT).where(mine).values(holder=case_id, held_until=None)
    return len(db.session.execute(kept.returning(SEAT.c.at)).all())


def release(tenant_id: int, holder: uuid.UUID) -> None:
    """Give the minutes of a holder back."""
    mine = (SEAT.c.tenant_id == tenant_id) & (SEAT.c.holder == holder)
    db.session.execute(delete(SEAT).where(mine))
