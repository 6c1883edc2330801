"""Tells the day how many visits could be booked, and when the next one can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from mms_core.clock import local_day
from plugins.citizen_reception import expected, officials, slots
from plugins.citizen_reception.settings import settings_now
from plugins.citizen_reception.slots import Wanted


def of_day(tenant_id: int, day: date) -> int:
    """Count the times of a day, taken or not, by the first kind of visit and its capacity."""
    kinds, who = officials.kinds(tenant_id), officials.receiving(tenant_id, by_hall=True)
    if not kinds or not who:
        return 0
    looked = Wanted(kind=kinds[0], officials=who, minutes=kinds[0].minutes)
    return slots.count_planned(tenant_id, looked, day) * kinds[0].capacity


def first_free(tenant_id: int, now: datetime) -> Iterator[date]:
    """Give the day of each official's next free time at a moment."""
    kinds, settings = officials.kinds(tenant_id), settings_now(tenant_id)
    for one in officials.receiving(tenant_id, by_hall=True) if kinds else ():
        looked = Wanted(kind=kinds[0], officials=[one], minutes=kinds[0].minutes)
        for slot in slots.next_free(tenant_id, looked, settings, now=now, most=1):
            yield local_day(slot.starts_at)


expected.OFFERED.append(of_day)
expected.FIRST_FREE.append(first_free)
