"""Looks for times that can be offered to those who wait, and holds them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from mms_core.clock import DayOff, local_day
from mms_core.db import db
from plugins.citizen_reception import officials, seats, slots, waiting_letters
from plugins.citizen_reception.booking_models import Hold, Official
from plugins.citizen_reception.offer_time import lasting
from plugins.citizen_reception.slots import Slot, Wanted
from plugins.citizen_reception.waiting_models import Waiting

LOOKED_AT = 50  # free times in one round for one wish
SHORTEST = timedelta(minutes=30)  # of an offer; a time that is nearer goes to whoever books it


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round of offers in a hall: each free time is offered once."""

    tenant_id: int
    settings: Mapping[str, Any]
    now: datetime
    begins: datetime  # when letters of this moment leave, and offers begin
    ends: datetime
    only: uuid.UUID | None  # one official's times alone
    day: date | None  # times of one day alone
    free: dict[Any, list[Slot]] = field(default_factory=dict)  # by what is looked for

    def offer(self, row: Waiting) -> bool:
        """Hold the first free time that suits somebody who waits, and write; tells whether."""
        looked = self._looked(row)
        if looked is None:
            return False
        wish = (row.kind_id, row.minutes, row.official_id)
        if wish not in self.free:
            self.free[wish] = self._look(looked)
        return any(
            self._hold(row, looked, slot)
            for slot in [*self.free[wish]]
            if local_day(slot.starts_at) <= row.until and slot.starts_at != row.last_offered
        )

    def _looked(self, row: Waiting) -> Wanted | None:
        wanted_id = row.official_id or self.only
        who: Sequence[Official] = [
            one
            for one in officials.receiving(self.tenant_id, by_hall=row.official_id is not None)
            if wanted_id is None or one.id == wanted_id
        ]
        kind = officials.kind(self.tenant_id, row.kind_id)
        if not who or not kind.active:
            return None
        return Wanted(kind=kind, officials=who, minutes=row.minutes)

    def _look(self, looked: Wanted) -> list[Slot]:
        return slots.next_free(
            self.tenant_id,
            looked,
            self.settings,
            now=self.now,
            since=self.day,
            until=self.day,
            earliest=self.begins + SHORTEST + self._cutoff(),
            most=LOOKED_AT,
        )

    def _cutoff(self) -> timedelta:
        return timedelta(hours=int(self.settings["booking_cutoff"]))

    def _hold(self, row: Waiting, looked: Wanted, slot: Slot) -> bool:
        if not _is_claimed(row):
            return False
        until = min(self.ends, slot.starts_at - self._cutoff())
        hold = Hold(
            tenant_id=self.tenant_id, id=uuid.uuid4(), official_id=slot.official_id,
            kind_id=looked.kind.id, starts_at=slot.starts_at, minutes=slot.minutes,
            about=row.about, until=until,
        )  # fmt: skip
        capacity = looked.kind.capacity
        if not seats.take(self.tenant_id, slot, capacity=capacity, holder=hold.id, now=self.now,
                          until=until):  # fmt: skip
            return False  # somebody took it in this very second, or it was offered in this round
        db.session.add(hold)
        row.state, row.hold_id, row.offered_until = "offered", hold.id, until
        row.last_offered = slot.starts_at
        db.session.flush()
        waiting_letters.offer(row, slot, at=self.begins)
        return True


def _is_claimed(row: Waiting) -> bool:
    """Lock the row; somebody who is being served or who leaves at this moment is left alone."""
    mine = (Waiting.tenant_id == row.tenant_id) & (Waiting.id == row.id)
    waits = select(Waiting.id).where(mine, Waiting.state == "waits")
    return db.session.execute(waits.with_for_update(skip_locked=True)).first() is not None


def begin(
    tenant_id: int,
    settings: Mapping[str, Any],
    *,
    now: datetime,
    off: Sequence[DayOff],
    only: uuid.UUID | None = None,
    day: date | None = None,
) -> Round:
    """Begin a round; offers last so many office hours as the hall has set."""
    length = timedelta(hours=int(settings["booking_offer"]))
    begins, ends = lasting(now, length, off=off)
    return Round(tenant_id=tenant_id, settings=settings, now=now, begins=begins, ends=ends,
                 only=only, day=day)  # fmt: skip
