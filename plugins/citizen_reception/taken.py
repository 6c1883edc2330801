"""Which ten minutes of officials are taken, read as far as a search goes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, any_, bindparam, cast, func, or_, select

from mms_core.asking import ask
from plugins.citizen_reception.booking_models import GRAIN, Seat

if TYPE_CHECKING:
    from plugins.citizen_reception.slots import Slot

SEAT = Seat.__table__.c
LENGTH = GRAIN * 60  # seconds
# Keys go as one text: to write each of forty as a value took as long as to read their hours.
IDS: Any = any_(cast(bindparam("ids", type_=Text), ARRAY(Uuid)))
# One row an official, and numbers in it instead of moments: a busy month of forty has 30,000.
TAKEN = (
    select(SEAT.official_id, func.array_agg(
        cast(func.extract("epoch", SEAT.at), BigInteger) // LENGTH,
        type_=ARRAY(BigInteger)).label("numbers"))
    .where(SEAT.tenant_id == bindparam("tenant"),
           SEAT.official_id == IDS,
           SEAT.at >= bindparam("since"), SEAT.at < bindparam("until"),
           or_(SEAT.held_until.is_(None), SEAT.held_until > bindparam("now")))
    .group_by(SEAT.official_id)
)  # fmt: skip
ENOUGH = timedelta(hours=24)  # of all officials together: what is read first


def written(keys: Iterable[str]) -> str:
    """Write keys as the array that `IDS` reads."""
    return f"{{{','.join(keys)}}}"


class Taken:
    """What is taken of some officials; asked in the order of time, it reads on by itself.

    The first stretch is short where many receive, and each further one twice as long.
    """

    def __init__(self, tenant_id: int, keys: Collection[str], *, now: datetime) -> None:
        self.tenant_id, self.who, self.now = tenant_id, written(keys), now
        self.next = ENOUGH / max(len(keys), 1)
        self.until: datetime | None = None
        self.numbers: dict[uuid.UUID, Sequence[int]] = {}
        self.seats: dict[uuid.UUID, Counter[int]] = {}  # counted of those who are looked at

    def has_room(self, slot: Slot, capacity: int) -> bool:
        """Tell whether a time has a seat left in each of its ten minutes."""
        if self.until is None or slot.ends_at > self.until:
            self._read(slot)
        seats = self._seats(slot.official_id)
        if not seats:
            return True
        first = int(slot.starts_at.timestamp()) // LENGTH
        return all(seats[first + n] < capacity for n in range(slot.minutes // GRAIN))

    def _seats(self, official_id: uuid.UUID) -> Counter[int]:
        known = self.seats.get(official_id)
        if known is None:
            known = self.seats[official_id] = Counter(self.numbers.get(official_id, ()))
        return known

    def _read(self, slot: Slot) -> None:
        self.until = max(slot.starts_at + self.next, slot.ends_at)
        self.next *= 2
        asked = {"tenant": self.tenant_id, "ids": self.who, "now": self.now,
                 "since": slot.starts_at, "until": self.until}  # fmt: skip
        self.numbers = {row.official_id: row.numbers for row in ask(TAKEN, asked)}
        self.seats = {}
