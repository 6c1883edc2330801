"""When letters that nobody waits for may leave: in office hours, never at night or on a day off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from mms_core.clock import DayOff, is_working_day, local_day
from mms_core.i18n import TBILISI

OPENS, CLOSES = time(9), time(18)


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """From when to when a hall's letters leave, in Asia/Tbilisi."""

    opens: time = OPENS
    closes: time = CLOSES


def is_open(now: datetime, hours: OfficeHours, *, off: Iterable[DayOff] = ()) -> bool:
    """Tell whether a moment lies in office hours of a working day."""
    local = now.astimezone(TBILISI)
    working = is_working_day(local.date(), tuple(off))
    return working and hours.opens <= local.time() < hours.closes


def next_open(now: datetime, hours: OfficeHours, *, off: Iterable[DayOff] = ()) -> datetime:
    """Give the moment itself if offices are open, else when they open next, in UTC."""
    days_off = tuple(off)
    if is_open(now, hours, off=days_off):
        return now
    day = local_day(now)
    if now.astimezone(TBILISI).time() >= hours.opens:
        day += timedelta(days=1)
    while not is_working_day(day, days_off):
        day += timedelta(days=1)
    return datetime.combine(day, hours.opens, TBILISI).astimezone(UTC)
