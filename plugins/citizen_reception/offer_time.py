"""From when to when an offered time is kept: in office hours, so that no night runs it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from mms_core.cases.quiet import OfficeHours, next_open
from mms_core.clock import DayOff
from mms_core.i18n import TBILISI


def lasting(
    now: datetime, length: timedelta, *, off: Iterable[DayOff] = ()
) -> tuple[datetime, datetime]:
    """Give when the letter of an offer leaves, and when so much office time has passed after it."""
    hours, days_off = OfficeHours(), tuple(off)
    begin = at = next_open(now, hours, off=days_off)
    left = length
    while True:
        closes = datetime.combine(at.astimezone(TBILISI).date(), hours.closes, TBILISI)
        if at + left <= closes:
            return begin, at + left
        left -= closes - at
        at = next_open(closes, hours, off=days_off)
