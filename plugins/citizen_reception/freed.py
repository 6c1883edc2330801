"""Tells who waits for it that a time of an official may have become free.

A file that cares appends its function here when it is imported; bookings tell whoever is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime

# Each is told, within the transaction: hall, official, the day (None for any), and now.
LISTENERS: list[Callable[[int, uuid.UUID, date | None, datetime], None]] = []


def tell(tenant_id: int, official_id: uuid.UUID, day: date | None, now: datetime) -> None:
    """Say that times of an official have been given back, or that hours were added."""
    for listener in LISTENERS:
        listener(tenant_id, official_id, day, now)
