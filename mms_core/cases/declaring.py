"""Declares a day off late, for the nation or one hall, and takes it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mms_core.cases.days_off import HallDayOff, NationalDayOff, extra_days_off
from mms_core.cases.days_off_moves import start_moving
from mms_core.clock import is_working_day, local_day
from mms_core.db import NATION, db
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _

BACK, AHEAD = timedelta(days=60), timedelta(days=730)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What an officer declares: the day, its name, and the act."""

    day: date
    name_ka: str
    name_en: str = ""
    act: str = ""


def check(tenant_id: int, given: Declared, *, now: datetime) -> None:
    """Refuse a day that cannot be declared; Invalid (field `day`).

    A day may lie up to 60 days back, for a decree that was published late, and up to two years
    ahead. A weekend, a holiday or a day that is off already moves no clock.
    """
    today, wrong = local_day(now), None
    if not today - BACK <= given.day <= today + AHEAD:
        wrong = _("Choose a day from the last two months or the next two years.")
    elif not is_working_day(given.day, extra_days_off(tenant_id)):
        wrong = _("This is a weekend, a holiday or a day off already.")
    if wrong:
        raise Invalid(wrong, fields={"day": [wrong]})


def declare(tenant_id: int, given: Declared, *, by: str, now: datetime) -> Any:
    """Declare a day off in a hall, or in the whole country when `tenant_id` is NATION.

    Clocks that run are moved by a job after the commit. Raises Invalid as `check` does.
    """
    check(tenant_id, given, now=now)
    row: Any = NationalDayOff() if tenant_id == NATION else HallDayOff(tenant_id=tenant_id)
    row.day, row.name_ka, row.name_en = given.day, given.name_ka, given.name_en
    row.act, row.declared_by, row.declared_at = given.act, by, now
    db.session.add(row)
    db.session.flush()
    start_moving(tenant_id, row.id)
    return row


def take_back(tenant_id: int, day_off_id: uuid.UUID, *, by: str, now: datetime) -> Any:
    """Take a declared day off back; clocks that had moved for it move again by a job."""
    row = find(tenant_id, day_off_id, lock=True)
    if row.removed_at is not None:
        raise Refused(_("This day off has been taken back already."))
    row.removed_by, row.removed_at = by, now
    db.session.flush()
    start_moving(tenant_id, row.id)
    return row


def find(tenant_id: int, day_off_id: uuid.UUID, *, lock: bool = False) -> Any:
    """Give a declared day off of a hall or the nation; NotFound when there is none."""
    national = tenant_id == NATION
    key: Any = day_off_id if national else (tenant_id, day_off_id)
    kind: Any = NationalDayOff if national else HallDayOff
    row = db.session.get(kind, key, with_for_update=lock or None)
    if row is None:
        raise NotFound(_("There is no such day off."))
    return row
