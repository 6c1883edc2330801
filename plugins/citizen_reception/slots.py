"""Which times are free: computed from hours, days off and what is taken; nothing is stored ahead.

A day off, a break, an official's leave or hours of another validity need no row to be rewritten.
Times are looked for a week at a time and the search ends with the last one that is shown.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select

from mms_core.cases.days_off import extra_days_off
from mms_core.clock import is_working_day, local_day
from mms_core.db import db
from mms_core.i18n import TBILISI
from plugins.citizen_reception.booking_models import (
    GRAIN,
    Away,
    Hours,
    Official,
    Seat,
    VisitKind,
)

OFFERED = 12
WEEK = timedelta(days=7)
SEAT = Seat.__table__


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time at which a visit can begin."""

    official_id: uuid.UUID
    starts_at: datetime
    minutes: int
    way: str
    place: str

    @property
    def ends_at(self) -> datetime:
        """When the visit is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def key(self) -> str:
        """Name the time in a form."""
        return f"{self.official_id}|{self.starts_at.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: a kind of visit of so many minutes, with any of these officials."""

    kind: VisitKind
    officials: Sequence[Official]
    minutes: int


@dataclass(frozen=True, kw_only=True)
class _Calendar:
    """What the hall has written down of these officials."""

    hours: Mapping[uuid.UUID, Sequence[Hours]]
    away: Mapping[uuid.UUID, Sequence[Away]]
    off: Any


def atoms(begin: datetime, minutes: int) -> list[datetime]:
    """Give the ten minutes that a visit takes, one by one."""
    return [begin + timedelta(minutes=GRAIN * n) for n in range(minutes // GRAIN)]


def next_free(
    tenant_id: int,
    wanted: Wanted,
    settings: Mapping[str, Any],
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    earliest: datetime | None = None,
    most: int = OFFERED,
) -> list[Slot]:
    """Give the next free times, the earliest first; within days, or from a moment on, if asked."""
    first = max(since or local_day(now), local_day(now))
    last = local_day(now) + timedelta(days=int(settings["booking_ahead"]))
    last = min(until or last, last)
    earliest = earliest or now + timedelta(hours=int(settings["booking_cutoff"]))
    calendar = _calendar(tenant_id, wanted, first)
    found: list[Slot] = []
    while first <= last and len(found) < most:
        end = min(first + WEEK, last + timedelta(days=1))
        taken = _taken(tenant_id, wanted, first, end, now=now)
        for slot in _planned(wanted, calendar, first, end):
            if slot.starts_at >= earliest and _has_room(slot, taken, wanted.kind.capacity):
                found.append(slot)
                if len(found) == most:
                    break
        first = end
    return found


def find(
    tenant_id: int,
    wanted: Wanted,
    at: datetime,
    settings: Mapping[str, Any],
    *,
    now: datetime,
) -> Slot | None:
    """Give the time that begins at a moment if it is offered at all, taken or not."""
    day = local_day(at)
    last = local_day(now) + timedelta(days=int(settings["booking_ahead"]))
    if day > last or at < now + timedelta(hours=int(settings["booking_cutoff"])):
        return None
    calendar = _calendar(tenant_id, wanted, day)
    planned = _planned(wanted, calendar, day, day + timedelta(days=1))
    return next((slot for slot in planned if slot.starts_at == at), None)


def count_planned(tenant_id: int, wanted: Wanted, day: date) -> int:
    """Count the times of a day at which a visit can begin, taken or not."""
    calendar = _calendar(tenant_id, wanted, day)
    return sum(1 for _slot in _planned(wanted, calendar, day, day + timedelta(days=1)))


def _calendar(tenant_id: int, wanted: Wanted, since: date) -> _Calendar:
    ids = [one.id for one in wanted.officials]
    hours: dict[uuid.UUID, list[Hours]] = {}
    mine = (Hours.tenant_id == tenant_id) & Hours.official_id.in_(ids)
    fits = or_(Hours.kind_id.is_(None), Hours.kind_id == wanted.kind.id)
    for line in db.session.scalars(select(Hours).where(mine, fits).order_by(Hours.opens)):
        if wanted.kind.capacity == 1 or line.kind_id is not None:
            hours.setdefault(line.official_id, []).append(line)
    away: dict[uuid.UUID, list[Away]] = {}
    gone = (Away.tenant_id == tenant_id) & Away.official_id.in_(ids) & (Away.until >= since)
    for row in db.session.scalars(select(Away).where(gone)):
        away.setdefault(row.official_id, []).append(row)
    return _Calendar(hours=hours, away=away, off=extra_days_off(tenant_id))


def _taken(
    tenant_id: int, wanted: Wanted, first: date, end: date, *, now: datetime
) -> Counter[tuple[uuid.UUID, datetime]]:
    """Count the seats that are taken, or held at this moment, by official and ten minutes."""
    ids = [one.id for one in wanted.officials]
    query = select(SEAT.c.official_id, SEAT.c.at).where(
        SEAT.c.tenant_id == tenant_id,
        SEAT.c.official_id.in_(ids),
        SEAT.c.at >= datetime.combine(first, time.min, TBILISI),
        SEAT.c.at < datetime.combine(end, time.min, TBILISI),
        or_(SEAT.c.held_until.is_(None), SEAT.c.held_until > now),
    )
    rows = db.session.execute(query).all()
    return Counter((official_id, at) for official_id, at in rows)


def _has_room(slot: Slot, taken: Counter[tuple[uuid.UUID, datetime]], capacity: int) -> bool:
    places = ((slot.official_id, at) for at in atoms(slot.starts_at, slot.minutes))
    return all(taken[place] < capacity for place in places)


def _planned(wanted: Wanted, calendar: _Calendar, first: date, end: date) -> Iterator[Slot]:
    """Walk through the times at which visits begin, day by day and by the hour."""
    day = first
    while day < end:
        if is_working_day(day, calendar.off):
            of_day = [
                slot
                for official in wanted.officials
                for slot in _of_official(official, wanted.minutes, calendar, day)
            ]
            yield from sorted(of_day, key=lambda slot: slot.starts_at)
        day += timedelta(days=1)


def _of_official(
    official: Official, minutes: int, calendar: _Calendar, day: date
) -> Iterator[Slot]:
    if any(row.since <= day <= row.until for row in calendar.away.get(official.id, ())):
        return
    for line in calendar.hours.get(official.id, ()):
        if line.weekday == day.isoweekday() and _holds(line, day):
            for begin in _begins(line, minutes, day):
                yield Slot(
                    official_id=official.id,
                    starts_at=begin,
                    minutes=minutes,
                    way=line.way,
                    place=line.place or official.place,
                )


def _begins(line: Hours, minutes: int, day: date) -> Iterator[datetime]:
    length = timedelta(minutes=minutes)
    for opens, closes in stretches(line, day):
        yield from (opens + length * n for n in range((closes - opens) // length))


def _holds(line: Hours, day: date) -> bool:
    return (line.valid_from or day) <= day <= (line.valid_to or day)


def stretches(line: Hours, day: date) -> list[tuple[datetime, datetime]]:
    """Give the hours of a day as moments, parted by the break."""
    ends = [line.opens, line.closes]
    if line.break_from and line.break_to:
        ends = [line.opens, line.break_from, line.break_to, line.closes]
    moments = [datetime.combine(day, hour, TBILISI).astimezone(UTC) for hour in ends]
    return list(zip(moments[::2], moments[1::2], strict=True))
