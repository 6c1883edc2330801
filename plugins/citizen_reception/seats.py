"""Takes the minutes of an official; the key of the table keeps the capacity, not a check before it.

Whoever comes second waits for the first one's transaction and then sees that the minutes are
gone. A hold whose time is over gives way in the same statement.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import bindparam, delete, text, update

from mms_core.asking import Question, ask
from mms_core.db import db
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from plugins.citizen_reception.booking_models import Seat
from plugins.citizen_reception.slots import Slot, atoms

SEAT = Seat.__table__
# Minute by minute in the order of time, so that two never wait for each other.
TAKE = text("""
    insert into citizen_reception.seat (tenant_id, official_id, at, no, holder, held_until)
    select cast(:tenant as int), cast(:official as uuid), at, cast(:no as int),
        cast(:holder as uuid), cast(:until as timestamptz)
    from unnest(cast(:minutes as timestamptz[])) as at
    on conflict (tenant_id, official_id, at, no) do update
        set holder = excluded.holder, held_until = excluded.held_until
        where seat.held_until < :now
    returning at
""")
KEEP = (
    update(SEAT)
    .where(SEAT.c.tenant_id == bindparam("tenant"), SEAT.c.holder == bindparam("hold"))
    .values(holder=bindparam("case"), held_until=None)
    .returning(SEAT.c.at)
)


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
    minutes = atoms(slot.starts_at, slot.minutes)
    values = {"tenant": tenant_id, "official": slot.official_id, "no": no, "holder": holder,
              "until": until, "minutes": minutes, "now": now}  # fmt: skip
    return len(ask(TAKE, values)) == len(minutes)


def keep(tenant_id: int, hold_id: uuid.UUID, case_id: uuid.UUID) -> int:
    """Turn what is held into a booking; gives how many ten minutes that were."""
    return len(ask(*keeping(tenant_id, hold_id, case_id)))


def keeping(tenant_id: int, hold_id: uuid.UUID, case_id: uuid.UUID) -> Question:
    """Give the question that turns what is held into a booking: a row for every ten minutes."""
    return KEEP, {"tenant": tenant_id, "hold": hold_id, "case": case_id}


def gone() -> Invalid:
    """Say at the field that a time cannot be had any more."""
    words = _("This time has just been taken. Choose one of the next free times.")
    return Invalid(words, fields={"slot": [words]})


def release(tenant_id: int, holder: uuid.UUID) -> None:
    """Give the minutes of a holder back."""
    mine = (SEAT.c.tenant_id == tenant_id) & (SEAT.c.holder == holder)
    db.session.execute(delete(SEAT).where(mine))
