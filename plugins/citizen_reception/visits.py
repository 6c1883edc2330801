"""Decides on booked visits: who moves one or gives it back, and whom a day expects.

How a time is held and booked stands in `booking`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select

from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.rules import StepAsked, take_step
from mms_core.clock import local_day
from mms_core.contributions import StepTaken
from mms_core.db import db
from mms_core.errors import Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.citizen_reception import (
    expected,
    fairness,
    freed,
    officials,
    outcomes,
    seats,
    slots,
    visit_showing,
)
from plugins.citizen_reception.booking_models import Hold, Official, Seat, Visit
from plugins.citizen_reception.slots import Slot, Wanted

KIND = "visit"
BOOKED = "booked"
STANDS = {
    BOOKED: (_("Booked"), "info"),
    "received": (_("Received"), "success"),
    "missed": (_("Was not held"), "danger"),
    "cancelled": (_("Cancelled by the visitor"), "neutral"),
    "called_off": (_("Called off by the city hall"), "danger"),
}
ENDS = {"cancelled", "called_off", "forwarded", "became_application"}


def of_case(case: Case) -> Visit | None:
    """Give the visit of a case."""
    return db.session.get(Visit, (case.tenant_id, case.id))


def state_words(case: Case) -> Any:
    """Say how a visit stands, and its tone."""
    return STANDS.get(case.state, (case.state, "neutral"))


def can_change(case: Case, row: Visit, settings: Mapping[str, Any], *, now: datetime) -> bool:
    """Tell whether a visit can still be moved or cancelled by who booked it."""
    last = row.starts_at - timedelta(hours=int(settings["booking_cutoff"]))
    return case.state == BOOKED and now <= last


def move(
    registry: Registry,
    case: Case,
    row: Visit,
    *,
    at: datetime,
    official: Official,
    actor: Actor,
    settings: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Move a visit to another time; tells whether anything was done.

    A visit that is moved onto its own time stays as it is; one onto times that overlap its own
    takes them along. Invalid (field `slot`) when the new time cannot be had.
    """
    if row.starts_at == at and row.official_id == official.id:
        return False
    kind = officials.kind(case.tenant_id, row.kind_id)
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    looked = Wanted(kind=kind, officials=[official], minutes=minutes)
    slot = slots.find(case.tenant_id, looked, at, settings, now=now)
    if slot is None:
        raise seats.gone()
    left = (row.official_id, local_day(row.starts_at))
    _change_seats(case, slot, capacity=kind.capacity, now=now)
    row.official_id, row.starts_at, row.ends_at = slot.official_id, slot.starts_at, slot.ends_at
    row.way, row.place, row.moved, row.reminded = slot.way, slot.place, row.moved + 1, 0
    db.session.flush()
    words = visit_showing.said(case, row)
    asked = StepAsked(name="move", actor=actor, text=words)
    take_step(registry, case, asked=asked, now=now)
    freed.tell(case.tenant_id, *left, now)
    return True


def _change_seats(case: Case, slot: Slot, *, capacity: int, now: datetime) -> None:
    """Take the new minutes for the old ones; where that fails, everything stays as it was."""
    fresh = uuid.uuid4()
    with db.session.begin_nested():
        seats.release(case.tenant_id, case.id)
        if not seats.take(case.tenant_id, slot, capacity=capacity, holder=fresh, now=now):
            raise seats.gone()
        seats.keep(case.tenant_id, fresh, case.id)


def cancel(registry: Registry, case: Case, *, actor: Actor, now: datetime) -> None:
    """Cancel a booked visit for who booked it; its time is free at once."""
    if case.state != BOOKED:
        raise Refused(_("This visit can no longer be changed."))
    take_step(registry, case, asked=StepAsked(name="cancel", actor=actor), now=now)


def keep_in_step(case: Case, taken: StepTaken) -> None:
    """Give the minutes back when a visit ends otherwise than by being held; count its end."""
    if taken.target != BOOKED:
        fairness.release(case.tenant_id, case.id)
    row = of_case(case) if taken.target in ENDS else None
    if row is not None:
        row.holds = False
        seats.release(case.tenant_id, case.id)
        freed.tell(case.tenant_id, row.official_id, local_day(row.starts_at), case.updated_at)
    outcomes.tell_figures(case, taken)


def of_day(tenant_id: int, day: date) -> list[expected.Expected]:
    """List the visits that are booked for a day and still stand, for the day's list."""
    begin = datetime.combine(day, time.min, TBILISI)
    that_day = (Visit.starts_at >= begin) & (Visit.starts_at < begin + timedelta(days=1))
    query = (
        select(Visit, Case, CaseContact.name, Official.name)
        .join(Case, (Case.tenant_id == tenant_id) & (Case.id == Visit.case_id))
        .join(Official, (Official.tenant_id == tenant_id) & (Official.id == Visit.official_id))
        .outerjoin(CaseContact, (CaseContact.tenant_id == tenant_id)
                   & (CaseContact.case_id == Visit.case_id))
        .where(Visit.tenant_id == tenant_id, Visit.holds, Case.is_open, that_day)
    )  # fmt: skip
    return [
        expected.Expected(case=case, name=name or "", at=row.starts_at, until=row.ends_at,
                          official=official, place=row.place)
        for row, case, name, official in db.session.execute(query).all()
    ]  # fmt: skip


def sweep(tenant_id: int, *, now: datetime) -> None:
    """Remove holds that are over and their minutes, and what visits that are over still take."""
    fairness.sweep(tenant_id, now=now)
    for table, over in ((Seat.__table__, Seat.held_until), (Hold.__table__, Hold.until)):
        old = (table.c.tenant_id == tenant_id) & (over < now - timedelta(hours=1))
        db.session.execute(delete(table).where(old))


expected.SOURCES.append(of_day)
