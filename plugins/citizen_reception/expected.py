"""What bookings tell the day: who is expected, how much was offered, when the next hour is free.

A file of bookings appends its functions here when it is imported; the day asks whoever is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from mms_core.cases.models import Case


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A visit that was booked for a day and still stands."""

    case: Case
    name: str
    at: datetime
    until: datetime
    official: str  # who receives, in words
    place: str = ""


# Each gives the visits of a hall's day that are still expected, by the hour.
SOURCES: list[Callable[[int, date], list[Expected]]] = []
# Each gives how many visits could be booked for a hall's day, taken or not.
OFFERED: list[Callable[[int, date], int]] = []
# Each gives, for everybody who receives, the day of the next hour that is free at a moment.
FIRST_FREE: list[Callable[[int, datetime], Iterable[date]]] = []


def of_day(tenant_id: int, day: date) -> list[Expected]:
    """List everybody who has booked a visit on a day, by the hour."""
    found = [one for source in SOURCES for one in source(tenant_id, day)]
    return sorted(found, key=lambda one: (one.at, one.official))
