"""Decides on bookings: who holds a time, who gets it, who moves or gives it back.

A time is first held for some minutes, while the form is filled, and then booked. What keeps two
people from one time is the key of the table of minutes (`seats`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select

from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor
from mms_core.cases.models import Case, CaseContact
from mms_core.cases.rules import Contact, NewCase, StepAsked, open_case, take_step
from mms_core.clock import local_day
from mms_core.contributions import StepTaken
from mms_core.db import db
from mms_core.errors import Invalid, NotFound, Refused
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
from plugins.citizen_reception.models import NAME
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


@dataclass(frozen=True, kw_only=True)
class NewVisit:
    """What somebody who books says; the time is in the hold."""

    about: str
    more: str
    contact: Contact
    author_id: uuid.UUID | None = None
    language: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None


def wanted(tenant_id: int, kind_id: uuid.UUID, matters: int, who: Sequence[Official]) -> Wanted:
    """Say what is looked for: one visit, in which several matters take as many times its length."""
    kind = officials.kind(tenant_id, kind_id)
    times = matters if kind.capacity == 1 else 1
    return Wanted(kind=kind, officials=who, minutes=kind.minutes * times)


def gone() -> Invalid:
    """Say at the field that a time cannot be had any more."""
    words = _("This time has just been taken. Choose one of the next free times.")
    return Invalid(words, fields={"slot": [words]})


def hold(
    tenant_id: int,
    looked: Wanted,
    at: datetime,
    *,
    about: str,
    settings: Mapping[str, Any],
    now: datetime,
) -> Hold:
    """Keep a time while the form is filled. Invalid (field `slot`) when it cannot be had."""
    slot = slots.find(tenant_id, looked, at, settings, now=now)
    if slot is None:
        words = _("No visit can begin at this time. Choose one of the list.")
        raise Invalid(words, fields={"slot": [words]})
    until = now + timedelta(minutes=int(settings["booking_hold"]))
    row = Hold(
        tenant_id=tenant_id, id=uuid.uuid4(), official_id=slot.official_id, kind_id=looked.kind.id,
        starts_at=at, minutes=looked.minutes, about=about, until=until,
    )  # fmt: skip
    capacity = looked.kind.capacity
    if not seats.take(tenant_id, slot, capacity=capacity, holder=row.id, now=now, until=until):
        raise gone()
    db.session.add(row)
    db.session.flush()
    return row


def held(tenant_id: int, hold_id: uuid.UUID) -> Hold:
    """Find a hold; NotFound when it was used or is long over."""
    row = db.session.get(Hold, (tenant_id, hold_id))
    if row is None:
        raise NotFound(_("This time is no longer kept for you. Please choose a time again."))
    return row


def book(
    registry: Registry,
    tenant: Any,
    row: Hold,
    *,
    new: NewVisit,
    settings: Mapping[str, Any],
    now: datetime,
) -> Case:
    """Book what is held. Invalid names `slot` when it went to somebody else, or nothing at the cap.

    A hold whose minutes are over is still good as long as nobody else has taken the time.
    """
    slot = _slot_of(tenant.id, row, settings, now=now)
    if slot is None:
        raise gone()
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    case = open_case(registry, case_type, module=NAME, tenant=tenant,
                     new=_new_case(new, slot, settings), now=now)  # fmt: skip
    who = fairness.known_by(tenant.id, new.contact, new.author_id)
    fairness.take(tenant.id, case.id, who, most=int(settings["booking_cap"]))
    kept = seats.keep(tenant.id, row.id, case.id)
    if kept != len(slots.atoms(slot.starts_at, slot.minutes)):
        raise gone()
    visit = _visit(case, row, slot)
    db.session.add(visit)
    db.session.delete(row)
    db.session.flush()
    tell_author(case, "visit_booked", context={"text": visit_showing.said(case, visit)})
    return case


def _slot_of(
    tenant_id: int, row: Hold, settings: Mapping[str, Any], *, now: datetime
) -> Slot | None:
    """Give the held time if it is this hold's; one that is over is taken anew."""
    official = officials.one(tenant_id, row.official_id)
    kind = officials.kind(tenant_id, row.kind_id)
    looked = Wanted(kind=kind, officials=[official], minutes=row.minutes)
    slot = slots.find(tenant_id, looked, row.starts_at, settings, now=now)
    if slot is None or row.until > now:
        return slot
    seats.release(tenant_id, row.id)
    free = seats.take(tenant_id, slot, capacity=kind.capacity, holder=row.id, now=now,
                      until=now + timedelta(minutes=1))  # fmt: skip
    return slot if free else None


def _new_case(new: NewVisit, slot: Slot, settings: Mapping[str, Any]) -> NewCase:
    return NewCase(
        title=new.about,
        body=new.more,
        contact=new.contact,
        author_id=new.author_id,
        language=new.language,
        channel=new.channel,
        taken_at=new.taken_at,
        by=new.by,
        found_by=slot.place,
        settings=settings,
        clock_from=slot.ends_at,
    )


def _visit(case: Case, row: Hold, slot: Slot) -> Visit:
    return Visit(
        tenant_id=case.tenant_id, case_id=case.id, official_id=slot.official_id,
        kind_id=row.kind_id, starts_at=slot.starts_at, ends_at=slot.ends_at, way=slot.way,
        place=slot.place, holds=True, moved=0, reminded=0,
    )  # fmt: skip


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
        raise gone()
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
            raise gone()
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
