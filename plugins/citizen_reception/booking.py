"""From a chosen time to a booked visit: it is held for some minutes, then booked.

What keeps two people from one time is the key of the table of minutes (`seats`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mms_core import rows, together
from mms_core.cases.letters import tell_author
from mms_core.cases.log import Actor
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact, NewCase, open_case
from mms_core.errors import Invalid
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.citizen_reception import fairness, officials, seats, slots, visit_showing
from plugins.citizen_reception.booking_models import Hold, Official, Visit, VisitKind
from plugins.citizen_reception.held import Held, ToBook, to_be_booked
from plugins.citizen_reception.models import NAME
from plugins.citizen_reception.slots import Slot, Wanted
from plugins.citizen_reception.visits import KIND

USED = "DELETE FROM citizen_reception.hold WHERE tenant_id = %s AND id = %s"


@dataclass(frozen=True, kw_only=True)
class NewVisit:
    """What somebody who books says; the time is in the hold."""

    more: str
    contact: Contact
    about: str = ""  # if it is not what the time was held for
    author_id: uuid.UUID | None = None
    language: str = "ka"
    channel: str = "web"
    taken_at: int | None = None
    by: Actor | None = None
    alone: bool = False  # nothing else happens to the case in this transaction


def wanted(tenant_id: int, kind_id: uuid.UUID, matters: int, who: Sequence[Official]) -> Wanted:
    """Say what is looked for: one visit, in which several matters take as many times its length."""
    return _looked_for(officials.kind(tenant_id, kind_id), matters, who)


def _looked_for(kind: VisitKind, matters: int, who: Sequence[Official]) -> Wanted:
    times = matters if kind.capacity == 1 else 1
    return Wanted(kind=kind, officials=who, minutes=kind.minutes * times)


def chosen(
    tenant_id: int, official_id: uuid.UUID, kind_id: uuid.UUID, *, matters: int
) -> Wanted | None:
    """Say what the public looks for who chose a time; None when that is offered to it no more."""
    found = officials.pair(tenant_id, official_id, kind_id)
    if found is None or not found[0].active or found[0].by_hall or not found[1].active:
        return None
    return _looked_for(found[1], matters, [found[0]])


def hold(
    tenant_id: int,
    looked: Wanted,
    at: datetime,
    *,
    about: str,
    settings: Mapping[str, Any],
    now: datetime,
) -> Held:
    """Keep a time while the form is filled. Invalid (field `slot`) when it cannot be had."""
    slot = slots.find(tenant_id, looked, at, settings, now=now)
    if slot is None:
        words = _("No visit can begin at this time. Choose one of the list.")
        raise Invalid(words, fields={"slot": [words]})
    until = now + timedelta(minutes=int(settings["booking_hold"]))
    row = rows.made(
        Hold, tenant_id=tenant_id, id=uuid.uuid4(), official_id=slot.official_id,
        kind_id=looked.kind.id, starts_at=at, minutes=looked.minutes, about=about, until=until,
    )  # fmt: skip
    capacity = looked.kind.capacity
    if not seats.take(tenant_id, slot, capacity=capacity, holder=row.id, now=now, until=until):
        raise seats.gone()
    official = next(one for one in looked.officials if one.id == slot.official_id)
    return Held(hold=rows.write(row), official=official, kind=looked.kind)


def book(
    registry: Registry,
    tenant: Any,
    hold_id: uuid.UUID,
    *,
    new: NewVisit,
    settings: Mapping[str, Any],
    now: datetime,
) -> Case:
    """Book what is held. Invalid names `slot` when it went to somebody else, or nothing at the cap.

    A hold whose minutes are over is still good as long as nobody else has taken the time. NotFound
    when there is no such hold. Whoever catches one of these undoes the transaction.
    """
    who = fairness.known_by(tenant.id, new.contact, new.author_id)
    held = to_be_booked(tenant, hold_id, who=who, now=now)
    slot = _slot_of(tenant.id, held, settings, now=now)
    if slot is None:
        raise seats.gone()
    if held.shares < len(who):
        fairness.take_another(tenant.id, held.case_id, who, most=int(settings["booking_cap"]))
    case_type = registry.case_type(NAME, KIND)
    assert case_type is not None  # this very module has contributed it
    case = open_case(registry, case_type, module=NAME, tenant=tenant,
                     new=_new_case(new, slot, held, settings), now=now)  # fmt: skip
    visit = rows.write(_visit(case, held.hold, slot))
    together.run(USED, (tenant.id, hold_id), changes=Hold.__table__.fullname)
    words = visit_showing.said(case, visit, held.official)
    tell_author(case, "visit_booked", context={"text": words}, contact=new.contact,
                own=case.id if new.alone else None)  # fmt: skip
    return case


def _slot_of(
    tenant_id: int, held: ToBook, settings: Mapping[str, Any], *, now: datetime
) -> Slot | None:
    """Give the time if it is this visit's now; one that was held too long ago is taken anew."""
    row, kind = held.hold, held.kind
    looked = Wanted(kind=kind, officials=[held.official], minutes=row.minutes)
    slot = slots.find(tenant_id, looked, row.starts_at, settings, now=now, calendar=held.calendar)
    if slot is None or held.minutes == len(slots.atoms(row.starts_at, row.minutes)):
        return slot
    if row.until > now:
        return None
    for holder in (row.id, held.case_id):
        seats.release(tenant_id, holder)
    free = seats.take(tenant_id, slot, capacity=kind.capacity, holder=held.case_id, now=now)
    return slot if free else None


def _new_case(new: NewVisit, slot: Slot, held: ToBook, settings: Mapping[str, Any]) -> NewCase:
    return NewCase(
        id=held.case_id,
        title=new.about or held.hold.about,
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
        numbered=held.numbered,
        alone=new.alone,
    )


def _visit(case: Case, row: Hold, slot: Slot) -> Visit:
    return rows.made(
        Visit, tenant_id=case.tenant_id, case_id=case.id, official_id=slot.official_id,
        kind_id=row.kind_id, starts_at=slot.starts_at, ends_at=slot.ends_at, way=slot.way,
        place=slot.place, holds=True, moved=0, reminded=0,
    )  # fmt: skip
