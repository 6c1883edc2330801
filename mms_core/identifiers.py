"""Identifiers of rows, which sort in the order in which they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import datetime


class _Clock:
    """Ticks of a 4,096th of a millisecond that never stand still within a process."""

    def __init__(self) -> None:
        self.last, self.lock = 0, threading.Lock()

    def tick(self) -> int:
        with self.lock:
            self.last = max(time.time_ns() * 4096 // 1_000_000, self.last + 1)
            return self.last


_clock = _Clock()


def uuid7() -> uuid.UUID:
    """Make a UUID version 7 (RFC 9562, method 3): time, then chance; sorts as it was made.

    What one transaction writes has one `now()`, and only the identifiers tell what came first.
    """
    stamp, chance = _clock.tick(), int.from_bytes(os.urandom(8), "big")
    head = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    return uuid.UUID(int=head << 64 | 0x8000_0000_0000_0000 | chance >> 2)


def first_of(moment: datetime) -> uuid.UUID:
    """Give the least identifier of a moment: all that were made before it sort before."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
