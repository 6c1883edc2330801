"""Keeps booked visits where they are received: another room or way, and each visitor is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import StepAsked, take_step
from mms_core.clock import local_day
from mms_core.db import db
from mms_core.modules import Registry
from plugins.citizen_reception import officials, receiving, visit_showing, visits
from plugins.citizen_reception.booking_models import Hours, Official, Visit


def put_right(registry: Registry, official: Official, *, actor: Actor, now: datetime) -> int:
    """Give visits to come the place and way that their hours say now; counts who was told."""
    told = 0
    lines = officials.hours_of(official.tenant_id, official.id)
    for row in officials.booked(official.tenant_id, official.id, now=now):
        line = next((one for one in lines if _holds(one, row)), None)
        if line is None:  # outside of all hours: the page offers to move it
            continue
        where = (line.way, line.place or official.place)
        if where != (row.way, row.place) and _tell(registry, row, where, actor=actor, now=now):
            told += 1
    return told


def _holds(line: Hours, row: Visit) -> bool:
    day = local_day(row.starts_at)
    if line.weekday != day.isoweekday():
        return False
    if not (line.valid_from or day) <= day <= (line.valid_to or day):
        return False
    return any(a <= row.starts_at and row.ends_at <= b for a, b in receiving.stretches(line, day))


def _tell(
    registry: Registry, row: Visit, where: tuple[str, str], *, actor: Actor, now: datetime
) -> bool:
    mine = (Case.tenant_id == row.tenant_id) & (Case.id == row.case_id)
    case = db.session.scalars(select(Case).where(mine).with_for_update()).one()
    if case.state != visits.BOOKED:
        return False
    row.way, row.place = where
    row.moved += 1  # so that calendars take the newer entry
    db.session.flush()
    asked = StepAsked(name="relocate", actor=actor, text=visit_showing.said(case, row))
    take_step(registry, case, asked=asked, now=now)
    return True
