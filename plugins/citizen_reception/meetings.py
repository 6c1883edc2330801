"""Decides on planned meetings and events: published, moved, cancelled; seats taken and given back.

The database keeps the capacity: one statement takes the seats, and a rule of the table refuses
what would be too many, whoever asks.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from mms_core.changes import changed
from mms_core.clock import local_day
from mms_core.db import db, uuid7
from mms_core.errors import Invalid, NotFound, Refused
from mms_core.i18n import TBILISI
from mms_core.i18n import lazy_gettext as _
from mms_core.monitoring.counters import count
from plugins.citizen_reception.info_models import Meeting, MeetingSeat
from plugins.citizen_reception.models import NAME

DRAFT, PUBLISHED, CANCELLED = "draft", "published", "cancelled"
KINDS = (
    ("meeting", _("Public meeting")),
    ("report", _("Report of the mayor or of a council member")),
    ("council", _("Session of the council")),
    ("consultation", _("Public consultation on a draft")),
    ("event", _("Event")),
)
FIELDS = ("kind", "title", "title_en", "text", "text_en", "place", "starts_at", "ends_at", "seats")
MOST = 200  # lines of a list or a feed
PAGE = 50  # lines of the hall's list on a page
MEETING, SEAT = Meeting.__table__, MeetingSeat.__table__


def add(tenant_id: int, data: Mapping[str, Any], *, now: datetime) -> Meeting:
    """Enter a meeting as a draft; `data` has the values of FIELDS, times aware."""
    lock = func.pg_advisory_xact_lock(tenant_id, -_year(data))  # one number each, also at once
    db.session.execute(select(lock))
    number = select(func.count()).where(
        MEETING.c.tenant_id == tenant_id, MEETING.c.code.startswith(f"{_year(data)}-")
    )
    nth = (db.session.scalar(number) or 0) + 1
    row = Meeting(
        tenant_id=tenant_id,
        id=uuid7(),
        code=f"{_year(data)}-{nth:02}",
        state=DRAFT,
        taken=0,
        sequence=0,
        changed_at=now,
        why="",
        **{name: data[name] for name in FIELDS},
    )
    db.session.add(row)
    return row


def _year(data: Mapping[str, Any]) -> int:
    return local_day(data["starts_at"]).year


def edit(row: Meeting, data: Mapping[str, Any], *, now: datetime) -> bool:
    """Change a meeting; tells whether it was moved, so that those who come must be told.

    Raises Invalid (field `seats`) for fewer seats than are taken already.
    """
    _standing(row)
    if data["seats"] is not None and data["seats"] < row.taken:
        few = _("%(count)s seats are taken already.", count=row.taken)
        raise Invalid(few, fields={"seats": [few]})
    before = (row.starts_at, row.ends_at, row.place)
    for name in FIELDS:
        setattr(row, name, data[name])
    row.sequence, row.changed_at = row.sequence + 1, now
    changed(row.tenant_id, NAME)
    return before != (row.starts_at, row.ends_at, row.place) and row.state == PUBLISHED


def publish(row: Meeting, *, now: datetime) -> None:
    """Show a draft to everybody."""
    if row.state != DRAFT:
        raise Refused(_("This step is not possible now."))
    row.state, row.changed_at = PUBLISHED, now
    count(row.tenant_id, NAME, {local_day(now): {"meetings": 1}})
    changed(row.tenant_id, NAME)


def cancel(row: Meeting, *, why: str, now: datetime) -> None:
    """Cancel a meeting with the reason, which everybody reads. Invalid: `why`."""
    _standing(row)
    words = why.strip()
    if not words:
        none = _("Write why, so that those who wanted to come know.")
        raise Invalid(none, fields={"why": [none]})
    row.state, row.why, row.changed_at = CANCELLED, words[:500], now
    row.sequence += 1
    changed(row.tenant_id, NAME)


def _standing(row: Meeting) -> None:
    if row.state == CANCELLED:
        raise Refused(_("This meeting is cancelled already."))


def by_code(tenant_id: int, code: str, *, drafts: bool = False, lock: bool = False) -> Meeting:
    """Find a meeting by its code; NotFound when there is none that this reader may see."""
    query = select(Meeting).where(Meeting.tenant_id == tenant_id, Meeting.code == code)
    row = db.session.scalars(query.with_for_update() if lock else query).first()
    if row is None or (row.state == DRAFT and not drafts):
        raise NotFound(_("There is no such meeting."))
    return row


def ahead(tenant_id: int, *, now: datetime, most: int = MOST) -> Sequence[Meeting]:
    """List the meetings that are not over, the next first; cancelled ones stay to be seen."""
    shown = (Meeting.tenant_id == tenant_id) & Meeting.state.in_((PUBLISHED, CANCELLED))
    query = select(Meeting).where(shown, Meeting.starts_at > now - timedelta(days=1))
    found = db.session.scalars(query.order_by(Meeting.starts_at, Meeting.id).limit(most)).all()
    return [row for row in found if row.ends_at > now]


def before(tenant_id: int, *, now: datetime, most: int = 20) -> Sequence[Meeting]:
    """List the meetings that were, the latest first."""
    held = (Meeting.tenant_id == tenant_id) & (Meeting.state == PUBLISHED)
    query = select(Meeting).where(held, Meeting.starts_at < now)
    newest = query.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(most)
    return [row for row in db.session.scalars(newest).all() if row.ends_at <= now]


def of_hall(tenant_id: int, *, after: str = "", size: int = PAGE) -> tuple[Sequence[Meeting], str]:
    """List meetings in every state for the hall, the latest first, behind the one of a code.

    Gives the page, and the code behind which the next one begins, or nothing.
    """
    query = select(Meeting).where(Meeting.tenant_id == tenant_id)
    if after:
        last = select(Meeting.starts_at, Meeting.id)
        place = db.session.execute(
            last.where(Meeting.tenant_id == tenant_id, Meeting.code == after)
        ).first()
        if place is not None:
            query = query.where(tuple_(Meeting.starts_at, Meeting.id) < tuple_(*place))
    ordered = query.order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    rows = db.session.scalars(ordered.limit(size + 1)).all()
    return rows[:size], rows[size - 1].code if len(rows) > size else ""


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who wants seats: how many, and how they are told if anything changes."""

    people: int
    name: str
    email: str = ""
    phone: str = ""
    language: str = "ka"
    account_id: uuid.UUID | None = None

    @property
    def reached_at(self) -> str:
        """Give what the guest is known by at this meeting: the same address is one guest."""
        return self.email.lower() or re.sub(r"\D", "", self.phone)


