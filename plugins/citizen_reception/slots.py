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
from functools import cached_property
from heapq import merge
from operator import itemgetter
from typing import Any

from mms_core.clock import is_working_day, local_day
from plugins.citizen_reception import receiving
from plugins.citizen_reception.booking_models import GRAIN, Official, VisitKind
from plugins.citizen_reception.taken import Taken

OFFERED = 12
DAY = timedelta(days=1)


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

    @cached_property
    def keys(self) -> Sequence[str]:
        """The officials' keys as text: a search compares forty of them over and over."""
        return [str(one.id) for one in self.officials]


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
    calendar = receiving.read(tenant_id, wanted.kind, wanted.keys, first)
    taken = Taken(tenant_id, wanted.keys, now=now)
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
    calendar: receiving.Calendar | None = None,
) -> Slot | None:
    """Give the time that begins at a moment if it is offered at all, taken or not.

    What the hall has written down is read, if it was not before.
    """
    day = local_day(at)
    last = local_day(now) + timedelta(days=int(settings["booking_ahead"]))
    if day > last or at < now + timedelta(hours=int(settings["booking_cutoff"])):
        return None
    calendar = calendar or receiving.read(tenant_id, wanted.kind, wanted.keys, day)
    if not is_working_day(day, calendar.off):
        return None
    for official, line in receiving.on_day(wanted.officials, wanted.keys, calendar, day):
        if _is_begin(at, line, wanted.minutes, day):
            return _slot(official, line, at.astimezone(UTC), wanted.minutes)
    return None


def count_planned(tenant_id: int, wanted: Wanted, day: date) -> int:
    """Count the times of a day at which a visit can begin, taken or not."""
    calendar = receiving.read(tenant_id, wanted.kind, wanted.keys, day)
    return sum(1 for _slot in _planned(wanted, calendar, day, day))


def _planned(
    wanted: Wanted, calendar: receiving.Calendar, first: date, last: date
) -> Iterator[Slot]:
    """Walk through the times at which visits begin, day by day and by the hour."""
    day = first
    while day <= last:
        if is_working_day(day, calendar.off):
            yield from _of_day(wanted, calendar, day)
        day += DAY


def _of_day(wanted: Wanted, calendar: receiving.Calendar, day: date) -> Iterator[Slot]:
    """Walk through a day's times by the hour; those who have the same hours share one counting."""
    sharing: dict[Any, list[tuple[int, Official, Any]]] = {}
    for turn, (official, line) in enumerate(
        receiving.on_day(wanted.officials, wanted.keys, calendar, day)
    ):
        hours = (line.opens, line.closes, line.break_from, line.break_to)
        sharing.setdefault(hours, []).append((turn, official, line))
    at: dict[datetime, list[list[tuple[int, Official, Any]]]] = {}
    for who in sharing.values():
        for begin in _begins(who[0][2], wanted.minutes, day):
            at.setdefault(begin, []).append(who)
    for begin in sorted(at):
        for _turn, official, line in merge(*at[begin], key=itemgetter(0)):
            yield _slot(official, line, begin, wanted.minutes)


def _slot(official: Official, line: Any, begin: datetime, minutes: int) -> Slot:
    return Slot(
        official_id=official.id,
        starts_at=begin,
        minutes=minutes,
        way=line.way,
        place=line.place or official.place,
    )


def _is_begin(at: datetime, line: Any, minutes: int, day: date) -> bool:
    """Tell whether a moment is one of `_begins`, without walking through them."""
    length = timedelta(minutes=minutes)
    return any(
        opens <= at and at + length <= closes and not (at - opens) % length
        for opens, closes in receiving.stretches(line, day)
    )


def _begins(line: Any, minutes: int, day: date) -> Iterator[datetime]:
    length = timedelta(minutes=minutes)
    for opens, closes in receiving.stretches(line, day):
        yield from (opens + length * n for n in range((closes - opens) // length))
