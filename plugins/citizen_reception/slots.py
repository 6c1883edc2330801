"""Which times are free: computed from hours, days off and what is taken; nothing is stored ahead.

A day off, a break, an official's leave or hours of another validity need no row to be rewritten.
What is taken is read a stretch of time at a time (`taken`), and the search ends with the last time
that is shown, so that forty who receive cost little more than one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from operator import itemgetter
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, or_, select

from mms_core.asking import ask_all
from mms_core.cases.days_off import HOLDING, counted
from mms_core.clock import is_working_day, local_day
from mms_core.i18n import TBILISI
from plugins.citizen_reception.booking_models import (
    GRAIN,
    Away,
    Hours,
    Official,
    VisitKind,
)
from plugins.citizen_reception.taken import IDS, Taken, written

OFFERED = 12
DAY = timedelta(days=1)
# Written once: every page of times asks them, and building a statement costs more than its answer.
TENANT: Any = bindparam("tenant")
HOURS, AWAY = Hours.__table__.c, Away.__table__.c
LINE = (HOURS.weekday, HOURS.opens, HOURS.closes, HOURS.break_from, HOURS.break_to,
        HOURS.valid_from, HOURS.valid_to, HOURS.kind_id, HOURS.way, HOURS.place)  # fmt: skip
LINES = (  # a row for all who have the same hours: forty mostly do
    select(*LINE, func.array_agg(cast(HOURS.official_id, Text)).label("who"))
    .where(HOURS.tenant_id == TENANT, HOURS.official_id == IDS,
           or_(HOURS.kind_id.is_(None), HOURS.kind_id == bindparam("kind")))
    .group_by(*LINE)
    .order_by(HOURS.opens)
)  # fmt: skip
GONE = select(AWAY.official_id, AWAY.since, AWAY.until).where(
    AWAY.tenant_id == TENANT, AWAY.official_id == IDS, AWAY.until >= bindparam("since")
)


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

    hours: Mapping[int, Sequence[Any]]  # by weekday, each with `who` has them
    away: Mapping[uuid.UUID, Sequence[Any]]
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
    taken = Taken(tenant_id, [one.id for one in wanted.officials], now=now)
    capacity, found = wanted.kind.capacity, []
    for slot in _planned(wanted, calendar, first, last):
        if slot.starts_at >= earliest and taken.has_room(slot, capacity):
            found.append(slot)
            if len(found) == most:
                break
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
    planned = _planned(wanted, calendar, day, day)
    return next((slot for slot in planned if slot.starts_at == at), None)


def count_planned(tenant_id: int, wanted: Wanted, day: date) -> int:
    """Count the times of a day at which a visit can begin, taken or not."""
    calendar = _calendar(tenant_id, wanted, day)
    return sum(1 for _slot in _planned(wanted, calendar, day, day))


def _calendar(tenant_id: int, wanted: Wanted, since: date) -> _Calendar:
    ids = written(one.id for one in wanted.officials)
    asked = {"tenant": tenant_id, "ids": ids, "kind": wanted.kind.id, "since": since}
    lines, gone, off = ask_all((LINES, asked), (GONE, asked), (HOLDING, asked))
    hours: dict[int, list[Any]] = {}
    for line in lines:
        if wanted.kind.capacity == 1 or line.kind_id is not None:
            hours.setdefault(line.weekday, []).append(line)
    away: dict[uuid.UUID, list[Any]] = {}
    for row in gone:
        away.setdefault(row.official_id, []).append(row)
    return _Calendar(hours=hours, away=away, off=counted(off))


def _planned(wanted: Wanted, calendar: _Calendar, first: date, last: date) -> Iterator[Slot]:
    """Walk through the times at which visits begin, day by day and by the hour."""
    day = first
    while day <= last:
        if is_working_day(day, calendar.off):
            yield from _of_day(wanted, calendar, day)
        day += DAY


def _of_day(wanted: Wanted, calendar: _Calendar, day: date) -> Iterator[Slot]:
    """Walk through a day's times by the hour; those who have the same hours share one counting."""
    sharing: dict[Any, list[tuple[int, Official, Any]]] = {}
    for turn, (official, line) in enumerate(_receiving(wanted.officials, calendar, day)):
        hours = (line.opens, line.closes, line.break_from, line.break_to)
        sharing.setdefault(hours, []).append((turn, official, line))
    at: dict[datetime, list[list[tuple[int, Official, Any]]]] = {}
    for who in sharing.values():
        for begin in _begins(who[0][2], wanted.minutes, day):
            at.setdefault(begin, []).append(who)
    for begin in sorted(at):
        for _turn, official, line in merge(*at[begin], key=itemgetter(0)):
            place = line.place or official.place
            yield Slot(official_id=official.id, starts_at=begin, minutes=wanted.minutes,
                       way=line.way, place=place)  # fmt: skip


def _receiving(
    who: Sequence[Official], calendar: _Calendar, day: date
) -> Iterator[tuple[Official, Any]]:
    hours: dict[str, list[Any]] = {}
    for line in calendar.hours.get(day.isoweekday(), ()):
        if _holds(line, day):
            for one in line.who:
                hours.setdefault(one, []).append(line)
    for official in who:
        lines = hours.get(str(official.id), ())
        gone = calendar.away.get(official.id, ())
        if lines and not any(row.since <= day <= row.until for row in gone):
            yield from ((official, line) for line in lines)


def _begins(line: Any, minutes: int, day: date) -> Iterator[datetime]:
    length = timedelta(minutes=minutes)
    for opens, closes in stretches(line, day):
        yield from (opens + length * n for n in range((closes - opens) // length))


def _holds(line: Any, day: date) -> bool:
    return (line.valid_from or day) <= day <= (line.valid_to or day)


def stretches(line: Any, day: date) -> list[tuple[datetime, datetime]]:
    """Give the hours of a day as moments, parted by the break."""
    ends = [line.opens, line.closes]
    if line.break_from and line.break_to:
        ends = [line.opens, line.break_from, line.break_to, line.closes]
    moments = [datetime.combine(day, hour, TBILISI).astimezone(UTC) for hour in ends]
    return list(zip(moments[::2], moments[1::2], strict=True))