def take_seats(row: Meeting, guest: Guest, *, now: datetime) -> MeetingSeat:
    """Take seats, or raise Invalid (field `people`) with what is left, Refused when it is over.

    A guest who has seats already keeps them, and is told so by Refused.
    """
    if row.state != PUBLISHED or row.seats is None or row.starts_at <= now:
        raise Refused(_("Seats cannot be taken now."))
    mine = MEETING.c.tenant_id == row.tenant_id
    enough = MEETING.c.taken + guest.people <= MEETING.c.seats
    taking = update(MEETING).where(mine, MEETING.c.id == row.id, enough)
    more = taking.values(taken=MEETING.c.taken + guest.people).returning(MEETING.c.id)
    if db.session.execute(more).first() is None:
        raise _too_few(row)
    seat = _seat(row, guest, now=now)
    values = {c.name: getattr(seat, c.name) for c in SEAT.columns}
    once = insert(SEAT).values(values).on_conflict_do_nothing().returning(SEAT.c.id)
    if db.session.execute(once).first() is None:
        raise Refused(_("With this address seats have been taken already; see your letter."))
    count(row.tenant_id, NAME, {local_day(now): {"seats_taken": guest.people}})
    changed(row.tenant_id, NAME)
    return seat


def _too_few(row: Meeting) -> Invalid:
    db.session.refresh(row)
    left = free(row) or 0
    said = (
        _("All seats are taken.") if not left else _("Only %(count)s seats are left.", count=left)
    )
    return Invalid(said, fields={"people": [said]})


def _seat(row: Meeting, guest: Guest, *, now: datetime) -> MeetingSeat:
    return MeetingSeat(
        tenant_id=row.tenant_id,
        id=uuid7(),
        meeting_id=row.id,
        people=guest.people,
        name=guest.name,
        email=guest.email,
        phone=guest.phone,
        reached_at=guest.reached_at,
        language=guest.language,
        account_id=guest.account_id,
        taken_at=now,
        given_back_at=None,
    )


def free(row: Meeting) -> int | None:
    """Give how many seats are left; None where none are needed."""
    return None if row.seats is None else row.seats - row.taken


def seat_of(tenant_id: int, seat_id: uuid.UUID, *, lock: bool = False) -> MeetingSeat:
    """Find seats by their number; NotFound when there are none."""
    query = select(MeetingSeat).where(MeetingSeat.tenant_id == tenant_id, MeetingSeat.id == seat_id)
    found = db.session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound(_("There are no such seats."))
    return found


def give_back(seat: MeetingSeat, *, now: datetime) -> bool:
    """Give seats back to others; tells whether this was the first time, a second does nothing."""
    if seat.given_back_at is not None:
        return False
    seat.given_back_at = now
    own = (MEETING.c.tenant_id == seat.tenant_id) & (MEETING.c.id == seat.meeting_id)
    db.session.execute(update(MEETING).where(own).values(taken=MEETING.c.taken - seat.people))
    changed(seat.tenant_id, NAME)
    return True


def guests(row: Meeting) -> Sequence[MeetingSeat]:
    """List who comes, by name."""
    own = (MeetingSeat.tenant_id == row.tenant_id) & (MeetingSeat.meeting_id == row.id)
    query = select(MeetingSeat).where(own, MeetingSeat.given_back_at.is_(None))
    return db.session.scalars(query.order_by(MeetingSeat.name, MeetingSeat.id)).all()


def forget(tenant_id: int, account_id: uuid.UUID) -> None:
    """Take an erased person's name and addresses off the seats; their number stays counted."""
    own = (SEAT.c.tenant_id == tenant_id) & (SEAT.c.account_id == account_id)
    for seat_id in db.session.scalars(select(SEAT.c.id).where(own)):
        gone = {"name": "", "email": "", "phone": "", "account_id": None}
        one = own & (SEAT.c.id == seat_id)
        db.session.execute(update(SEAT).where(one).values(gone | {"reached_at": str(seat_id)}))


def moment(day: date, hour: time) -> datetime:
    """Put a day and an hour of the form together, in Georgia's time."""
    return datetime.combine(day, hour, TBILISI).astimezone(UTC)


def days(rows: Sequence[Meeting]) -> Iterator[tuple[date, list[Meeting]]]:
    """Put meetings together by their day."""
    found: dict[date, list[Meeting]] = {}
    for row in rows:
        found.setdefault(local_day(row.starts_at), []).append(row)
    yield from found.items()
