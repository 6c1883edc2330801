"""Who waits for a time: a freed one is held for the first and offered by letter, then to the next.

An offer is a hold like that of somebody who fills the form, only longer; who takes it books like
everybody. Whoever lets two offers pass leaves the list.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from mms_core.cases.days_off import extra_days_off
from mms_core.cases.models import Case
from mms_core.cases.rules import Contact
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import lazy_gettext as _
from mms_core.modules import Registry
from plugins.citizen_reception import booking, freed, offers, officials, seats
from plugins.citizen_reception.booking_models import Hold
from plugins.citizen_reception.settings import settings_now
from plugins.citizen_reception.slots import Wanted
from plugins.citizen_reception.waiting_models import Waiting

WAITING, HOLD = Waiting.__table__, Hold.__table__
OPEN = ("waits", "offered")
MISSED = 2  # after so many offers that were not taken somebody leaves the list
KEPT = timedelta(days=30)  # for so long a row that has done its service can still be read


@dataclass(frozen=True, kw_only=True)
class Waiter:
    """Who wants to be told, and of what."""

    about: str
    contact: Contact
    until: date
    official_id: uuid.UUID | None = None
    account_id: uuid.UUID | None = None
    language: str = "ka"


def join(tenant_id: int, looked: Wanted, new: Waiter, *, now: datetime) -> Waiting:
    """Put somebody on the list. Invalid (no field) when their address waits here already."""
    row = Waiting(
        tenant_id=tenant_id, id=uuid7(), kind_id=looked.kind.id, official_id=new.official_id,
        minutes=looked.minutes, about=new.about, name=new.contact.name, email=new.contact.email,
        phone=new.contact.phone, reached_at=new.contact.email or new.contact.phone,
        language=new.language, account_id=new.account_id, asked_at=now, until=new.until,
        state="waits", hold_id=None, offered_until=None, last_offered=None, missed=0,
        case_id=None, ended_at=None,
    )  # fmt: skip
    values = {column.name: getattr(row, column.name) for column in WAITING.columns}
    once = insert(WAITING).values(values).on_conflict_do_nothing().returning(WAITING.c.id)
    if db.session.execute(once).first() is None:
        words = _("You are on the waiting list already; see the letter that you have.")
        raise Invalid(words, fields={"": [words]})
    return one(tenant_id, row.id)


def one(tenant_id: int, waiting_id: uuid.UUID, *, lock: bool = False) -> Waiting:
    """Find somebody on the list; NotFound when there is no such row."""
    query = select(Waiting).where(Waiting.tenant_id == tenant_id, Waiting.id == waiting_id)
    found = db.session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound(_("Nobody waits under this address."))
    return found


def offered(row: Waiting, *, now: datetime) -> Hold | None:
    """Give the time that is offered at this moment; None when there is none, or it is over."""
    if row.state != "offered" or row.offered_until is None or row.offered_until <= now:
        return None
    return db.session.get(Hold, (row.tenant_id, row.hold_id))


def take(
    registry: Registry, tenant: Any, row: Waiting, *, settings: Mapping[str, Any], now: datetime
) -> Case:
    """Book the offered time for a row read for update. Refused when the offer is over."""
    hold = offered(row, now=now)
    if hold is None:
        raise Refused(_("This offer is over; the time has gone to the next in the line."))
    contact = Contact(name=row.name, email=row.email, phone=row.phone)
    new = booking.NewVisit(about=row.about, more="", contact=contact, author_id=row.account_id,
                           language=row.language)  # fmt: skip
    case = booking.book(registry, tenant, hold.id, new=new, settings=settings, now=now)
    row.case_id, row.hold_id = case.id, None
    _end(row, "taken", now=now)
    return case


def let_pass(row: Waiting, *, stays: bool, now: datetime) -> None:
    """Give an offered time to the next; its row stays behind the others, or leaves the list."""
    if row.state not in OPEN:
        return  # a link that is used twice
    hold = db.session.get(Hold, (row.tenant_id, row.hold_id)) if row.hold_id else None
    row.hold_id, row.offered_until = None, None
    row.state, row.asked_at = "waits", now
    if not stays:
        _end(row, "gone", now=now)
    db.session.flush()
    if hold is not None:
        official_id, day = hold.official_id, local_day(hold.starts_at)
        _drop(row.tenant_id, hold.id)
        freed.tell(row.tenant_id, official_id, day, now)


def _drop(tenant_id: int, hold_id: uuid.UUID) -> None:
    seats.release(tenant_id, hold_id)
    mine = (HOLD.c.tenant_id == tenant_id) & (HOLD.c.id == hold_id)
    db.session.execute(delete(HOLD).where(mine))


def _end(row: Waiting, state: str, *, now: datetime) -> None:
    row.state, row.ended_at, row.offered_until = state, now, None
    db.session.flush()


def serve(
    tenant_id: int,
    settings: Mapping[str, Any],
    *,
    now: datetime,
    official_id: uuid.UUID | None = None,
    day: date | None = None,
) -> int:
    """Hold free times for who waits, the first come first; gives how many were offered.

    With an official only their times are looked at, with a day only that day's.
    """
    rows = _line(tenant_id, official_id) if settings["booking_offer"] else ()
    if not rows:
        return 0
    off = tuple(extra_days_off(tenant_id))
    turn = offers.begin(tenant_id, settings, now=now, off=off, only=official_id, day=day)
    return sum(turn.offer(row) for row in rows)


def _line(tenant_id: int, official_id: uuid.UUID | None) -> Sequence[Waiting]:
    first = select(Waiting).where(Waiting.tenant_id == tenant_id, Waiting.state == "waits")
    if official_id is not None:
        fits = or_(Waiting.official_id.is_(None), Waiting.official_id == official_id)
        first = first.where(fits)
    return db.session.scalars(first.order_by(Waiting.asked_at, Waiting.id).limit(500)).all()


def tick(tenant_id: int, settings: Mapping[str, Any], *, now: datetime) -> int:
    """Pass on what nobody took in time, offer what is free, and end what is of no use any more."""
    mine = (Waiting.tenant_id == tenant_id) & Waiting.state.in_(OPEN)
    over = or_(Waiting.offered_until <= now, Waiting.until < local_day(now))
    query = select(Waiting).where(mine, over).with_for_update(skip_locked=True)
    for row in db.session.scalars(query).all():
        row.missed += row.state == "offered"
        let_pass(row, stays=row.missed < MISSED and row.until >= local_day(now), now=now)
    old = (WAITING.c.tenant_id == tenant_id) & (WAITING.c.ended_at < now - KEPT)
    db.session.execute(delete(WAITING).where(old))
    return serve(tenant_id, settings, now=now)


def before(row: Waiting) -> int:
    """Count who stands before somebody in the hall's line."""
    earlier = (Waiting.tenant_id == row.tenant_id) & (Waiting.asked_at < row.asked_at)
    query = select(func.count()).select_from(Waiting).where(earlier, Waiting.state == "waits")
    return int(db.session.scalar(query) or 0)


def count(tenant_id: int) -> list[tuple[str, int]]:
    """Count who waits, by official as the hall names them; an empty name is whoever is free."""
    query = (
        select(Waiting.official_id, func.count())
        .where(Waiting.tenant_id == tenant_id, Waiting.state.in_(OPEN))
        .group_by(Waiting.official_id)
    )
    found = dict(db.session.execute(query).all())
    names = {row.id: row.name for row in officials.every(tenant_id)}
    return [(names.get(key, "") if key else "", number) for key, number in found.items()]


def forget(tenant_id: int, account_id: uuid.UUID) -> None:
    """Take an erased person off the list; a time that was held for them is free again."""
    own = (WAITING.c.tenant_id == tenant_id) & (WAITING.c.account_id == account_id)
    gone = delete(WAITING).where(own).returning(WAITING.c.hold_id)
    for hold_id in db.session.scalars(gone).all():
        if hold_id is not None:
            _drop(tenant_id, hold_id)


def _freed(tenant_id: int, official_id: uuid.UUID, day: date | None, now: datetime) -> None:
    serve(tenant_id, settings_now(tenant_id), now=now, official_id=official_id, day=day)


freed.LISTENERS.append(_freed)
